import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

interface Review {
  id: string;
  status: string;
}

/** What a machine left to people: one proposes, another approves; a decline needs one and a reason. */
export function Reviews() {
  const words = useWords();
  return (
    <Page title={words.sections.reviews} about={words.about.reviews}>
      <Listing
        path="/v1/staff/reviews"
        columns={["id", "application_id", "asked_by", "asked_on", "status", "reason", "proposed_by", "decided_by"]}
        filters={{ status: ["waiting", "proposed", "approved", "declined"] }}
        to={(one) => `/applications/${one.application_id}`}
        acts={(one) => <ReviewActs of={one} />}
      />
    </Page>
  );
}

export function ReviewActs({ of, primary = false }: { of: Review; primary?: boolean }) {
  const values = { review_id: of.id };
  const why = [{ name: "reason", as: "long" }] as const;
  return (
    <>
      {of.status === "waiting" && (
        <Act
          act="proposeApproval"
          primary={primary}
          path="/v1/staff/reviews/{review_id}/proposals"
          values={values}
          asks={[...why]}
        />
      )}
      {of.status === "waiting" && (
        <Act act="declineReview" danger path="/v1/staff/reviews/{review_id}/declines" values={values} asks={[...why]} />
      )}
      {of.status === "proposed" && (
        <Act act="approveReview" primary={primary} path="/v1/staff/reviews/{review_id}/approvals" values={values} />
      )}
      {of.status === "proposed" && (
        <Act
          act="turnDownProposal"
          danger
          path="/v1/staff/reviews/{review_id}/rejections"
          values={values}
          asks={[...why]}
        />
      )}
    </>
  );
}
