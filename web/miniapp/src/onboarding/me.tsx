import { useState } from "react";
import { get, post, put, remove } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { moment } from "../base/days";
import { go, goTop } from "../base/route";
import { logOut, token } from "../base/session";
import { Button, Card, Choices, Field, Item, Loading, Notice, Page, Rows, Section, Tick, Trouble } from "../ui/parts";
import { speak, useLanguage, useWords } from "../words";

/** Who we think this person is, what they allowed us, where they are logged in, how we write to them. */
export default function Me() {
  const w = useWords();
  return (
    <Page title={w.me.title} top="onboarding/me">
      {token() ? <Mine /> : <Stranger />}
    </Page>
  );
}

function Stranger() {
  const w = useWords();
  return (
    <>
      <p className="lead">{w.me.stranger}</p>
      <Button onClick={() => go("onboarding/log-in")}>{w.logIn.title}</Button>
      <Language />
    </>
  );
}

function Mine() {
  const w = useWords();
  const found = useAsk(async () => {
    const [identity, sessions, preferences] = await Promise.all([
      get("/v1/identity"),
      get("/v1/sessions"),
      get("/v1/notice-preferences"),
    ]);
    return { identity, sessions: sessions.data, preferences };
  });
  const end = useDo(async (id: string) => {
    await remove("/v1/sessions/{session_id}", { session_id: id });
    await found.again();
  });
  const leave = useDo(async () => {
    await remove("/v1/sessions/current").catch(() => undefined);
    logOut();
    goTop("lending/home");
  });
  const prefer = useDo(async (marketing: boolean) => {
    await put("/v1/notice-preferences", { language: found.data?.preferences.language ?? "zh", marketing });
    await found.again();
  });
  if (!found.data) return found.error ? <Trouble error={found.error} again={() => void found.again()} /> : <Loading />;
  const { identity, sessions, preferences } = found.data;
  return (
    <>
      <Card>
        <Rows
          of={[
            [w.papers.name, identity.name ?? w.me.unknown],
            [w.logIn.phone, identity.phone],
            [w.papers.idNumber, identity.id_number ?? w.me.unknown],
            [w.papers.cardNumber, identity.card_number ?? w.me.unknown],
          ]}
        />
        <p className="quiet">{w.me.masked}</p>
      </Card>
      <Section>{w.me.privacy}</Section>
      <Card>
        <Button look="second" onClick={() => go("onboarding/permissions")}>
          {w.me.permissions}
        </Button>
        <Button look="second" onClick={() => go("onboarding/rights")}>
          {w.rights.title}
        </Button>
        <Button look="second" onClick={() => go("lending/contracts")}>
          {w.contracts.title}
        </Button>
        <Button look="second" onClick={() => go("postloan/contacts")}>
          {w.contacts.title}
        </Button>
      </Card>
      <Section>{w.debits.title}</Section>
      <Debits />
      <Section>{w.me.notices}</Section>
      <Card>
        <Tick on={preferences.marketing ?? false} onChange={(marketing) => void prefer.run(marketing)}>
          {w.me.marketing}
        </Tick>
        <Trouble error={prefer.error} />
      </Card>
      <Language />
      <Section>{w.me.devices}</Section>
      <Card>
        <ul className="list">
          {sessions.map((one) => (
            <Item
              key={one.id}
              title={one.device}
              text={w.me.since(moment(one.began_at))}
              end={
                one.is_this ? (
                  w.me.thisOne
                ) : (
                  <Button small look="bad" onClick={() => void end.run(one.id)} busy={end.busy}>
                    {w.me.end}
                  </Button>
                )
              }
            />
          ))}
        </ul>
        <Trouble error={end.error} />
      </Card>
      <Button look="second" onClick={() => void leave.run()} busy={leave.busy}>
        {w.me.leave}
      </Button>
    </>
  );
}

function Language() {
  const w = useWords();
  const language = useLanguage();
  return (
    <Card>
      <Choices
        label={w.me.language}
        of={
          [
            ["zh", "中文"],
            ["en", "English"],
          ] as const
        }
        value={language}
        onChoose={speak}
      />
    </Card>
  );
}

/** Whether the card may be debited when something falls due; by the bank's own code, and ended as easily. */
function Debits() {
  const w = useWords();
  const found = useAsk(() => get("/v1/debit-agreements"));
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState<string>();
  const ask = useDo(async () => {
    setAsked((await post("/v1/debit-agreements", undefined)).id);
  });
  const confirm = useDo(async (id: string) => {
    await post("/v1/debit-agreements/{agreement_id}/confirmations", { code }, { agreement_id: id });
    setCode("");
    setAsked(undefined);
    await found.again();
  });
  const end = useDo(async (id: string) => {
    await post("/v1/debit-agreements/{agreement_id}/endings", undefined, { agreement_id: id });
    await found.again();
  });
  const active = found.data?.data.find((one) => one.status === "active");
  return (
    <Card>
      <p className="quiet">{w.debits.text}</p>
      {active && (
        <>
          <Notice>{w.debits.active}</Notice>
          <Button look="bad" onClick={() => void end.run(active.id)} busy={end.busy}>
            {w.debits.end}
          </Button>
        </>
      )}
      {!active && asked && (
        <>
          <Field label={w.debits.code} value={code} onType={setCode} keyboard="number" most={6} />
          <Button onClick={() => void confirm.run(asked)} busy={confirm.busy} off={!/^\d{6}$/.test(code)}>
            {w.debits.confirm}
          </Button>
        </>
      )}
      {found.data && !active && !asked && (
        <Button look="second" onClick={() => void ask.run()} busy={ask.busy}>
          {w.debits.ask}
        </Button>
      )}
      <Trouble error={found.error ?? ask.error ?? confirm.error ?? end.error} />
    </Card>
  );
}
