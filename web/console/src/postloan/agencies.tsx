/** Agencies that ask on our behalf: contracts by two people, how they do, what we found; and with whom a case is. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { get } from "../base/api";
import { money } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act, Deciding } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function Agencies() {
  const words = useWords();
  return (
    <Page
      title={words.sections.agencies}
      about={words.about.agencies}
      acts={
        <Act
          act="proposeAgency"
          path="/v1/staff/agencies"
          asks={[
            { name: "code", as: "text" },
            { name: "name", as: "text" },
            { name: "licence", as: "text" },
            { name: "commission_bps", as: "count" },
            { name: "most_cases", as: "count" },
            { name: "valid_until", as: "date" },
          ]}
        />
      }
    >
      <Listing
        path="/v1/staff/agencies"
        columns={["code", "name", "status", "commission_bps", "most_cases", "valid_until", "proposed_by", "decided_by"]}
        to={(one) => `/agencies/${one.code}`}
        acts={(one) =>
          one.status === "proposed" && <Deciding path="/v1/staff/agencies/{code}" values={{ code: one.code }} />
        }
      />
    </Page>
  );
}

export function AgencyPage() {
  const words = useWords();
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/agencies", id],
    queryFn: () => get("/v1/staff/agencies/{code}", { code: id }),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={one.agency.name}
          about={<Code code={one.agency.status} />}
          acts={
            <>
              <Act
                act="inspect"
                path="/v1/staff/agencies/{code}/inspections"
                values={{ code: id }}
                asks={[{ name: "found", as: "long" }]}
              />
              {one.agency.status === "active" && (
                <Act act="endAgency" danger path="/v1/staff/agencies/{code}/endings" values={{ code: id }} />
              )}
            </>
          }
        >
          <div className="cards">
            <Figure name={words.fields.placed} number={one.record.placed} note={`/ ${one.record.cases}`} />
            <Figure name={words.fields.owed} number={money(one.record.owed)} />
            <Figure name={words.fields.received} number={money(one.record.received)} />
            <Figure name={words.fields.commission} number={money(one.record.commission)} />
            <Figure name={words.fields.contacts} number={one.record.connected} note={`/ ${one.record.contacts}`} />
            <Figure name={words.fields.disputes} number={one.record.disputes} />
          </div>
          <Facts of={one.agency} only={["code", "licence", "commission_bps", "most_cases", "valid_until"]} />
          <Rows of={one.inspections} columns={["on", "by", "found"]} />
        </Page>
      )}
    </Loaded>
  );
}

/** With which agencies a case is, or was. */
export function Placements({ of }: { of: string }) {
  return (
    <Listing
      whole
      path="/v1/staff/collection-cases/{case_id}/placements"
      values={{ case_id: of }}
      columns={["agency", "status", "placed_on", "recall_on", "owed", "received", "commission", "ended_on", "why"]}
      acts={(one) =>
        one.status === "placed" && (
          <Act
            act="recall"
            path="/v1/staff/placements/{placement_id}/recalls"
            values={{ placement_id: one.id }}
            asks={[{ name: "why", as: "text" }]}
          />
        )
      }
    />
  );
}
