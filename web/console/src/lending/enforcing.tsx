/** Whether what is owed on a loan may be enforced, the cases there were, and proposing one. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { get } from "../base/api";
import { Claim } from "../postloan/legal";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Loaded } from "../ui/states";

export function Enforcing({ loan }: { loan: string }) {
  const go = useNavigate();
  const found = useQuery({
    queryKey: ["/v1/staff/loans", loan, "claim"],
    queryFn: () => get("/v1/staff/loans/{loan_id}/claim", { loan_id: loan }),
  });
  return (
    <Loaded of={found}>
      {(claim) => (
        <>
          <Claim of={claim} />
          {claim.unmet.length === 0 && (
            <p>
              <Act
                act="proposeLegal"
                path="/v1/staff/loans/{loan_id}/legal-cases"
                values={{ loan_id: loan }}
                then={(answer) => go(`/legal-cases/${(answer as { id: string }).id}`)}
              />
            </p>
          )}
          <Listing
            path="/v1/staff/legal-cases"
            values={{ loan_id: loan }}
            columns={["id", "status", "opened_on", "claimed", "awarded", "ended_on"]}
            to={(one) => `/legal-cases/${one.id}`}
          />
        </>
      )}
    </Loaded>
  );
}
