import { useEffect, useState } from "react";
import { get, post } from "../base/api";
import { useAsk, useDo, useWatch } from "../base/ask";
import { percent, shown } from "../base/money";
import { goOn, goTop, useParams } from "../base/route";
import { Button, Card, Foot, Loading, Money, Notice, Page, Rows, Section, Trouble, Waiting } from "../ui/parts";
import { useLanguage, useWords } from "../words";

const USUAL_SECONDS = 10;

/** The answer: how much at which rate; or why not, what would help, and a person to look at it. */
export default function Result() {
  const w = useWords();
  const { id = "" } = useParams();
  const found = useAsk(async () => {
    const application = await get("/v1/applications/{application_id}", { application_id: id });
    const offer = application.offer_id
      ? await get("/v1/offers/{offer_id}", { offer_id: application.offer_id })
      : undefined;
    return { application, offer };
  }, [id]);
  const status = found.data?.application.status;
  useWatch(found.again, status === "submitted" || status === "in_review", status === "in_review" ? 10 : 1);
  const handIn = useDo(async () => {
    await post("/v1/applications/{application_id}/submissions", undefined, { application_id: id });
    await found.again();
  });
  const withdraw = useDo(async () => {
    await post("/v1/applications/{application_id}/withdrawals", undefined, { application_id: id });
    await found.again();
  });
  const appeal = useDo(async () => {
    await post("/v1/applications/{application_id}/review-requests", undefined, { application_id: id });
    await found.again();
  });
  const { application, offer } = found.data ?? {};
  return (
    <Page title={w.result.title}>
      <Trouble error={found.error ?? handIn.error ?? withdraw.error ?? appeal.error} again={() => void found.again()} />
      {!application && !found.error && <Loading />}
      {status === "submitted" && <Deciding />}
      {status === "draft" && (
        <>
          <div className="headline">{w.result.draft}</div>
          <p className="lead">{w.result.draftText}</p>
          <Button onClick={() => void handIn.run()} busy={handIn.busy}>
            {w.apply.handIn}
          </Button>
        </>
      )}
      {status === "in_review" && (
        <>
          <div className="headline">{w.result.inReview}</div>
          <p className="lead">{w.result.inReviewText}</p>
        </>
      )}
      {status === "offered" && offer && <Offered offer={offer} />}
      {application && status === "declined" && (
        <Declined reasons={application.reasons} appeal={() => void appeal.run()} busy={appeal.busy} />
      )}
      {status && ["accepted", "withdrawn", "expired"].includes(status) && (
        <>
          <div className="headline">{w.applicationStatus[status as keyof typeof w.applicationStatus]}</div>
          <p className="lead">{w.result.over}</p>
          <Button onClick={() => goTop("lending/home")}>{w.tabs.home}</Button>
        </>
      )}
      {status && ["draft", "in_review", "offered"].includes(status) && (
        <Button look="plain" onClick={() => void withdraw.run()} busy={withdraw.busy}>
          {w.result.withdraw}
        </Button>
      )}
    </Page>
  );
}

/** What is being done, in the order in which it is; and what to do should it take long. */
function Deciding() {
  const w = useWords();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((now) => now + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Waiting>
      <div className="headline">{w.result.deciding}</div>
      <p className="lead">{seconds < USUAL_SECONDS ? w.result.usually(USUAL_SECONDS) : w.result.longer}</p>
      <p className="quiet">{w.result.seconds(seconds)}</p>
      {seconds >= USUAL_SECONDS && (
        <Button look="second" onClick={() => goTop("lending/home")}>
          {w.result.comeBack}
        </Button>
      )}
    </Waiting>
  );
}

interface Shown {
  annual_rate: string;
  apr: string;
  total_repayment: string;
  interest: string;
  schedule: { total: string }[];
}

function Offered({
  offer,
}: {
  offer: {
    id: string;
    principal: { amount: string };
    months: number;
    annual_rate: string;
    expires_on: string;
    shown: unknown;
  };
}) {
  const w = useWords();
  const said = offer.shown as Partial<Shown>;
  return (
    <>
      <p className="lead">{w.result.youCan}</p>
      <Card strong>
        <Money of={offer.principal} />
        <p className="quiet">{w.result.forUpTo(w.months(offer.months))}</p>
      </Card>
      <Card>
        <Rows
          of={[
            [w.cost.rate, percent(offer.annual_rate)],
            ...(said.apr ? ([[w.cost.annualCost, percent(said.apr)]] as [string, string][]) : []),
            ...(said.total_repayment
              ? ([[w.cost.total, `¥${shown(said.total_repayment)}`]] as [string, string][])
              : []),
            [w.result.openUntil, offer.expires_on],
          ]}
        />
      </Card>
      <Notice>{w.result.whyRate}</Notice>
      <Foot>
        <Button onClick={() => goOn("lending/sign", { subject: "offer", id: offer.id })}>{w.result.choose}</Button>
      </Foot>
    </>
  );
}

function Declined({
  reasons,
  appeal,
  busy,
}: {
  reasons: { code: string; en: string; zh: string }[];
  appeal: () => void;
  busy: boolean;
}) {
  const w = useWords();
  const language = useLanguage();
  return (
    <>
      <div className="headline">{w.result.declined}</div>
      <p className="lead">{w.result.declinedText}</p>
      <Section>{w.result.because}</Section>
      <Card>
        <ul className="list">
          {reasons.map((one) => (
            <li className="item" key={one.code}>
              {one[language]}
            </li>
          ))}
        </ul>
      </Card>
      <Section>{w.result.improve}</Section>
      <Card>
        <p className="text">{w.result.improveText}</p>
      </Card>
      <Section>{w.result.appeal}</Section>
      <p className="quiet">{w.result.appealText}</p>
      <Button onClick={appeal} busy={busy}>
        {w.result.askPerson}
      </Button>
    </>
  );
}
