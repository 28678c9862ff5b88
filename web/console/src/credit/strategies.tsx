import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

/** The versions of strategies: proposed by one, let live by another, taken back at once. */
export function Strategies() {
  const words = useWords();
  return (
    <Page title={words.sections.strategies} about={words.about.strategies}>
      <Listing
        whole
        path="/v1/staff/strategies"
        columns={["id", "role", "share", "effective_from", "status", "proposed_by", "decided_by", "hash"]}
        to={(one) => `/strategies/${one.id}`}
        acts={(one) => <StrategyActs of={one} />}
      />
    </Page>
  );
}

export function StrategyActs({ of }: { of: { id: string; status: string } }) {
  const values = { version_id: of.id };
  return (
    <>
      {of.status === "proposed" && (
        <Act act="approve" path="/v1/staff/strategies/{version_id}/approvals" values={values} />
      )}
      {of.status === "proposed" && (
        <Act act="reject" danger path="/v1/staff/strategies/{version_id}/rejections" values={values} />
      )}
      {of.status === "approved" && (
        <Act act="takeBack" danger path="/v1/staff/strategies/{version_id}/withdrawals" values={values} />
      )}
    </>
  );
}
