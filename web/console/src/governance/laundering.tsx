/** Against money laundering: cases with what they rest on, judged by two; reports; and what is watched for. */
import { useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { useLanguage } from "../base/language";
import { may, useMe } from "../base/me";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { Code } from "../ui/value";
import { said, useWords } from "../words";
import { Trail } from "./trail";

type Found = Answer<"get", "/v1/staff/aml-cases/{case_id}">;

export function AmlCases() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const language = useLanguage();
  return (
    <Page title={words.sections.amlCases} about={words.about.amlCases}>
      <Tabs
        activeKey={search.get("tab") ?? "cases"}
        onChange={(tab) => setSearch({ tab }, { replace: true })}
        destroyOnHidden
        items={[
          {
            key: "cases",
            label: words.aml.cases,
            children: (
              <Listing
                path="/v1/staff/aml-cases"
                columns={[
                  "id",
                  "person_id",
                  "kind",
                  "status",
                  "opened_on",
                  "report_by",
                  { name: "proposal", show: (one) => (one.proposal ? <Code code={one.proposal} /> : "—") },
                  "proposed_by",
                  "decided_by",
                ]}
                filters={{ status: ["open", "proposed", "reported", "dismissed"], kind: ["large", "suspicious"] }}
                to={(one) => `/aml-cases/${one.id}`}
              />
            ),
          },
          {
            key: "scenarios",
            label: words.aml.scenarios,
            children: (
              <Listing
                whole
                path="/v1/staff/aml-scenarios"
                columns={["kind", language, "least", "count", "days", { name: "source", show: (one) => one.source }]}
              />
            ),
          },
        ]}
      />
    </Page>
  );
}

export function AmlCasePage() {
  const { id = "" } = useParams();
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/aml-cases", id],
    queryFn: () => get("/v1/staff/aml-cases/{case_id}", { case_id: id }),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={`${words.sections.amlCases} · ${said(words, one.case.kind)}`}
          about={<Code code={one.case.status} />}
          acts={<Acts of={one.case} />}
        >
          <div className="cards">
            <Figure name={words.fields.report_by} number={one.case.report_by} />
            <Figure
              name={words.fields.rating}
              number={one.rating ? said(words, one.rating.rating) : "—"}
              note={one.rating?.factors.map((factor) => said(words, factor)).join("、")}
            />
            <Figure name={words.fields.look_again_on} number={one.rating?.look_again_on ?? "—"} />
          </div>
          <Facts of={one.case} only={["id", "person_id", "opened_on", "proposed_by", "decided_by", "ended_on"]} />
          {one.reasons && (
            <>
              <h2>{words.aml.reasons}</h2>
              <p style={{ whiteSpace: "pre-wrap" }}>
                {one.case.proposal && <Code code={one.case.proposal} />} {one.reasons}
              </p>
            </>
          )}
          <h2>{words.aml.seen}</h2>
          <Rows
            of={one.alerts.map((alert) => ({ ...alert, scenario: said(words, alert.scenario) }))}
            columns={["on", "scenario", "amount", "times", "ids"]}
          />
          <h2>{words.aml.moved}</h2>
          <Rows of={one.movements} columns={["id", "settled_on", "kind", "amount", "rail", "loan_id"]} />
          <h2>{words.applicant.trail}</h2>
          <Trail subject={id} />
        </Page>
      )}
    </Loaded>
  );
}

function Acts({ of }: { of: Found["case"] }) {
  const words = useWords();
  const me = useMe();
  const telling = useTelling();
  const values = { case_id: of.id };
  return (
    <>
      {of.status === "open" && (
        <Act
          act="proposeAml"
          primary
          path="/v1/staff/aml-cases/{case_id}/proposals"
          values={values}
          asks={[
            { name: "proposal", as: "choice", of: ["report", "dismissal"] },
            { name: "reasons", as: "long" },
          ]}
        />
      )}
      {of.status === "proposed" && (
        <Act act="agreeAml" primary path="/v1/staff/aml-cases/{case_id}/approvals" values={values} />
      )}
      {of.status === "proposed" && <Act act="returnAml" path="/v1/staff/aml-cases/{case_id}/returns" values={values} />}
      {of.status === "reported" && may(me, "GET", "/v1/staff/aml-cases/{case_id}/report") && (
        <Button
          onClick={() =>
            telling(async () => save(await file("/v1/staff/aml-cases/{case_id}/report", values), `${of.id}.xml`))
          }
        >
          {words.aml.report}
        </Button>
      )}
    </>
  );
}
