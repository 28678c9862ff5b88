import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { get } from "../base/api";
import { Trail } from "../governance/trail";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { InUse } from "../ui/value";
import { useWords } from "../words";

export function LinePage() {
  const { id = "" } = useParams();
  const words = useWords();
  const values = { line_id: id };
  const found = useQuery({
    queryKey: ["/v1/staff/lines", id],
    queryFn: () => get("/v1/staff/lines/{line_id}", values),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={one.reference}
          about={<InUse status={one.status} />}
          acts={
            one.status !== "closed" && (
              <>
                <Act
                  act="changeLimit"
                  path="/v1/staff/lines/{line_id}/limits"
                  values={values}
                  asks={[
                    { name: "limit", as: "amount", initial: one.limit.amount },
                    { name: "reason", as: "long" },
                  ]}
                />
                <Act
                  act="changeRate"
                  path="/v1/staff/lines/{line_id}/rates"
                  values={values}
                  asks={[
                    { name: "annual_rate", as: "share" },
                    { name: "reason", as: "long" },
                  ]}
                />
                <Act
                  act="moveLine"
                  danger
                  path="/v1/staff/lines/{line_id}/moves"
                  values={values}
                  asks={[
                    { name: "status", as: "choice", of: ["open", "frozen", "closed"] },
                    { name: "reason", as: "long" },
                  ]}
                />
              </>
            )
          }
        >
          <Facts
            of={one}
            only={["id", "person_id", "product", "limit", "used", "available", "annual_rate", "expires_on"]}
          />
          <h2>{words.line.reviews}</h2>
          <Listing
            whole
            path="/v1/staff/lines/{line_id}/reviews"
            values={values}
            columns={["on", "score", "grade", "verdict", "rule", "limit_before", "limit_after"]}
          />
          <h2>{words.applicant.trail}</h2>
          <Trail subject={id} />
        </Page>
      )}
    </Loaded>
  );
}
