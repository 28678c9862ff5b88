import { useState } from "react";
import { get, post, put } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { moment } from "../base/days";
import { Button, Card, Choices, Field, Item, Loading, Notice, Page, Section, Trouble } from "../ui/parts";
import { useWords } from "../words";

const EARLIEST = ["08:00", "09:00", "10:00", "12:00"] as const;
const LATEST = ["18:00", "20:00", "22:00"] as const;

/** When we may call, when we did, and what this person says is not so. */
export default function Contacts() {
  const w = useWords();
  const found = useAsk(async () => {
    const [contacts, disputes] = await Promise.all([get("/v1/contacts"), get("/v1/disputes")]);
    return { contacts: contacts.data, disputes: disputes.data };
  });
  const [earliest, setEarliest] = useState<string>("08:00");
  const [latest, setLatest] = useState<string>("22:00");
  const [kept, setKept] = useState(false);
  const [what, setWhat] = useState("");
  const hours = useDo(async () => {
    await put("/v1/contact-hours", { earliest, latest });
    setKept(true);
  });
  const dispute = useDo(async () => {
    await post("/v1/disputes", { what });
    setWhat("");
    await found.again();
  });
  return (
    <Page title={w.contacts.title}>
      <Section>{w.contacts.hours}</Section>
      <Card>
        <p className="quiet">{w.contacts.hoursText}</p>
        <Choices
          label={w.contacts.from}
          of={EARLIEST.map((one) => [one, one] as const)}
          value={earliest as (typeof EARLIEST)[number]}
          onChoose={setEarliest}
        />
        <Choices
          label={w.contacts.to}
          of={LATEST.map((one) => [one, one] as const)}
          value={latest as (typeof LATEST)[number]}
          onChoose={setLatest}
        />
        <Trouble error={hours.error} />
        {kept && <Notice>{w.contacts.kept}</Notice>}
        <Button look="second" onClick={() => void hours.run()} busy={hours.busy}>
          {w.save}
        </Button>
      </Card>
      <Section>{w.contacts.disputes}</Section>
      <Card>
        <p className="quiet">{w.contacts.disputesText}</p>
        <Field label={w.contacts.what} value={what} onType={setWhat} most={500} />
        <Trouble error={dispute.error} />
        <Button look="second" onClick={() => void dispute.run()} busy={dispute.busy} off={what.trim().length < 4}>
          {w.contacts.send}
        </Button>
      </Card>
      <Trouble error={found.error} again={() => void found.again()} />
      {!found.data && !found.error && <Loading />}
      {found.data?.disputes.map((one) => (
        <Card key={one.id}>
          <p className="text">{one.what}</p>
          <p className="quiet">
            {one.answered_on ? w.contacts.answered(one.answered_on) : w.help.answerBy(one.answer_by)}
          </p>
          {one.answer && <p className="text">{one.answer}</p>}
        </Card>
      ))}
      <Section>{w.contacts.had}</Section>
      {found.data?.contacts.length === 0 && <p className="quiet">{w.contacts.none}</p>}
      {found.data && found.data.contacts.length > 0 && (
        <Card>
          <ul className="list">
            {found.data.contacts.map((one) => (
              <Item
                key={one.at + one.channel}
                title={w.channels[one.channel as keyof typeof w.channels] ?? one.channel}
                text={moment(one.at)}
                end={w.outcomes[one.outcome as keyof typeof w.outcomes] ?? one.outcome}
              />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}
