import { useState } from "react";
import { get } from "../base/api";
import { useAsk, useDo, useWatch } from "../base/ask";
import { openPdf } from "../base/files";
import { isSome, percent, shown } from "../base/money";
import { go, goTop, useParams } from "../base/route";
import { Button, Card, Item, Loading, Money, Notice, Page, Rows, Section, Trouble, Waiting } from "../ui/parts";
import { useWords } from "../words";
import { LoanTag, Schedule } from "./said";

/** One loan: on its way, how it stands, its schedule, what was paid, its papers. */
export default function Loan() {
  const w = useWords();
  const { id = "", fresh } = useParams();
  const found = useAsk(() => get("/v1/loans/{loan_id}", { loan_id: id }), [id]);
  const loan = found.data;
  const [whole, setWhole] = useState(false);
  const waits = loan?.status === "awaiting_pay_out";
  const settled = loan?.status === "closed";
  useWatch(found.again, waits, 1);
  const paid = useAsk(() => get("/v1/loans/{loan_id}/transactions", { loan_id: id }), [id, loan?.status]);
  const paper = useDo(async (kind: "contract" | "statement") => {
    if (kind === "statement") {
      const url = settled
        ? `/v1/loans/${id}/settlement.pdf`
        : `/v1/loans/${id}/statement.pdf?since=${loan?.disbursed_on}`;
      await openPdf(url, `${loan?.reference ?? "loan"}.pdf`);
      return;
    }
    const contract = (await get("/v1/contracts", { loan_id: id })).data[0];
    if (contract) await openPdf(`/v1/contracts/${contract.id}/document.pdf`, `${contract.reference}.pdf`);
  });
  if (!loan)
    return (
      <Page title={w.loan.title}>
        <Trouble error={found.error} again={() => void found.again()} />
        {!found.error && <Loading />}
      </Page>
    );
  const living = ["current", "overdue", "charged_off"].includes(loan.status);
  const rows = whole ? loan.schedule : loan.schedule.filter((row) => row.status !== "paid").slice(0, 3);
  return (
    <Page title={`${w.loan.title} ${loan.reference}`}>
      {waits && (
        <Waiting>
          <div className="headline">{w.loan.onItsWay}</div>
          <p className="lead">{w.loan.onItsWayText}</p>
          <Button look="second" onClick={() => goTop("lending/home")}>
            {w.tabs.home}
          </Button>
        </Waiting>
      )}
      {fresh && living && (
        <Notice>
          <p className="text strong">{w.loan.arrived}</p>
          <p className="text">{w.loan.arrivedText}</p>
        </Notice>
      )}
      {loan.status === "cancelled" && <Notice tone="warn">{w.loan.cancelled}</Notice>}
      {settled && (
        <Notice>
          <p className="text strong">{w.loan.closed}</p>
          <p className="text">{w.loan.closedText}</p>
        </Notice>
      )}
      {living && (
        <Card strong={loan.overdue_days === 0}>
          <p className="text">
            <LoanTag loan={loan} />
          </p>
          <p className="quiet">{loan.overdue_days > 0 ? w.home.late(loan.overdue_days) : w.loan.left}</p>
          <Money of={loan.overdue_days > 0 ? loan.due : loan.outstanding} />
          {loan.next_due_on && loan.overdue_days === 0 && <p className="quiet">{w.home.nextDue(loan.next_due_on)}</p>}
        </Card>
      )}
      {living && (
        <>
          <Button onClick={() => go("lending/repay", { loan: loan.id })}>{w.loan.repay}</Button>
          <Button look="second" onClick={() => go("postloan/help", { loan: loan.id })}>
            {w.home.trouble}
          </Button>
        </>
      )}
      <Section>{w.cost.schedule}</Section>
      <Card>
        <Schedule of={rows} />
        {rows.length < loan.schedule.length && (
          <Button look="plain" onClick={() => setWhole(true)}>
            {w.loan.wholeSchedule(loan.schedule.length)}
          </Button>
        )}
      </Card>
      <Section>{w.loan.terms}</Section>
      <Card>
        <Rows
          of={[
            [w.cost.principal, `¥${shown(loan.principal)}`],
            [w.apply.months, w.months(loan.months)],
            [w.cost.rate, percent(loan.annual_rate)],
            ...(loan.disbursed_on ? ([[w.loan.paidOutOn, loan.disbursed_on]] as [string, string][]) : []),
            ...(isSome(loan.payoff) ? ([[w.loan.payoff, `¥${shown(loan.payoff)}`]] as [string, string][]) : []),
          ]}
        />
      </Card>
      {paid.data && paid.data.data.length > 0 && (
        <>
          <Section>{w.loan.history}</Section>
          <Card>
            <ul className="list">
              {[...paid.data.data].reverse().map((one) => (
                <Item
                  key={one.id}
                  title={w.transactions[one.type as keyof typeof w.transactions] ?? one.type}
                  text={one.on}
                  end={`¥${shown(one.amount)}`}
                  note={w.loan.balance(shown(one.balance))}
                />
              ))}
            </ul>
          </Card>
        </>
      )}
      <Section>{w.loan.papers}</Section>
      <Trouble error={paper.error} />
      <div className="pair">
        <Button look="second" onClick={() => void paper.run("contract")} busy={paper.busy}>
          {w.loan.contract}
        </Button>
        <Button look="second" onClick={() => void paper.run("statement")} busy={paper.busy} off={!loan.disbursed_on}>
          {settled ? w.loan.proofOfEnd : w.loan.statement}
        </Button>
      </div>
    </Page>
  );
}
