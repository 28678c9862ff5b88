/** Enforcing what is owed: the claim and what speaks against it, the letter, the way through a court, papers and costs. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { may, useMe } from "../base/me";
import { money } from "../base/shown";
import { Trail } from "../governance/trail";
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
import { Package } from "./package";

type Found = Answer<"get", "/v1/staff/legal-cases/{case_id}">;
const LETTER_OUT = ["demanded", "filed", "judged", "enforced"];

export function LegalCases() {
  const words = useWords();
  return (
    <Page title={words.sections.legalCases} about={words.about.legalCases}>
      <Listing
        path="/v1/staff/legal-cases"
        columns={[
          "id",
          "loan_id",
          "status",
          "opened_on",
          "claimed",
          "pay_by",
          { name: "way", show: (one) => (one.way ? <Code code={one.way} /> : "—") },
          "body",
          "docket",
          "awarded",
          "proposed_by",
        ]}
        filters={{ status: ["proposed", "demanded", "filed", "judged", "enforced", "closed"] }}
        to={(one) => `/legal-cases/${one.id}`}
      />
    </Page>
  );
}

export function LegalCasePage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/legal-cases", id],
    queryFn: () => get("/v1/staff/legal-cases/{case_id}", { case_id: id }),
  });
  return <Loaded of={found}>{(one) => <Case of={one} />}</Loaded>;
}

function Case({ of }: { of: Found }) {
  const words = useWords();
  const { case: one, claim } = of;
  return (
    <Page title={words.sections.legalCases} about={<Code code={one.status} />} acts={<Acts of={one} />}>
      <Claim of={claim} />
      <Facts
        of={one}
        only={[
          "id",
          "person_id",
          "loan_id",
          "opened_on",
          "proposed_by",
          "approved_by",
          "claimed",
          "demanded_on",
          "pay_by",
          "way",
          "body",
          "docket",
          "filed_on",
          "awarded",
          "judged_on",
          "enforce_by",
          "ending",
          "note",
          "ended_on",
        ]}
      />
      <h2>{words.legal.costs}</h2>
      <Rows of={of.costs} columns={["on", "kind", "amount", "note", "by"]} />
      <h2>{words.applicant.trail}</h2>
      <Trail subject={one.loan_id} />
    </Page>
  );
}

/** What is owed, what speaks against enforcing it now, and until when it may be. */
export function Claim({ of }: { of: Found["claim"] }) {
  const words = useWords();
  return (
    <>
      <div className="cards">
        <Figure name={words.fields.owed} number={money(of.owed)} note={words.legal.late(of.overdue_days)} />
        <Figure name={words.fields.tried} number={of.tried} />
        <Figure name={words.fields.limitation_on} number={of.limitation_on} />
      </div>
      {of.is_pressing && <Alert type="warning" showIcon message={words.legal.pressing} style={{ marginBottom: 12 }} />}
      {of.unmet.length > 0 && (
        <Alert
          type="info"
          showIcon
          message={words.legal.against}
          description={of.unmet.map((one) => said(words, one)).join("、")}
          style={{ marginBottom: 12 }}
        />
      )}
    </>
  );
}

function Acts({ of }: { of: Found["case"] }) {
  const words = useWords();
  const me = useMe();
  const telling = useTelling();
  const values = { case_id: of.id };
  const path = "/v1/staff/legal-cases/{case_id}";
  return (
    <>
      {of.status === "proposed" && <Act act="sendDemand" primary path={`${path}/approvals`} values={values} />}
      {of.status === "demanded" && (
        <Act
          act="fileCase"
          primary
          path={`${path}/filings`}
          values={values}
          asks={[
            { name: "way", as: "choice", of: ["mediation", "arbitration", "lawsuit"], initial: "lawsuit" },
            { name: "body", as: "text" },
            { name: "docket", as: "text" },
          ]}
        />
      )}
      {of.status === "filed" && (
        <Act
          act="judgeCase"
          primary
          path={`${path}/judgments`}
          values={values}
          asks={[{ name: "awarded", as: "amount", initial: of.claimed?.amount }]}
        />
      )}
      {of.status === "judged" && <Act act="enforceCase" primary path={`${path}/enforcements`} values={values} />}
      {LETTER_OUT.includes(of.status) && (
        <Act
          act="bookCost"
          path={`${path}/costs`}
          values={values}
          asks={[
            { name: "kind", as: "choice", of: ["court_fee", "lawyer", "service", "other"], initial: "court_fee" },
            { name: "amount", as: "amount" },
            { name: "note", as: "text", optional: true },
          ]}
          body={(typed) => ({ ...typed, note: typed.note ?? "" })}
        />
      )}
      {of.demanded_on && may(me, "GET", "/v1/staff/legal-cases/{case_id}/demand.pdf") && (
        <Button onClick={() => telling(async () => save(await file(`${path}/demand.pdf`, values), `${of.id}.pdf`))}>
          {words.legal.letter}
        </Button>
      )}
      {of.demanded_on && may(me, "GET", "/v1/staff/legal-cases/{case_id}/package.zip") && <Package id={of.id} />}
      {of.status !== "closed" && (
        <Act
          act="closeLegal"
          danger
          path={`${path}/closings`}
          values={values}
          asks={[
            { name: "ending", as: "choice", of: ["paid", "compromise", "abandoned", "lost"] },
            { name: "note", as: "long" },
          ]}
        />
      )}
    </>
  );
}
