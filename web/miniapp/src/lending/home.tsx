import { get } from "../base/api";
import { useAsk } from "../base/ask";
import { isSome, percent, shown } from "../base/money";
import { go } from "../base/route";
import { token } from "../base/session";
import { Button, Card, Item, Loading, Money, Notice, Page, Rows, Section, Tag, Trouble } from "../ui/parts";
import { useLanguage, useWords } from "../words";
import { LoanTag, peopleFirst } from "./said";

/** What is due, what goes on, and what could be borrowed; a stranger is told what we offer and to whom. */
export default function Home() {
  const w = useWords();
  return (
    <Page title={w.name} top="lending/home">
      {token() ? <Mine /> : <Welcome />}
    </Page>
  );
}

function Welcome() {
  const w = useWords();
  const language = useLanguage();
  const sold = useAsk(() => get("/v1/products"));
  return (
    <>
      <div className="headline">{w.welcome.headline}</div>
      <p className="lead">{w.welcome.lead}</p>
      <Button onClick={() => go("onboarding/log-in")}>{w.welcome.begin}</Button>
      <Section>{w.welcome.products}</Section>
      <Trouble error={sold.error} again={() => void sold.again()} />
      {!sold.data && !sold.error && <Loading />}
      {sold.data &&
        peopleFirst(sold.data.data).map((one) => (
          <Card key={one.code}>
            <p className="text strong">{language === "zh" ? one.name_zh : one.name_en}</p>
            <Rows
              of={[
                [w.welcome.amounts, `¥${shown(one.least, { short: true })} – ¥${shown(one.most, { short: true })}`],
                [w.welcome.terms, w.monthsOf(one.form === "loan" ? one.months : one.draw_months)],
                [w.welcome.costAtMost, percent(one.highest_annual_cost)],
                [
                  w.welcome.forWhom,
                  one.audience === "business" ? w.welcome.businesses : w.welcome.people(one.least_age, one.most_age),
                ],
              ]}
            />
          </Card>
        ))}
      <Section>{w.welcome.needed}</Section>
      <Card>
        <p className="text">{w.welcome.neededText}</p>
        <p className="quiet">{w.welcome.honest}</p>
      </Card>
      <LanguageSwitch />
    </>
  );
}

function LanguageSwitch() {
  const w = useWords();
  return (
    <Button look="plain" onClick={w.switchLanguage}>
      {w.otherLanguage}
    </Button>
  );
}

const ENDED = ["closed", "cancelled"];

function Mine() {
  const w = useWords();
  const all = useAsk(async () => {
    const [loans, lines, applications, hardship] = await Promise.all([
      get("/v1/loans"),
      get("/v1/lines"),
      get("/v1/applications", { most: 5 }),
      get("/v1/hardship-requests"),
    ]);
    return { loans: loans.data, lines: lines.data, newest: applications.data[0], help: hardship.data[0] };
  });
  if (!all.data) return all.error ? <Trouble error={all.error} again={() => void all.again()} /> : <Loading />;
  const { loans, lines, newest, help } = all.data;
  const open = loans.filter((one) => !ENDED.includes(one.status));
  const late = open.filter((one) => one.overdue_days > 0 || one.status === "charged_off");
  const next = open
    .filter((one) => one.next_due_on && one.overdue_days === 0)
    .sort((left, right) => (left.next_due_on ?? "").localeCompare(right.next_due_on ?? ""))[0];
  const instalment = next?.schedule.find((row) => row.due_on === next.next_due_on);
  const pending = newest && ["draft", "submitted", "in_review", "offered"].includes(newest.status) ? newest : undefined;
  const offer = pending?.status === "offered";
  return (
    <>
      {late.map((one) => (
        <Card key={one.id}>
          <p className="text">
            <Tag tone="bad">{w.home.late(one.overdue_days)}</Tag>
          </p>
          <Money of={one.due} />
          <p className="quiet">{w.home.lateText}</p>
          <Button onClick={() => go("lending/repay", { loan: one.id })}>{w.home.payNow}</Button>
          <Button look="second" onClick={() => go("postloan/help", { loan: one.id })}>
            {w.home.trouble}
          </Button>
        </Card>
      ))}
      {next && instalment && (
        <Card strong>
          <p className="quiet">{w.home.nextDue(next.next_due_on ?? "")}</p>
          <Money of={instalment.outstanding} />
          <p className="quiet">{w.home.debited}</p>
          <Button look="second" onClick={() => go("lending/loan", { id: next.id })}>
            {w.home.seeLoan}
          </Button>
        </Card>
      )}
      {pending && (
        <Card>
          <p className="text">
            <Tag tone={offer ? "good" : "plain"}>
              {w.applicationStatus[pending.status as keyof typeof w.applicationStatus]}
            </Tag>
          </p>
          <p className="text strong">
            {offer ? w.home.offerWaits : w.home.applicationGoes(shown(pending.amount, { short: true }))}
          </p>
          <Button
            onClick={() =>
              pending.status === "draft" ? go("onboarding/apply") : go("credit/result", { id: pending.id })
            }
          >
            {offer ? w.home.seeOffer : w.home.goOn}
          </Button>
        </Card>
      )}
      {help && ["asked", "proposed", "offered"].includes(help.status) && (
        <Notice>
          <p className="text">{w.helpStatus[help.status as keyof typeof w.helpStatus]}</p>
          <Button small look="second" onClick={() => go("postloan/help", { loan: help.loan_id })}>
            {w.home.goOn}
          </Button>
        </Notice>
      )}
      {lines.length > 0 && <Section>{w.home.lines}</Section>}
      {lines.map((one) => (
        <Card key={one.id} onTap={() => go("lending/line", { id: one.id })}>
          <span className="quiet">{w.home.available}</span>
          <Money of={one.available} small />
          <span className="quiet">{w.home.ofLimit(shown(one.limit, { short: true }))}</span>
        </Card>
      ))}
      {loans.length > 0 && <Section>{w.home.loans}</Section>}
      {loans.length > 0 && (
        <Card>
          <ul className="list">
            {loans.map((one) => (
              <Item
                key={one.id}
                title={
                  <Button look="plain" small onClick={() => go("lending/loan", { id: one.id })}>
                    {one.reference}
                  </Button>
                }
                text={`¥${shown(one.principal, { short: true })} · ${w.months(one.months)}`}
                end={isSome(one.outstanding) ? `¥${shown(one.outstanding)}` : ""}
                note={<LoanTag loan={one} />}
              />
            ))}
          </ul>
        </Card>
      )}
      {!pending && late.length === 0 && (
        <>
          {open.length === 0 && lines.length === 0 && (
            <>
              <div className="headline">{w.home.firstTime}</div>
              <p className="lead">{w.home.firstTimeText}</p>
            </>
          )}
          <Button look={open.length ? "second" : "first"} onClick={() => go("onboarding/apply")}>
            {w.home.apply}
          </Button>
        </>
      )}
    </>
  );
}
