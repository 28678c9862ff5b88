/** The agency's own desk: its cases, by masks, and contacts through our gate. */
import { useQuery } from "@tanstack/react-query";
import { Card } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get } from "../base/api";
import { money } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";
import { Begun, type Permit } from "./case";

export function AgencyCases() {
  const words = useWords();
  return (
    <Page title={words.sections.agencyCases} about={words.about.agencyCases}>
      <Listing
        stays
        path="/v1/agency/cases"
        columns={["name", "stage", "overdue_days", "owed", "placed_on", "recall_on"]}
        to={(one) => `/agency-cases/${one.id}`}
      />
    </Page>
  );
}

export function AgencyCasePage() {
  const words = useWords();
  const go = useNavigate();
  const { id = "" } = useParams();
  const [permit, setPermit] = useState<Permit>();
  const found = useQuery({
    queryKey: ["/v1/agency/cases", id],
    queryFn: () => get("/v1/agency/cases/{case_id}", { case_id: id }),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={one.case.name}
          about={<Code code={one.case.stage} />}
          acts={
            <>
              <Act
                act="contact"
                primary
                path="/v1/agency/cases/{case_id}/contacts"
                values={{ case_id: id }}
                asks={[
                  { name: "channel", as: "choice", of: ["call", "visit"], initial: "call" },
                  { name: "recorded", as: "switch", initial: true },
                ]}
                then={(answer) => setPermit(answer as Permit)}
              />
              <Act
                act="promise"
                path="/v1/agency/cases/{case_id}/promises"
                values={{ case_id: id }}
                asks={[
                  { name: "amount", as: "amount", initial: one.case.owed.amount },
                  { name: "by", as: "date", label: "promise_by" },
                ]}
              />
              <Act
                act="giveBack"
                danger
                path="/v1/agency/cases/{case_id}/returns"
                values={{ case_id: id }}
                asks={[{ name: "why", as: "text" }]}
                then={() => go("/agency-cases")}
              />
            </>
          }
        >
          <div className="cards">
            <Figure name={words.fields.owed} number={money(one.case.owed)} />
            <Figure name={words.fields.overdue_days} number={one.case.overdue_days} />
            <Figure name={words.fields.recall_on} number={one.case.recall_on} />
          </div>
          <Card size="small" title={words.cases.timeline} style={{ marginBottom: 12 }}>
            <Rows of={one.contacts} columns={["at", "channel", "outcome", "by", "note"]} />
          </Card>
          <Card size="small" title={words.cases.promises}>
            <Rows
              of={one.promises.map((each) => ({ ...each, promise_by: each.by }))}
              columns={["made_on", "promise_by", "amount", "received", "status"]}
            />
          </Card>
          {permit && (
            <Begun
              permit={permit}
              close={() => setPermit(undefined)}
              path="/v1/agency/contacts/{contact_id}/outcomes"
            />
          )}
        </Page>
      )}
    </Loaded>
  );
}
