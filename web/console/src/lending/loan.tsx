/** A loan as of any day, and as it was known on any day; its instalments, facts, postings, papers; and what may be done to it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { useMe } from "../base/me";
import { money } from "../base/shown";
import { BUREAU_COLUMNS } from "../books/bureau";
import { Trail } from "../governance/trail";
import { Rows } from "../onboarding/person";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded, None } from "../ui/states";
import { useTelling } from "../ui/telling";
import { Code } from "../ui/value";
import { named, said, useWords } from "../words";
import { Adjust, Refund } from "./adjust";
import { Class } from "./class";
import { Days } from "./days";
import { Enforcing } from "./enforcing";
import { Postings } from "./postings";

type Life = Answer<"get", "/v1/staff/loans/{loan_id}">;

export function LoanPage() {
  const { id = "" } = useParams();
  const words = useWords();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const on = search.get("on");
  const known = search.get("known");
  const found = useQuery({
    queryKey: ["/v1/staff/loans", id, on, known],
    placeholderData: (before) => before,
    queryFn: () => get("/v1/staff/loans/{loan_id}", { loan_id: id, on, known_at: known }),
  });
  const put = (name: string, value: string | null) => {
    const next = new URLSearchParams(search);
    if (value && value !== me.business_day) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  return (
    <Loaded of={found}>
      {(life) => (
        <Page
          title={life.loan.reference}
          about={<Code code={life.loan.status} />}
          acts={
            <>
              <Statement of={life} />
              <Refund loan={id} />
              <Adjust life={life} />
            </>
          }
        >
          <Facts
            of={life.loan}
            only={["id", "person_id", "product", "principal", "annual_rate", "months", "disbursed_on"]}
          />
          {life.loan.disbursed_on && (
            <div className="sliders" style={{ marginTop: 16 }}>
              <Days
                title={words.loan.asOf}
                from={life.loan.disbursed_on}
                at={on ?? me.business_day}
                move={(day) => put("on", day)}
              />
              <Days
                title={words.loan.knownAt}
                from={life.loan.disbursed_on}
                at={known ?? me.business_day}
                move={(day) => put("known", day)}
              />
            </div>
          )}
          <Standing of={life} />
          <Tabs
            activeKey={search.get("tab") ?? "schedule"}
            onChange={(tab) => put("tab", tab)}
            destroyOnHidden
            items={[
              {
                key: "schedule",
                label: words.loan.schedule,
                children: (
                  <Rows
                    of={life.schedule}
                    columns={[
                      "number",
                      "due_on",
                      "principal",
                      "interest",
                      "fee",
                      "penalty",
                      "total",
                      "paid",
                      "outstanding",
                      "status",
                    ]}
                  />
                ),
              },
              {
                key: "facts",
                label: words.loan.facts,
                children: (
                  <Rows of={life.facts} columns={["id", "on", "kind", "amount", "principal", "interest", "penalty"]} />
                ),
              },
              { key: "postings", label: words.loan.postings, children: <Postings loan={id} /> },
              {
                key: "payments",
                label: words.sections.payments,
                children: (
                  <Listing
                    path="/v1/staff/payments"
                    values={{ loan_id: id }}
                    columns={["id", "direction", "intent", "amount", "rail", "status", "value_on", "settled_on"]}
                    to={(one) => `/payments/${one.id}`}
                  />
                ),
              },
              {
                key: "adjustments",
                label: words.sections.adjustments,
                children: (
                  <Listing
                    path="/v1/staff/adjustments"
                    values={{ loan_id: id }}
                    columns={["id", "kind", "on", "amount", "reason", "status", "proposed_by", "decided_by"]}
                  />
                ),
              },
              { key: "contracts", label: words.loan.contracts, children: <Contracts loan={id} /> },
              {
                key: "contacts",
                label: words.loan.contacts,
                children: (
                  <Rows
                    of={life.contacts}
                    columns={["at", "channel", "whom", "about", "hand", "by", "outcome", "note"]}
                  />
                ),
              },
              { key: "class", label: words.fields.asset_class, children: <Class loan={id} /> },
              {
                key: "bureau",
                label: words.sections.bureauFiles,
                children: (
                  <Listing
                    whole
                    path="/v1/staff/loans/{loan_id}/bureau-records"
                    values={{ loan_id: id }}
                    columns={BUREAU_COLUMNS}
                  />
                ),
              },
              { key: "enforcing", label: words.legal.enforcing, children: <Enforcing loan={id} /> },
              { key: "trail", label: words.applicant.trail, children: <Trail subject={id} /> },
            ]}
          />
        </Page>
      )}
    </Loaded>
  );
}

function Standing({ of }: { of: Life }) {
  const words = useWords();
  if (!of.as_of) return <None what={words.loan.notYet} />;
  const names = ["principal", "interest", "penalty", "fee", "overpaid", "written_off"];
  const shown = names.filter((name) => name === "principal" || /[1-9]/.test(of.figures[name]?.amount ?? ""));
  return (
    <div className="cards">
      {of.payoff && <Figure name={words.fields.payoff} number={money(of.payoff)} note={of.as_of} />}
      {shown.map((name) => {
        const one = of.figures[name];
        return one ? <Figure key={name} name={named(words, name)} number={money(one)} /> : null;
      })}
      <Figure name={words.fields.overdue_days} number={of.overdue_days} />
      {of.shared.map((one) => (
        <Figure
          key={one.lender}
          name={`${said(words, one.lender)} · ${(Number(one.share) * 100).toFixed(0)}%`}
          number={one.figures.principal ? money(one.figures.principal) : "—"}
          note={words.fields.principal}
        />
      ))}
    </div>
  );
}

function Contracts({ loan }: { loan: string }) {
  const words = useWords();
  const telling = useTelling();
  return (
    <Listing
      whole
      path="/v1/staff/contracts"
      values={{ loan_id: loan }}
      columns={["id", "reference", "kind", "clauses_version", "signed_at", "signature_holds"]}
      acts={(one) => (
        <Button
          size="small"
          onClick={() =>
            telling(async () =>
              save(
                await file("/v1/staff/contracts/{contract_id}/document.pdf", { contract_id: one.id }),
                `${one.reference}.pdf`,
              ),
            )
          }
        >
          {words.loan.open}
        </Button>
      )}
    />
  );
}

function Statement({ of }: { of: Life }) {
  const words = useWords();
  const telling = useTelling();
  const since = of.loan.disbursed_on;
  if (!since) return null;
  return (
    <Button
      onClick={() =>
        telling(async () =>
          save(
            await file("/v1/staff/loans/{loan_id}/statement.pdf", { loan_id: of.loan.id, since }),
            `${of.loan.reference}.pdf`,
          ),
        )
      }
    >
      {words.loan.statement}
    </Button>
  );
}
