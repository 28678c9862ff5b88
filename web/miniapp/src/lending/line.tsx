import { useState } from "react";
import { get, post } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { isSome, percent, shown, typedAmount } from "../base/money";
import { go, useParams } from "../base/route";
import {
  Button,
  Card,
  Choices,
  Field,
  Item,
  Loading,
  Money,
  Notice,
  Page,
  Rows,
  Section,
  Tag,
  Trouble,
} from "../ui/parts";
import { useLanguage, useWords } from "../words";
import { LoanTag } from "./said";

/** A line: what is left of it, what was taken, how it changed and why; a pay-later line has statements. */
export default function Line() {
  const w = useWords();
  const language = useLanguage();
  const { id = "", fresh } = useParams();
  const found = useAsk(async () => {
    const [line, sold, reviews, warnings] = await Promise.all([
      get("/v1/lines/{line_id}", { line_id: id }),
      get("/v1/products"),
      get("/v1/lines/{line_id}/reviews", { line_id: id }),
      get("/v1/lines/{line_id}/warnings", { line_id: id }),
    ]);
    const product = sold.data.find((one) => one.code === line.product.split("@")[0]);
    return { line, product, reviews: reviews.data, warnings: warnings.data };
  }, [id]);
  const raise = useDo(async (review: string) => {
    await post("/v1/line-reviews/{review_id}/acceptances", undefined, { review_id: review });
    await found.again();
  });
  if (!found.data)
    return (
      <Page title={w.line.title}>
        <Trouble error={found.error} again={() => void found.again()} />
        {!found.error && <Loading />}
      </Page>
    );
  const { line, product, reviews, warnings } = found.data;
  const active = line.status === "open";
  return (
    <Page title={product ? (language === "zh" ? product.name_zh : product.name_en) : w.line.title}>
      {fresh && <Notice>{w.line.opened}</Notice>}
      {!active && <Notice tone="warn">{w.lineStatus[line.status as keyof typeof w.lineStatus] ?? line.status}</Notice>}
      {line.status === "frozen" && warnings.length > 0 && (
        <Card>
          <p className="text">{w.line.why}</p>
          {warnings.map((one) => (
            <p className="quiet" key={one.en}>
              {one.on} {one[language]}
            </p>
          ))}
          <Button onClick={() => go("onboarding/rights")}>{w.line.appeal}</Button>
        </Card>
      )}
      <Card strong>
        <p className="quiet">{w.home.available}</p>
        <Money of={line.available} />
        <p className="quiet">{w.home.ofLimit(shown(line.limit))}</p>
      </Card>
      <Card>
        <Rows
          of={[
            [w.cost.rate, percent(line.annual_rate)],
            [w.line.used, `¥${shown(line.used)}`],
            [w.line.until, line.expires_on],
          ]}
        />
      </Card>
      {product?.form === "pay_later" ? (
        <PayLater id={line.id} active={active} again={found.again} />
      ) : (
        <>
          <Button
            onClick={() => go("lending/sign", { subject: "line", id: line.id })}
            off={!active || !isSome(line.available)}
          >
            {w.line.draw}
          </Button>
          <Draws id={line.id} />
        </>
      )}
      {reviews.length > 0 && <Section>{w.line.changes}</Section>}
      {reviews.map((one) => (
        <Card key={one.id}>
          <p className="text">
            <Tag
              tone={
                one.verdict === "raise" || one.verdict === "unfreeze"
                  ? "good"
                  : one.verdict === "keep"
                    ? "plain"
                    : "warn"
              }
            >
              {w.verdicts[one.verdict]}
            </Tag>{" "}
            <span className="quiet">{one.on}</span>
          </p>
          <p className="text">{one.why[language]}</p>
          {one.limit_after.amount !== one.limit_before.amount && (
            <p className="text">
              {w.line.fromTo(shown(one.limit_before, { short: true }), shown(one.limit_after, { short: true }))}
            </p>
          )}
          {one.reasons.map((why) => (
            <p className="quiet" key={why.code}>
              {why[language]}
            </p>
          ))}
          {one.offer && (
            <Button onClick={() => void raise.run(one.id)} busy={raise.busy}>
              {w.line.takeRaise}
            </Button>
          )}
        </Card>
      ))}
      <Trouble error={raise.error} />
    </Page>
  );
}

function Draws({ id }: { id: string }) {
  const w = useWords();
  const draws = useAsk(() => get("/v1/lines/{line_id}/draws", { line_id: id }), [id]);
  if (!draws.data?.data.length) return <Trouble error={draws.error} />;
  return (
    <>
      <Section>{w.line.draws}</Section>
      <Card>
        <ul className="list">
          {draws.data.data.map((one) => (
            <Item
              key={one.id}
              title={
                <Button look="plain" small onClick={() => go("lending/loan", { id: one.id })}>
                  {one.reference}
                </Button>
              }
              text={one.disbursed_on}
              end={`¥${shown(one.outstanding)}`}
              note={<LoanTag loan={one} />}
            />
          ))}
        </ul>
      </Card>
    </>
  );
}

function PayLater({ id, active, again }: { id: string; active: boolean; again: () => Promise<void> }) {
  const w = useWords();
  const found = useAsk(async () => {
    const [statements, purchases] = await Promise.all([
      get("/v1/lines/{line_id}/statements", { line_id: id }),
      get("/v1/lines/{line_id}/purchases", { line_id: id, most: 20 }),
    ]);
    return { statements: statements.data, purchases: purchases.data };
  }, [id]);
  const debit = useDo(async (pays: "total" | "least") => {
    await post("/v1/lines/{line_id}/debits", { pays }, { line_id: id });
  });
  const [buying, setBuying] = useState(false);
  return (
    <>
      {buying ? (
        <Buy
          id={id}
          done={() => {
            setBuying(false);
            void Promise.all([found.again(), again()]);
          }}
        />
      ) : (
        <Button onClick={() => setBuying(true)} off={!active}>
          {w.payLater.buy}
        </Button>
      )}
      <Trouble error={found.error} again={() => void found.again()} />
      {found.data && found.data.statements.length > 0 && <Section>{w.payLater.statements}</Section>}
      {found.data?.statements.map((one) => (
        <Card key={one.id} onTap={() => go("lending/statement", { id: one.id })}>
          <Rows
            of={[
              [w.payLater.closedOn, one.closed_on],
              [w.payLater.dueOn, one.due_on],
              [w.payLater.left, `¥${shown(one.left)}`],
              [w.payLater.status, w.statementStatus[one.status as keyof typeof w.statementStatus] ?? one.status],
            ]}
          />
        </Card>
      ))}
      {found.data && found.data.purchases.length > 0 && (
        <>
          <Section>{w.payLater.purchases}</Section>
          <Card>
            <ul className="list">
              {found.data.purchases.map((one) => (
                <Item
                  key={one.id}
                  title={one.what}
                  text={one.on}
                  end={`¥${shown(one.amount)}`}
                  note={
                    one.loan_id ? (
                      w.payLater.billed
                    ) : (
                      <Button
                        small
                        look="plain"
                        onClick={() => go("lending/sign", { subject: "purchase", id: one.id })}
                      >
                        {w.payLater.split}
                      </Button>
                    )
                  }
                />
              ))}
            </ul>
          </Card>
        </>
      )}
      <Section>{w.payLater.debit}</Section>
      <p className="quiet">{w.payLater.debitText}</p>
      <div className="pair">
        <Button look="second" onClick={() => void debit.run("total")} busy={debit.busy}>
          {w.payLater.total}
        </Button>
        <Button look="second" onClick={() => void debit.run("least")} busy={debit.busy}>
          {w.payLater.least}
        </Button>
      </div>
      <Trouble error={debit.error} />
    </>
  );
}

/** Use first, repay later: a purchase at a merchant of the lender's. */
function Buy({ id, done }: { id: string; done: () => void }) {
  const w = useWords();
  const merchants = useAsk(() => get("/v1/merchants", { most: 50 }));
  const [merchant, setMerchant] = useState<string>();
  const [what, setWhat] = useState("");
  const [text, setText] = useState("");
  const amount = typedAmount(text);
  const buy = useDo(async () => {
    if (!merchant || !amount) return;
    await post(
      "/v1/lines/{line_id}/purchases",
      { merchant_id: merchant, what, amount: { amount, currency: "CNY" } },
      { line_id: id },
    );
    done();
  });
  if (!merchants.data) return merchants.error ? <Trouble error={merchants.error} /> : <Loading />;
  if (merchants.data.data.length === 0) return <Notice>{w.payLater.noMerchants}</Notice>;
  return (
    <Card>
      <Choices
        label={w.payLater.merchant}
        of={merchants.data.data.map((one) => [one.id, one.name] as const)}
        value={merchant}
        onChoose={setMerchant}
      />
      <Field label={w.payLater.what} value={what} onType={setWhat} most={60} />
      <Field label={w.apply.amount} value={text} onType={setText} keyboard="digit" most={12} />
      <Trouble error={buy.error} />
      <Button onClick={() => void buy.run()} busy={buy.busy} off={!merchant || !what || !amount}>
        {w.payLater.payLater}
      </Button>
    </Card>
  );
}
