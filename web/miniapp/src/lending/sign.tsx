import { useEffect, useState } from "react";
import { type Answer, get, post } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { percent, shown } from "../base/money";
import { goOn, useParams } from "../base/route";
import { Button, Card, Choices, Foot, Loading, Money, Page, Rows, Section, Tick, Trouble } from "../ui/parts";
import { Slide } from "../ui/slide";
import { useLanguage, useWords } from "../words";
import { Schedule } from "./said";

type Subject = "offer" | "line" | "purchase" | "statement";
type Disclosure = Answer<"post", "/v1/disclosures">;
interface Wanted {
  amount?: string;
  months?: number;
}

interface Words {
  en: string;
  zh: string;
}

/** The statement of the whole cost as the server composes it. */
interface Statement {
  principal: string;
  months: number;
  annual_cost: string;
  annual_cost_compounded: string;
  annual_cost_cap: string;
  total_cost: string;
  total_repayment: string;
  by_example: boolean;
  lender: string;
  method: Words;
  nothing_else: Words;
  title: Words;
  items: { kind: string; name: Words; amount: string; standard: Words; taker: Words; when: Words }[];
  possible: { kind: string; name: Words; standard: Words; taker: Words }[];
  schedule: { number: number; due_on: string; total: string; principal: string; interest: string }[];
}

/** Choose what is taken, read what it costs for as long as the law wants, confirm, and sign. */
export default function Sign() {
  const w = useWords();
  const { subject = "offer", id = "" } = useParams() as { subject?: Subject; id?: string };
  const [wanted, setWanted] = useState<Wanted>();
  const [read, setRead] = useState<Disclosure>();
  const show = useDo(async (chosen: Wanted) => {
    const body = {
      subject,
      subject_id: id,
      ...(chosen.amount ? { amount: { amount: chosen.amount, currency: "CNY" } } : {}),
      ...(chosen.months ? { months: chosen.months } : {}),
    };
    setRead(await post("/v1/disclosures", body));
  });
  const choose = (chosen: Wanted) => {
    setWanted(chosen);
    void show.run(chosen);
  };
  if (read && wanted)
    return <Reading disclosure={read} subject={subject} id={id} wanted={wanted} anew={() => setRead(undefined)} />;
  return (
    <Page title={w.sign.titles[subject]}>
      {subject === "offer" && <OfOffer id={id} choose={choose} busy={show.busy} />}
      {subject === "line" && <OfLine id={id} choose={choose} busy={show.busy} />}
      {(subject === "purchase" || subject === "statement") && <OfMonths choose={choose} busy={show.busy} />}
      <Trouble error={show.error} />
    </Page>
  );
}

interface Choosing {
  choose: (wanted: Wanted) => void;
  busy: boolean;
}

/** The whole of an offer, or less of it: each possibility with its cost, from the server. */
function OfOffer({ id, choose, busy }: Choosing & { id: string }) {
  const w = useWords();
  const known = useAsk(async () => {
    const offer = await get("/v1/offers/{offer_id}", { offer_id: id });
    const application = await get("/v1/applications/{application_id}", { application_id: offer.application_id });
    const [sold, others] = await Promise.all([
      get("/v1/products"),
      get("/v1/offers/{offer_id}/alternatives", { offer_id: id }),
    ]);
    const product = sold.data.find((one) => one.code === application.product.split("@")[0]);
    return { offer, others: others.data, form: product?.form ?? "loan" };
  }, [id]);
  const [amount, setAmount] = useState<string>();
  const [months, setMonths] = useState<number>();
  if (!known.data) return known.error ? <Trouble error={known.error} again={() => void known.again()} /> : <Loading />;
  const { offer, others, form } = known.data;
  if (form !== "loan" || others.length === 0)
    return (
      <>
        <p className="lead">{form === "loan" ? w.sign.whole : w.sign.openLine}</p>
        <Card strong>
          <Money of={offer.principal} />
        </Card>
        <Foot>
          <Button onClick={() => choose({})} busy={busy}>
            {w.sign.seeCost}
          </Button>
        </Foot>
      </>
    );
  const amounts = [...new Set(others.map((one) => one.amount.amount))].reverse();
  const taken = amount ?? offer.principal.amount;
  const fitting = others.filter((one) => one.amount.amount === taken);
  const chosen = fitting.find((one) => one.months === (months ?? offer.months)) ?? fitting[0];
  return (
    <>
      <p className="lead">{w.sign.howMuch}</p>
      <Card>
        <Money of={taken} />
        <Slide
          label={w.apply.amount}
          value={amounts.indexOf(taken)}
          most={amounts.length - 1}
          said={`¥${shown(taken)}`}
          onSlide={(at) => setAmount(amounts[at])}
        />
        <Choices
          label={w.apply.months}
          of={fitting.map((one) => [one.months, w.months(one.months)] as const)}
          value={chosen?.months}
          onChoose={setMonths}
        />
      </Card>
      {chosen && (
        <Card>
          <Rows
            of={[
              [w.cost.largest, `¥${shown(chosen.largest_instalment)}`],
              [w.cost.interest, `¥${shown(chosen.interest)}`],
              [w.cost.annualCost, percent(chosen.annual_cost)],
            ]}
          />
        </Card>
      )}
      <Foot>
        <Button
          onClick={() => {
            const whole = taken === offer.principal.amount && chosen?.months === offer.months;
            choose(whole || !chosen ? {} : { amount: taken, months: chosen.months });
          }}
          busy={busy}
        >
          {w.sign.seeCost}
        </Button>
      </Foot>
    </>
  );
}

const STEP = 100;

/** A draw: amount by hundreds, term, and the schedule the server makes of them. */
function OfLine({ id, choose, busy }: Choosing & { id: string }) {
  const w = useWords();
  const known = useAsk(async () => {
    const [line, sold] = await Promise.all([get("/v1/lines/{line_id}", { line_id: id }), get("/v1/products")]);
    return { line, product: sold.data.find((one) => one.code === line.product.split("@")[0]) };
  }, [id]);
  const [steps, setSteps] = useState<number>();
  const [months, setMonths] = useState<number>();
  if (!known.data) return known.error ? <Trouble error={known.error} again={() => void known.again()} /> : <Loading />;
  const { line, product } = known.data;
  const least = Math.ceil(Number(product?.least.amount ?? 0) / STEP);
  const most = Math.floor(Number(line.available.amount) / STEP);
  if (most < least) return <p className="lead">{w.sign.nothingLeft}</p>;
  const at = Math.min(most, Math.max(least, steps ?? most));
  const amount = `${at * STEP}.00`;
  const terms = product?.draw_months ?? [];
  const term = months ?? terms[terms.length - 1] ?? 12;
  return (
    <>
      <p className="lead">{w.sign.howMuch}</p>
      <Card>
        <Money of={amount} />
        <Slide
          label={w.apply.amount}
          value={at - least}
          most={most - least}
          said={`¥${shown(amount)}`}
          onSlide={(to) => setSteps(least + to)}
        />
        <Choices
          label={w.apply.months}
          of={terms.map((one) => [one, w.months(one)] as const)}
          value={term}
          onChoose={setMonths}
        />
      </Card>
      <Sketch amount={amount} months={term} rate={line.annual_rate} />
      <Foot>
        <Button onClick={() => choose({ amount, months: term })} busy={busy}>
          {w.sign.seeCost}
        </Button>
      </Foot>
    </>
  );
}

/** What it would cost, asked anew while the slider rests. */
function Sketch({ amount, months, rate }: { amount: string; months: number; rate: string }) {
  const w = useWords();
  const [held, setHeld] = useState({ amount, months });
  useEffect(() => {
    const timer = setTimeout(() => setHeld({ amount, months }), 250);
    return () => clearTimeout(timer);
  }, [amount, months]);
  const quote = useAsk(async () => {
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const body = {
      principal: held.amount,
      currency: "CNY",
      annual_rate: rate,
      method: "annuity",
      installments: held.months,
      every: { count: 1, unit: "month" },
      disbursed_on: today,
    };
    return (await post("/v1/quotes", body as never)) as unknown as {
      schedule: { total: string }[];
      cost: { interest: string; apr: string };
    };
  }, [held.amount, held.months, rate]);
  if (!quote.data) return <Trouble error={quote.error} />;
  return (
    <Card>
      <Rows
        of={[
          [w.cost.monthly, `¥${shown(quote.data.schedule[0]?.total ?? "0.00")}`],
          [w.cost.interest, `¥${shown(quote.data.cost.interest)}`],
          [w.cost.annualCost, percent(quote.data.cost.apr)],
        ]}
      />
    </Card>
  );
}

const TERMS = [3, 6, 9, 12] as const;

function OfMonths({ choose, busy }: Choosing) {
  const w = useWords();
  const [months, setMonths] = useState<number>(6);
  return (
    <>
      <p className="lead">{w.sign.overHowLong}</p>
      <Card>
        <Choices
          label={w.apply.months}
          of={TERMS.map((one) => [one, w.months(one)] as const)}
          value={months}
          onChoose={setMonths}
        />
      </Card>
      <Foot>
        <Button onClick={() => choose({ months })} busy={busy}>
          {w.sign.seeCost}
        </Button>
      </Foot>
    </>
  );
}

/** The statement stays on screen for as long as the server says; only then it can be confirmed, then signed. */
function Reading(props: { disclosure: Disclosure; subject: Subject; id: string; wanted: Wanted; anew: () => void }) {
  const { disclosure, subject, id, wanted, anew } = props;
  const w = useWords();
  const language = useLanguage();
  const statement = disclosure.statement as unknown as Statement;
  const readingTime = Math.ceil((Date.parse(disclosure.confirm_from) - Date.parse(disclosure.shown_at)) / 1000);
  const [left, setLeft] = useState(readingTime);
  const [agreed, setAgreed] = useState(false);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const sign = useDo(async () => {
    await post(
      "/v1/disclosures/{disclosure_id}/confirmations",
      { text_hash: disclosure.text_hash },
      { disclosure_id: disclosure.id },
    );
    const amount = wanted.amount ? { amount: { amount: wanted.amount, currency: "CNY" } } : {};
    const months = wanted.months ? { months: wanted.months } : {};
    const said = { disclosure_id: disclosure.id };
    if (subject === "offer") {
      const made = await post("/v1/offers/{offer_id}/acceptances", { ...said, ...amount, ...months }, { offer_id: id });
      if (made.line_id) goOn("lending/line", { id: made.line_id, fresh: "1" });
      else goOn("lending/loan", { id: made.loan_id ?? "", fresh: "1" });
    } else if (subject === "line") {
      const body = { ...said, amount: { amount: wanted.amount ?? "0", currency: "CNY" }, months: wanted.months ?? 0 };
      const made = await post("/v1/lines/{line_id}/draws", body, { line_id: id });
      goOn("lending/loan", { id: made.loan_id, fresh: "1" });
    } else if (subject === "purchase") {
      const made = await post(
        "/v1/purchases/{purchase_id}/instalments",
        { ...said, months: wanted.months ?? 0 },
        { purchase_id: id },
      );
      goOn("lending/loan", { id: made.loan_id });
    } else {
      const made = await post(
        "/v1/statements/{statement_id}/instalments",
        { ...said, months: wanted.months ?? 0 },
        { statement_id: id },
      );
      if (made.loan_id) goOn("lending/loan", { id: made.loan_id });
      else goOn("lending/statement", { id });
    }
  });
  return (
    <Page title={statement.title[language]}>
      <Card strong>
        <p className="quiet">{w.cost.annualCost}</p>
        <span className="amount">{percent(statement.annual_cost)}</span>
        <p className="quiet">{w.cost.cap(percent(statement.annual_cost_cap))}</p>
      </Card>
      {statement.by_example && <p className="lead">{w.cost.example}</p>}
      <Card>
        <Rows
          of={[
            [w.cost.principal, `¥${shown(statement.principal)}`],
            [w.apply.months, w.months(statement.months)],
            [w.cost.method, statement.method[language]],
            ...statement.items.map(
              (one) =>
                [
                  one.name[language],
                  <Charge
                    key={one.kind}
                    amount={one.amount}
                    text={`${one.standard[language]}；${one.when[language]}`}
                  />,
                ] as [string, React.ReactNode],
            ),
            [w.cost.total, `¥${shown(statement.total_repayment)}`],
            [w.cost.compounded, percent(statement.annual_cost_compounded)],
            [w.cost.lender, statement.lender],
          ]}
        />
        <p className="quiet">{statement.nothing_else[language]}</p>
      </Card>
      <Section>{w.cost.onlyIf}</Section>
      <Card>
        <Rows of={statement.possible.map((one) => [one.name[language], one.standard[language]])} />
      </Card>
      <Section>{w.cost.schedule}</Section>
      <Card>
        <Schedule of={statement.schedule} />
      </Card>
      <Card>
        <Tick on={agreed} onChange={setAgreed}>
          {w.sign.confirm(percent(statement.annual_cost), shown(statement.total_repayment))}
        </Tick>
      </Card>
      <Trouble error={sign.error} />
      <Button look="plain" onClick={anew}>
        {w.sign.chooseAgain}
      </Button>
      <Foot>
        <Button onClick={() => void sign.run()} busy={sign.busy} off={left > 0 || !agreed}>
          {left > 0 ? w.sign.readFirst(left) : w.sign.sign[subject]}
        </Button>
      </Foot>
    </Page>
  );
}

function Charge({ amount, text }: { amount: string; text: string }) {
  return (
    <>
      <span>¥{shown(amount)}</span>
      <span className="quiet">{text}</span>
    </>
  );
}
