import { useEffect, useState } from "react";
import { get, post, put } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { isMore, isSome, shown, typedAmount } from "../base/money";
import { goOn, useParams } from "../base/route";
import { Button, Card, Choices, Field, Foot, Loading, Money, Notice, Page, Rows, Trouble } from "../ui/parts";
import { useWords } from "../words";

type What = "due" | "part" | "early" | "all";
type How = "card" | "wallet" | "code";

/** What is due, a part of it, something early, or all; what it saves is shown before. */
export default function Repay() {
  const w = useWords();
  const { loan: id = "" } = useParams();
  const found = useAsk(async () => {
    const [loan, payoff] = await Promise.all([
      get("/v1/loans/{loan_id}", { loan_id: id }),
      get("/v1/loans/{loan_id}/payoff-quote", { loan_id: id }),
    ]);
    return { loan, payoff };
  }, [id]);
  const [what, setWhat] = useState<What>();
  const [how, setHow] = useState<How>("card");
  const [text, setText] = useState("");
  const isDue = found.data ? isSome(found.data.loan.due) : false;
  const chosen: What = what ?? (isDue ? "due" : "all");
  const typed = typedAmount(text);
  const pay = useDo(async () => {
    const amount = chosen === "part" || chosen === "early" ? typed : undefined;
    const made = await post(
      "/v1/loans/{loan_id}/repayments",
      {
        kind: chosen === "due" || chosen === "part" ? "due" : "early",
        by: how,
        ...(amount ? { amount: { amount, currency: "CNY" } } : {}),
      },
      { loan_id: id },
    );
    goOn("lending/payment", { id: made.id });
  });
  if (!found.data)
    return (
      <Page title={w.repay.title}>
        <Trouble error={found.error} again={() => void found.again()} />
        {!found.error && <Loading />}
      </Page>
    );
  const { loan, payoff } = found.data;
  const most = chosen === "part" ? loan.due.amount : payoff.amount.amount;
  const tooMuch = typed ? isMore(typed, most) : false;
  const needsAmount = chosen === "part" || chosen === "early";
  const amount = chosen === "due" ? loan.due : chosen === "all" ? payoff.amount : typed ? { amount: typed } : undefined;
  const kinds = [
    ...(isDue
      ? ([
          ["due", w.repay.due],
          ["part", w.repay.part],
        ] as const)
      : []),
    ...(loan.overdue_days === 0 ? ([["early", w.repay.early]] as const) : []),
    ["all", w.repay.all] as const,
  ];
  return (
    <Page title={w.repay.title}>
      <Card>
        <Choices label={w.repay.what} of={kinds} value={chosen} onChoose={setWhat} />
        {needsAmount ? (
          <Field
            label={w.apply.amount}
            value={text}
            keyboard="digit"
            most={12}
            onType={setText}
            hint={w.repay.atMost(shown(most))}
            wrong={tooMuch ? w.repay.atMost(shown(most)) : undefined}
          />
        ) : (
          <Money of={amount ?? loan.due} />
        )}
      </Card>
      {chosen === "all" && (
        <Card>
          <Rows
            of={[
              [w.cost.principal, `¥${shown(payoff.principal)}`],
              [w.cost.interestToday, `¥${shown(payoff.interest)}`],
              ...(isSome(payoff.penalty)
                ? ([[w.cost.penalty, `¥${shown(payoff.penalty)}`]] as [string, string][])
                : []),
              ...(isSome(payoff.fee) ? ([[w.cost.fee, `¥${shown(payoff.fee)}`]] as [string, string][]) : []),
            ]}
          />
          <p className="quiet">{w.repay.untilToday(payoff.valid_until)}</p>
        </Card>
      )}
      {chosen === "early" && typed && !tooMuch && <Saving loan={id} amount={typed} />}
      <Card>
        <Choices
          label={w.repay.how}
          of={[
            ["card", w.repay.card],
            ...(process.env.TARO_ENV === "weapp" ? ([["wallet", w.repay.wallet]] as const) : []),
            ["code", w.repay.code],
          ]}
          value={how}
          onChoose={setHow}
        />
        <p className="quiet">{w.repay.howText[how]}</p>
      </Card>
      <ByTransfer />
      <Trouble error={pay.error} />
      <Foot>
        <Button onClick={() => void pay.run()} busy={pay.busy} off={needsAmount && (!typed || tooMuch)}>
          {amount ? w.repay.pay(shown(amount)) : w.repay.payPlain}
        </Button>
      </Foot>
    </Page>
  );
}

/** What paying early changes, before it is done. */
function Saving({ loan, amount }: { loan: string; amount: string }) {
  const w = useWords();
  const [held, setHeld] = useState(amount);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(amount), 400);
    return () => clearTimeout(timer);
  }, [amount]);
  const preview = useAsk(
    () => get("/v1/loans/{loan_id}/prepayment-preview", { loan_id: loan, amount: held }),
    [loan, held],
  );
  if (!preview.data) return <Trouble error={preview.error} />;
  const next = preview.data.schedule.find((row) => row.status === "upcoming");
  return (
    <Notice>
      <p className="text strong">{w.repay.saves(shown(preview.data.interest_saved))}</p>
      {next && <p className="text">{w.repay.nextThen(next.due_on, shown(next.total))}</p>}
    </Notice>
  );
}

/** An account in this person's name, for whoever would rather transfer. */
function ByTransfer() {
  const w = useWords();
  const [account, setAccount] = useState<{ account_name: string; account_number: string; remark: string }>();
  const show = useDo(async () => {
    setAccount(await put("/v1/transfer-account", undefined));
  });
  if (!account)
    return (
      <>
        <Trouble error={show.error} />
        <Button look="plain" onClick={() => void show.run()} busy={show.busy}>
          {w.repay.transfer}
        </Button>
      </>
    );
  return (
    <Card>
      <Rows
        of={[
          [w.repay.accountName, account.account_name],
          [w.repay.accountNumber, account.account_number],
          [w.repay.remark, account.remark],
        ]}
      />
      <p className="quiet">{w.repay.transferText}</p>
    </Card>
  );
}
