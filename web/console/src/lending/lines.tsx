import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { InUse } from "../ui/value";
import { useWords } from "../words";

export function Lines() {
  const words = useWords();
  return (
    <Page title={words.sections.lines}>
      <Listing
        path="/v1/staff/lines"
        columns={[
          "id",
          "reference",
          "person_id",
          "product",
          "limit",
          "used",
          "available",
          "annual_rate",
          "expires_on",
          { name: "status", show: (one) => <InUse status={one.status} /> },
        ]}
        to={(one) => `/lines/${one.id}`}
      />
    </Page>
  );
}
