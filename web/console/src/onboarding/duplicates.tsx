import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

/** Two records that may be one person: one proposes to merge them, another agrees. */
export function Duplicates() {
  const words = useWords();
  return (
    <Page title={words.sections.duplicates} about={words.about.duplicates}>
      <Listing
        path="/v1/staff/duplicates"
        columns={["id", "known_id", "newcomer_id", "found_at", "status", "reason", "proposed_by", "decided_by"]}
        acts={(one) => (
          <>
            {one.status === "found" && (
              <Act
                act="proposeMerge"
                path="/v1/staff/duplicates/{duplicate_id}/proposals"
                values={{ duplicate_id: one.id }}
                asks={[{ name: "reason", as: "long" }]}
              />
            )}
            {one.status === "proposed" && (
              <Act
                act="approveMerge"
                path="/v1/staff/duplicates/{duplicate_id}/approvals"
                values={{ duplicate_id: one.id }}
              />
            )}
            {(one.status === "found" || one.status === "proposed") && (
              <Act
                act="dismiss"
                path="/v1/staff/duplicates/{duplicate_id}/dismissals"
                values={{ duplicate_id: one.id }}
                asks={[{ name: "reason", as: "long" }]}
              />
            )}
          </>
        )}
      />
    </Page>
  );
}
