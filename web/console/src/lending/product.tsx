/** A version of a product: its terms, what it costs on an example, and the next version proposed from it. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Input, Select, Space } from "antd";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get, send } from "../base/api";
import { useLanguage } from "../base/language";
import { useMe } from "../base/me";
import { fraction, percent } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { wrong } from "../ui/telling";
import { Code } from "../ui/value";
import { useWords } from "../words";
import { ProductActs } from "./products";

type Terms = Record<string, unknown> & {
  months: number[];
  least: number;
  most: number;
  name_zh: string;
  name_en: string;
};

export function ProductPage() {
  const { id = "" } = useParams();
  const language = useLanguage();
  const words = useWords();
  const found = useQuery({ queryKey: ["/v1/staff/products"], queryFn: () => get("/v1/staff/products") });
  return (
    <Loaded of={found}>
      {({ data }) => {
        const one = data.find((version) => version.id === id);
        if (!one) return <None />;
        const terms = one.product as Terms;
        return (
          <Page
            title={`${terms[`name_${language}`]} · ${one.id}`}
            about={<Code code={one.status} />}
            acts={
              <>
                <NextVersion code={one.code} terms={terms} />
                <ProductActs of={one} />
              </>
            }
          >
            <Facts of={one} only={["id", "effective_from", "proposed_by", "decided_by"]} />
            <Example terms={terms} />
            <h2>{words.product.terms}</h2>
            <Facts of={told(terms)} />
          </Page>
        );
      }}
    </Loaded>
  );
}

function yuan(minor: unknown): { amount: string } {
  return { amount: (Number(minor) / 100).toFixed(2) };
}

/** A product's document in the words of people: amounts in yuan, fractions as rates, what is empty left out. */
function told(terms: Terms): Record<string, unknown> {
  const [part, whole] = terms.highest_cost as [number, number];
  const [least_age, most_age] = terms.ages as [number, number];
  const names = "form audience months method day_count interest_by recalculation prepayment allocation regions".split(
    " ",
  );
  const partners = terms.partners as unknown[];
  return {
    least: yuan(terms.least),
    most: yuan(terms.most),
    ...Object.fromEntries(names.map((name) => [name, terms[name]])),
    least_age,
    most_age,
    highest_cost: percent(part / whole),
    non_accrual_days: terms.non_accrual_days,
    charge_off_days: terms.charge_off_days,
    fees: (terms.fees as unknown[]).map((one) => JSON.stringify(one)),
    partners: partners.map((one) => JSON.stringify(one)),
  };
}

interface Quoted {
  schedule: { number: number; due_on: string; principal: string; interest: string; total: string; balance: string }[];
  cost: { interest: string; total_repayment: string; apr: string; eir: string };
}

/** What it comes to for somebody, asked of the server as it is typed. */
function Example({ terms }: { terms: Terms }) {
  const words = useWords();
  const me = useMe();
  const [principal, setPrincipal] = useState(String(Math.min(terms.most, Math.max(terms.least, 1_000_000)) / 100));
  const [months, setMonths] = useState(terms.months[0] ?? 12);
  const [rate, setRate] = useState("14.4");
  const [quoted, setQuoted] = useState<Quoted>();
  const [refused, setRefused] = useState<string>();
  useEffect(() => {
    const wait = setTimeout(async () => {
      const body = {
        principal,
        annual_rate: fraction(rate || "0"),
        method: terms.method,
        day_count: terms.day_count,
        interest_by: terms.interest_by,
        installments: months,
        every: { count: 1, unit: "month" },
        disbursed_on: me.business_day,
      };
      try {
        setQuoted((await send("POST", "/v1/quotes", {}, body)) as Quoted);
        setRefused(undefined);
      } catch (error) {
        setRefused(wrong(error, words));
      }
    }, 300);
    return () => clearTimeout(wait);
  }, [principal, months, rate, terms, me.business_day, words]);
  if (terms.form !== "loan") return null;
  return (
    <Card size="small" title={words.product.example} style={{ marginTop: 16 }}>
      <Space wrap style={{ marginBottom: 12 }}>
        <Input
          aria-label={words.fields.principal}
          addonBefore={words.fields.principal}
          value={principal}
          onChange={(event) => setPrincipal(event.target.value)}
          style={{ width: 220 }}
        />
        <Select
          aria-label={words.fields.months}
          value={months}
          onChange={setMonths}
          options={terms.months.map((one) => ({ value: one, label: words.product.months(one) }))}
        />
        <Input
          aria-label={words.fields.annual_rate}
          addonBefore={words.fields.annual_rate}
          addonAfter="%"
          value={rate}
          onChange={(event) => setRate(event.target.value)}
          style={{ width: 200 }}
        />
      </Space>
      {refused && <Alert type="error" showIcon message={refused} />}
      {quoted && (
        <>
          <div className="cards">
            <Figure name={words.fields.interest} number={quoted.cost.interest} />
            <Figure name={words.product.total} number={quoted.cost.total_repayment} />
            <Figure name={words.product.apr} number={`${(Number(quoted.cost.apr) * 100).toFixed(2)}%`} />
            <Figure name={words.product.eir} number={`${(Number(quoted.cost.eir) * 100).toFixed(2)}%`} />
          </div>
          <Rows of={quoted.schedule} columns={["number", "due_on", "principal", "interest", "total", "balance"]} />
        </>
      )}
    </Card>
  );
}

/** What a form cannot carry over into the next version: such a product's versions are proposed by the API. */
function isPlain(terms: Terms): boolean {
  const [shift] = terms.shift as [string];
  return ![terms.fees, terms.partners].some((one) => (one as unknown[]).length > 0) && !terms.cycle && shift === "none";
}

/** The next version: the same terms with what somebody changes in them. */
function NextVersion({ code, terms }: { code: string; terms: Terms }) {
  const me = useMe();
  const go = useNavigate();
  const words = useWords();
  const [up, low, grace_days] = terms.penalty as [number, number, number];
  const [part, whole] = terms.highest_cost as [number, number];
  const [grace_principal, grace_interest] = terms.grace as [number, number];
  const [least_age, most_age] = terms.ages as [number, number];
  if (!isPlain(terms)) return <span className="quiet">{words.product.byApi}</span>;
  return (
    <Act
      act="nextVersion"
      primary
      path="/v1/staff/products"
      asks={[
        { name: "name_zh", as: "text", initial: terms.name_zh },
        { name: "name_en", as: "text", initial: terms.name_en },
        { name: "least", as: "amount", initial: String(terms.least / 100) },
        { name: "most", as: "amount", initial: String(terms.most / 100) },
        { name: "months", as: "text", initial: terms.months.join(", ") },
        {
          name: "method",
          as: "choice",
          of: ["annuity", "equal_principal", "flat", "interest_only", "bullet", "flexible"],
          initial: terms.method,
        },
        { name: "prepayment", as: "choice", of: ["shorten", "lower", "next", "last"], initial: terms.prepayment },
        { name: "effective_from", as: "date", initial: me.business_day },
      ]}
      body={(typed) => ({
        ...typed,
        code,
        months: String(typed.months)
          .split(/[,，\s]+/)
          .filter(Boolean)
          .map(Number),
        form: terms.form,
        audience: terms.audience,
        day_count: terms.day_count,
        interest_by: terms.interest_by,
        recalculation: terms.recalculation,
        allocation: terms.allocation,
        grace_principal,
        grace_interest,
        penalty_uplift: String(up / low),
        grace_days,
        least_age,
        most_age,
        highest_cost: String(part / whole),
        non_accrual_days: terms.non_accrual_days,
        charge_off_days: terms.charge_off_days,
        regions: terms.regions,
        draw_months: terms.draw_months,
        draw_least: terms.draw_least === null ? null : yuan(terms.draw_least),
        installment_multiple: yuan(terms.multiple),
      })}
      then={(answer) => go(`/products/${(answer as { id: string }).id}`)}
    />
  );
}
