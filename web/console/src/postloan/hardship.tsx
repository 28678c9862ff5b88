/** Who asks for help: what they can pay, the plan that fits it, proposed by one and offered by another. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useParams } from "react-router";
import { type Answer, get, send } from "../base/api";
import { may, useMe } from "../base/me";
import { money } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { wrong } from "../ui/telling";
import { Code } from "../ui/value";
import { said, useWords } from "../words";

type Found = Answer<"get", "/v1/staff/hardship-requests/{request_id}">;
type Preview = Answer<"post", "/v1/staff/loans/{loan_id}/adjustment-previews">;

export function Hardship() {
  const words = useWords();
  return (
    <Page title={words.sections.hardship} about={words.about.hardship}>
      <Listing
        path="/v1/staff/hardship-requests"
        columns={[
          "id",
          "person_id",
          "loan_id",
          { name: "cause", show: (one) => <Code code={one.cause} /> },
          "can_pay",
          "asked_on",
          "answer_by",
          "status",
          "proposed_by",
          "approved_by",
        ]}
        filters={{ status: ["asked", "proposed", "offered", "agreed", "declined", "withdrawn"] }}
        to={(one) => `/hardship/${one.id}`}
      />
    </Page>
  );
}

export function HardshipPage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/hardship-requests", id],
    queryFn: () => get("/v1/staff/hardship-requests/{request_id}", { request_id: id }),
  });
  return <Loaded of={found}>{(one) => <Request of={one} />}</Loaded>;
}

function Request({ of }: { of: Found }) {
  const words = useWords();
  const one = of.request;
  const values = { request_id: one.id };
  const plan = one.plan ?? of.shortest;
  return (
    <Page
      title={`${words.hardship.title} · ${said(words, one.cause)}`}
      about={<Code code={one.status} />}
      acts={
        <>
          {one.status === "asked" && (
            <Act
              act="proposePlan"
              primary
              path="/v1/staff/hardship-requests/{request_id}/proposals"
              values={values}
              asks={[
                { name: "installments", as: "count", initial: of.shortest?.installments ?? 12 },
                { name: "first_due_on", as: "date", initial: of.shortest?.first_due_on },
                { name: "annual_rate", as: "share", optional: true },
              ]}
              body={(typed) => ({ ...typed, installments: Number(typed.installments) })}
            />
          )}
          {one.status === "proposed" && (
            <Act act="approvePlan" primary path="/v1/staff/hardship-requests/{request_id}/approvals" values={values} />
          )}
          {one.status === "proposed" && (
            <Act act="returnPlan" path="/v1/staff/hardship-requests/{request_id}/returns" values={values} />
          )}
          {(one.status === "asked" || one.status === "proposed") && (
            <Act
              act="declineHelp"
              danger
              path="/v1/staff/hardship-requests/{request_id}/declines"
              values={values}
              asks={[{ name: "answer", as: "long" }]}
            />
          )}
        </>
      }
    >
      <div className="cards">
        <Figure name={words.fields.can_pay} number={money(one.can_pay)} note={words.hardship.monthly} />
        <Figure name={words.fields.answer_by} number={one.answer_by} />
        <Figure
          name={one.plan ? words.hardship.plan : words.hardship.shortest}
          number={plan ? words.product.months(plan.installments) : "—"}
          note={plan?.first_due_on}
        />
      </div>
      <Facts
        of={one}
        only={["id", "person_id", "loan_id", "asked_on", "proposed_by", "approved_by", "note", "answer", "ended_on"]}
      />
      {plan && <Simulated loan={one.loan_id} plan={plan} />}
    </Page>
  );
}

/** What the plan would make of the loan, by those who may ask. */
function Simulated({ loan, plan }: { loan: string; plan: NonNullable<Found["shortest"]> }) {
  const words = useWords();
  const me = useMe();
  const [preview, setPreview] = useState<Preview>();
  const [refused, setRefused] = useState<string>();
  const mayTry = may(me, "POST", "/v1/staff/loans/{loan_id}/adjustment-previews");
  useEffect(() => {
    if (!mayTry) return;
    const event = {
      type: "reschedule",
      on: me.business_day,
      installments: plan.installments,
      first_due_on: plan.first_due_on,
      ...(plan.annual_rate ? { annual_rate: plan.annual_rate } : {}),
    };
    send("POST", "/v1/staff/loans/{loan_id}/adjustment-previews", { loan_id: loan }, { event }).then(
      (answer) => setPreview(answer as Preview),
      (error) => setRefused(wrong(error, words)),
    );
  }, [loan, plan, me.business_day, mayTry, words]);
  if (!mayTry) return null;
  return (
    <>
      <h2>{words.hardship.simulated}</h2>
      {refused && <p className="quiet">{refused}</p>}
      {preview && (
        <Rows
          of={preview.after.filter((line) => line.status !== "paid")}
          columns={["number", "due_on", "principal", "interest", "penalty", "total", "outstanding", "status"]}
        />
      )}
    </>
  );
}
