import { Deciding } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Adjustments() {
  const words = useWords();
  return (
    <Page title={words.sections.adjustments} about={words.about.adjustments}>
      <Listing
        path="/v1/staff/adjustments"
        columns={[
          "id",
          "loan_id",
          "kind",
          "on",
          "amount",
          "reason",
          "status",
          "proposed_by",
          "decided_by",
          "decided_on",
        ]}
        filters={{ status: ["proposed", "approved", "rejected"] }}
        to={(one) => `/loans/${one.loan_id}?tab=adjustments`}
        acts={(one) =>
          one.status === "proposed" && (
            <Deciding path="/v1/staff/adjustments/{adjustment_id}" values={{ adjustment_id: one.id }} />
          )
        }
      />
    </Page>
  );
}
