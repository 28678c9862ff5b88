import { useState } from "react";
import { get, post } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { isSome, shown, typedAmount } from "../base/money";
import { go, goOn, useParams } from "../base/route";
import { Button, Card, Choices, Field, Item, Loading, Money, Page, Rows, Section, Trouble } from "../ui/parts";
import { useWords } from "../words";

type Pays = "total" | "least" | "amount";

/** A month of a pay-later line: what was bought, what is to be paid by when, and ways to pay it. */
export default function Statement() {
  const w = useWords();
  const { id = "" } = useParams();
  const found = useAsk(() => get("/v1/statements/{statement_id}", { statement_id: id }), [id]);
  const [pays, setPays] = useState<Pays>("total");
  const [text, setText] = useState("");
  const amount = typedAmount(text);
  const pay = useDo(async () => {
    const body = pays === "amount" && amount ? { pay: pays, amount: { amount, currency: "CNY" } } : { pay: pays };
    const made = await post("/v1/statements/{statement_id}/repayments", body, { statement_id: id });
    const first = made.payments[0];
    if (first) goOn("lending/payment", { id: first.id });
    else await found.again();
  });
  const one = found.data;
  if (!one)
    return (
      <Page title={w.payLater.statement}>
        <Trouble error={found.error} again={() => void found.again()} />
        {!found.error && <Loading />}
      </Page>
    );
  return (
    <Page title={w.payLater.statement}>
      <Card strong>
        <p className="quiet">{w.payLater.leftBy(one.due_on)}</p>
        <Money of={one.left} />
      </Card>
      <Card>
        <Rows
          of={[
            [w.payLater.purchased, `¥${shown(one.purchased)}`],
            ...(isSome(one.refunded) ? ([[w.payLater.refunded, `¥${shown(one.refunded)}`]] as [string, string][]) : []),
            [w.payLater.total, `¥${shown(one.total)}`],
            [w.payLater.least, `¥${shown(one.least)}`],
            [w.payLater.status, w.statementStatus[one.status as keyof typeof w.statementStatus] ?? one.status],
          ]}
        />
      </Card>
      {isSome(one.left) && (
        <>
          <Card>
            <Choices
              label={w.repay.what}
              of={
                [
                  ["total", w.payLater.total],
                  ["least", w.payLater.least],
                  ["amount", w.payLater.another],
                ] as const
              }
              value={pays}
              onChoose={setPays}
            />
            {pays === "amount" && (
              <Field label={w.apply.amount} value={text} onType={setText} keyboard="digit" most={12} />
            )}
            {pays === "least" && <p className="quiet">{w.payLater.leastText}</p>}
            <Trouble error={pay.error} />
            <Button onClick={() => void pay.run()} busy={pay.busy} off={pays === "amount" && !amount}>
              {w.repay.payPlain}
            </Button>
          </Card>
          <Button look="second" onClick={() => go("lending/sign", { subject: "statement", id })}>
            {w.payLater.split}
          </Button>
        </>
      )}
      {one.loan_id && (
        <Button look="second" onClick={() => go("lending/loan", { id: one.loan_id ?? "" })}>
          {w.home.seeLoan}
        </Button>
      )}
      <Section>{w.payLater.purchases}</Section>
      <Card>
        <ul className="list">
          {one.purchases.map((bought) => (
            <Item key={bought.id} title={bought.what} text={bought.on} end={`¥${shown(bought.amount)}`} />
          ))}
        </ul>
      </Card>
    </Page>
  );
}
