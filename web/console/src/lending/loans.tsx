import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Loans() {
  const words = useWords();
  return (
    <Page title={words.sections.loans}>
      <Listing
        path="/v1/staff/loans"
        columns={[
          "id",
          "reference",
          "person_id",
          "product",
          "principal",
          "annual_rate",
          "months",
          "disbursed_on",
          "status",
        ]}
        filters={{ status: ["awaiting_pay_out", "current", "overdue", "charged_off", "closed", "cancelled"] }}
        to={(one) => `/loans/${one.id}`}
      />
    </Page>
  );
}
