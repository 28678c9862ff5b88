import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

const COLUMNS = [
  "id",
  "name",
  "phone",
  "stage",
  "overdue_days",
  "owed",
  "broken_promises",
  "call_on",
  "assigned_to",
  "plan",
] as const;

/** What to do today: mine and nobody's, the most pressing first. */
export function WorkList() {
  const words = useWords();
  return (
    <Page title={words.sections.workList} about={words.about.workList}>
      <Listing
        path="/v1/staff/work-list"
        columns={[...COLUMNS]}
        to={(one) => `/cases/${one.id}`}
        empty={words.cases.noWork}
      />
    </Page>
  );
}

export function Cases() {
  const words = useWords();
  return (
    <Page title={words.sections.cases}>
      <Listing
        path="/v1/staff/collection-cases"
        columns={[...COLUMNS, "status", "opened_on", "closed_on"]}
        filters={{ status: ["open", "promised", "closed"] }}
        to={(one) => `/cases/${one.id}`}
      />
    </Page>
  );
}
