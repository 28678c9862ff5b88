/** Which of the five classes a loan is in, why, and judging it beyond its days; a second person decides. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../base/api";
import { Rows } from "../onboarding/person";
import { Act, Deciding } from "../ui/act";
import { Facts } from "../ui/facts";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { useWords } from "../words";

const CLASSES = ["normal", "special_mention", "substandard", "doubtful", "loss"] as const;
const COLUMNS = [
  "asset_class",
  "cause",
  "status",
  "since",
  "ends_on",
  "ended_on",
  "reason",
  "proposed_by",
  "decided_by",
] as const;

export function Class({ loan }: { loan: string }) {
  const found = useQuery({
    queryKey: ["/v1/staff/loans", loan, "class"],
    queryFn: () => get("/v1/staff/loans/{loan_id}/class", { loan_id: loan }),
  });
  return (
    <Loaded of={found}>
      {(life) => (
        <>
          <Facts of={life} only={["asset_class", "by_days", "overdue_days"]} />
          <p>
            <Act
              act="judgeClass"
              path="/v1/staff/loans/{loan_id}/class-judgements"
              values={{ loan_id: loan }}
              asks={[
                { name: "asset_class", as: "choice", of: CLASSES },
                { name: "reason", as: "long" },
              ]}
            />
          </p>
          <Rows of={life.floors} columns={[...COLUMNS]} />
        </>
      )}
    </Loaded>
  );
}

export function Classes() {
  const words = useWords();
  return (
    <Page title={words.sections.classes} about={words.about.classes}>
      <Listing
        path="/v1/staff/class-judgements"
        columns={["loan_id", "asset_class", "reason", "since", "proposed_by"]}
        to={(one) => `/loans/${one.loan_id}?tab=class`}
        acts={(one) => <Deciding path="/v1/staff/class-judgements/{judgement_id}" values={{ judgement_id: one.id }} />}
      />
    </Page>
  );
}
