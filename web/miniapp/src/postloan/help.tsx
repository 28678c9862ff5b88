import { useState } from "react";
import { type Answer, get, post } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { shown, typedAmount } from "../base/money";
import { useParams } from "../base/route";
import { Schedule } from "../lending/said";
import { Button, Card, Choices, Field, Foot, Loading, Notice, Page, Section, Trouble } from "../ui/parts";
import { Slide } from "../ui/slide";
import { useWords } from "../words";

const CAUSES = ["lost_work", "illness", "family", "disaster", "business", "other"] as const;
const LONGEST = 60;
const OPEN = ["asked", "proposed", "offered"];

type Help = Answer<"get", "/v1/hardship-requests">["data"][number];

/** Trouble paying: another plan first. Nobody collects while it is looked at. */
export default function HelpPage() {
  const w = useWords();
  const { loan: id = "" } = useParams();
  const found = useAsk(async () => {
    const [loan, requests] = await Promise.all([
      get("/v1/loans/{loan_id}", { loan_id: id }),
      get("/v1/hardship-requests"),
    ]);
    return { loan, mine: requests.data.filter((one) => one.loan_id === id) };
  }, [id]);
  const open = found.data?.mine.find((one) => OPEN.includes(one.status));
  const last = found.data?.mine[0];
  return (
    <Page title={w.help.title}>
      <div className="headline">{w.help.headline}</div>
      <p className="lead">{w.help.lead}</p>
      <Trouble error={found.error} again={() => void found.again()} />
      {!found.data && !found.error && <Loading />}
      {open && <Requested one={open} again={found.again} />}
      {!open && last && (last.status === "agreed" || last.status === "declined") && (
        <Notice tone={last.status === "declined" ? "warn" : "plain"}>
          <p className="text strong">{w.helpStatus[last.status]}</p>
          {last.answer && <p className="text">{last.answer}</p>}
        </Notice>
      )}
      {found.data && !open && <Ask loan={found.data.loan} again={found.again} />}
    </Page>
  );
}

function Requested({ one, again }: { one: Help; again: () => Promise<void> }) {
  const w = useWords();
  const agree = useDo(async () => {
    await post("/v1/hardship-requests/{request_id}/agreements", undefined, { request_id: one.id });
    await again();
  });
  const withdraw = useDo(async () => {
    await post("/v1/hardship-requests/{request_id}/withdrawals", undefined, { request_id: one.id });
    await again();
  });
  return (
    <>
      <Notice>
        <p className="text strong">{w.helpStatus[one.status as keyof typeof w.helpStatus]}</p>
        {one.status !== "offered" && <p className="text">{w.help.answerBy(one.answer_by)}</p>}
      </Notice>
      {one.plan && (
        <>
          <Section>{w.help.plan(one.plan.installments)}</Section>
          <Card>
            <Schedule of={one.plan.schedule.filter((row) => row.status !== "paid")} />
          </Card>
          <Trouble error={agree.error} />
          <Foot>
            <Button onClick={() => void agree.run()} busy={agree.busy}>
              {w.help.agree}
            </Button>
          </Foot>
        </>
      )}
      <Trouble error={withdraw.error} />
      <Button look="plain" onClick={() => void withdraw.run()} busy={withdraw.busy}>
        {one.plan ? w.help.decline : w.help.withdraw}
      </Button>
    </>
  );
}

function Ask({ loan, again }: { loan: Answer<"get", "/v1/loans/{loan_id}">; again: () => Promise<void> }) {
  const w = useWords();
  const left = loan.schedule.filter((row) => row.status !== "paid").length;
  const [installments, setInstallments] = useState(Math.min(LONGEST, Math.max(2 * left, 6)));
  const [cause, setCause] = useState<(typeof CAUSES)[number]>();
  const [text, setText] = useState("");
  const [note, setNote] = useState("");
  const amount = typedAmount(text);
  const clock = useAsk(() => get("/v1/loans/{loan_id}/payoff-quote", { loan_id: loan.id }), [loan.id]);
  const first = clock.data ? inAMonth(clock.data.valid_until) : undefined;
  const preview = useAsk(
    async () =>
      first
        ? await get("/v1/loans/{loan_id}/hardship-preview", { loan_id: loan.id, installments, first_due_on: first })
        : undefined,
    [loan.id, installments, first],
  );
  const ask = useDo(async () => {
    if (!cause || !amount) return;
    await post(
      "/v1/loans/{loan_id}/hardship-requests",
      { cause, can_pay: { amount, currency: "CNY" }, note },
      { loan_id: loan.id },
    );
    await again();
  });
  const monthly = preview.data?.schedule.find((row) => row.status !== "paid" && row.outstanding !== "0.00");
  return (
    <>
      <Section>{w.help.tryOut}</Section>
      <Card>
        <p className="text">{w.help.over(w.months(installments))}</p>
        <Slide
          label={w.apply.months}
          value={installments - 1}
          most={LONGEST - 1}
          said={w.months(installments)}
          onSlide={(at) => setInstallments(at + 1)}
        />
        {monthly && <p className="text strong">{w.help.wouldBe(shown(monthly.total))}</p>}
        <p className="quiet">{w.help.noPromise}</p>
        <Trouble error={preview.error} />
      </Card>
      <Section>{w.help.askFor}</Section>
      <Card>
        <Choices
          label={w.help.why}
          of={CAUSES.map((one) => [one, w.causes[one]] as const)}
          value={cause}
          onChoose={setCause}
        />
        <Field label={w.help.canPay} value={text} onType={setText} keyboard="digit" most={10} />
        <Field label={w.help.note} value={note} onType={setNote} most={500} hint={w.help.noteHint} />
      </Card>
      <Trouble error={ask.error} />
      <Foot>
        <Button onClick={() => void ask.run()} busy={ask.busy} off={!cause || !amount}>
          {w.help.ask}
        </Button>
      </Foot>
    </>
  );
}

function inAMonth(day: string): string {
  const [year = 2026, month = 1, date = 1] = day.split("-").map(Number);
  const [to, at] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${to}-${String(at).padStart(2, "0")}-${String(Math.min(date, 28)).padStart(2, "0")}`;
}
