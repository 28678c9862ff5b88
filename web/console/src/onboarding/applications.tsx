import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";
import { Search } from "./search";

export function Applications() {
  const words = useWords();
  return (
    <Page title={words.sections.applications} acts={<Search />}>
      <Listing
        path="/v1/staff/applications"
        columns={["id", "reference", "person_id", "product", "amount", "months", "status"]}
        filters={{
          status: ["draft", "submitted", "in_review", "offered", "declined", "accepted", "withdrawn", "expired"],
          reference: "text",
        }}
        to={(one) => `/applications/${one.id}`}
      />
    </Page>
  );
}
