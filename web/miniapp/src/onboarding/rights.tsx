import { useState } from "react";
import { get, post } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { moment } from "../base/days";
import { saveJson } from "../base/files";
import { Button, Card, Choices, Field, Item, Loading, Notice, Page, Section, Tag, Trouble } from "../ui/parts";
import { useWords } from "../words";

const RIGHTS = ["correction", "deletion", "closing", "explanation", "objection", "complaint"] as const;

const ERASES = new Set(["deletion", "closing"]);

/** What this person may ask for by right: a copy at once, everything else answered by a person of ours in time. */
export default function Rights() {
  const w = useWords();
  const found = useAsk(() => get("/v1/rights-requests"));
  const looks = useAsk(() => get("/v1/data-accesses"));
  const [right, setRight] = useState<(typeof RIGHTS)[number]>();
  const [words, setWords] = useState("");
  const copy = useDo(async () => {
    const { person_id } = await get("/v1/identity");
    await saveJson(await get("/v1/my-data"), `${person_id}.json`);
  });
  const ask = useDo(async () => {
    if (!right) return;
    await post("/v1/rights-requests", { right, words });
    setRight(undefined);
    setWords("");
    await found.again();
  });
  const withdraw = useDo(async (id: string) => {
    await post("/v1/rights-requests/{request_id}/withdrawals", undefined, { request_id: id });
    await found.again();
  });
  return (
    <Page title={w.rights.title}>
      <Section>{w.rights.copy}</Section>
      <Card>
        <p className="text">{w.rights.copyText}</p>
        <Trouble error={copy.error} />
        <Button look="second" onClick={() => void copy.run()} busy={copy.busy}>
          {w.rights.download}
        </Button>
      </Card>
      <Section>{w.rights.ask}</Section>
      <Card>
        <Choices
          label={w.rights.which}
          of={RIGHTS.map((one) => [one, w.rights.kinds[one]] as const)}
          value={right}
          onChoose={setRight}
        />
        {right && <p className="hint field">{w.rights.texts[right]}</p>}
        <Field label={w.rights.words} value={words} onType={setWords} most={500} />
        <Trouble error={ask.error} />
        <Button onClick={() => void ask.run()} busy={ask.busy} off={!right || words.trim().length < 4}>
          {w.rights.send}
        </Button>
      </Card>
      <Section>{w.rights.mine}</Section>
      <Trouble error={found.error ?? withdraw.error} again={() => void found.again()} />
      {!found.data && !found.error && <Loading />}
      {found.data?.data.length === 0 && <p className="quiet">{w.rights.none}</p>}
      {found.data?.data.map((one) => (
        <Card key={one.id}>
          <p className="text">
            <span className="strong">{w.rights.kinds[one.right as (typeof RIGHTS)[number]]}</span>{" "}
            <Tag tone={one.status === "granted" ? "good" : one.status === "asked" ? "warn" : "plain"}>
              {w.rights.status[one.status as keyof typeof w.rights.status]}
            </Tag>
          </p>
          <p className="text">{one.words}</p>
          {one.status === "asked" && <p className="quiet">{w.help.answerBy(one.answer_by)}</p>}
          {one.answer && <Notice>{one.answer}</Notice>}
          {one.status === "granted" && !one.carried_out_on && ERASES.has(one.right) && (
            <p className="quiet">{w.rights.tonight}</p>
          )}
          {one.status === "asked" && (
            <Button look="plain" onClick={() => void withdraw.run(one.id)} busy={withdraw.busy}>
              {w.help.withdraw}
            </Button>
          )}
        </Card>
      ))}
      <Section>{w.rights.looks}</Section>
      <Trouble error={looks.error} again={() => void looks.again()} />
      {looks.data?.data.length === 0 && <p className="quiet">{w.rights.noLooks}</p>}
      {looks.data && looks.data.data.length > 0 && (
        <Card>
          <ul className="list">
            {looks.data.data.map((one) => (
              <Item
                key={one.at + one.what}
                title={w.rights.seen[one.what as keyof typeof w.rights.seen] ?? one.what}
                text={one.reason ? `${moment(one.at)} · ${one.reason}` : moment(one.at)}
                end={w.rights.roles[one.role as keyof typeof w.rights.roles] ?? one.role}
              />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}
