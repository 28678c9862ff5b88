import { useEffect, useState } from "react";
import { bytes, post, remove, sendPicture } from "../../base/api";
import { useDo } from "../../base/ask";
import { asSource, takePicture } from "../../base/picture";
import { Camera } from "../../ui/camera";
import { Button, Card, Field, Notice, Section, Trouble } from "../../ui/parts";
import { useLanguage, useWords } from "../../words";
import {
  type Form,
  type Kind,
  type Known,
  kindsFor,
  mayPhotograph,
  type Paper,
  paperOf,
  productOf,
  told,
} from "./form";
import { Owners } from "./owners";

const ID = /^\d{17}[\dXx]$/;
const CARD = /^\d{13,19}$/;

/** Papers before the camera; nothing is typed that a picture can tell. Whoever does not want pictures types. */
export function Papers({
  form,
  set,
  known,
  again,
}: {
  form: Form;
  set: (patch: Partial<Form>) => void;
  known: Known;
  again: () => Promise<void>;
}) {
  const w = useWords();
  const photographs = mayPhotograph(known.granted);
  const [typing, setTyping] = useState(Boolean(form.name || form.id_number || form.card_number));
  const business = productOf(form, known.sold)?.audience === "business";
  const unknown = (field: string) => typing || !told(field, known.papers);
  return (
    <>
      {photographs &&
        kindsFor(form, known).map((kind) => (
          <PaperCard key={kind} kind={kind} paper={paperOf(kind, known.papers)} again={again} />
        ))}
      {photographs && !typing && (
        <Button look="plain" onClick={() => setTyping(true)}>
          {w.papers.typeInstead}
        </Button>
      )}
      {!photographs && <Notice>{w.papers.noPictures}</Notice>}
      {(typing || !photographs) && (
        <>
          <Section>{w.papers.byHand}</Section>
          {unknown("name") && (
            <Field
              label={w.papers.name}
              value={form.name ?? ""}
              complete="name"
              most={60}
              onType={(name) => set({ name: name || null })}
            />
          )}
          {unknown("id_number") && (
            <Field
              label={w.papers.idNumber}
              value={form.id_number ?? ""}
              keyboard="idcard"
              most={18}
              wrong={
                form.id_number && form.id_number.length === 18 && !ID.test(form.id_number)
                  ? w.papers.idWrong
                  : undefined
              }
              onType={(text) => set({ id_number: text.trim().toUpperCase() || null })}
            />
          )}
          {unknown("card_number") && (
            <Field
              label={w.papers.cardNumber}
              value={form.card_number ?? ""}
              keyboard="number"
              most={23}
              hint={w.papers.cardHint}
              wrong={
                form.card_number && form.card_number.length > 12 && !CARD.test(form.card_number)
                  ? w.papers.cardWrong
                  : undefined
              }
              onType={(text) => set({ card_number: text.replace(/\s/g, "") || null })}
            />
          )}
        </>
      )}
      {business && (typing || !photographs) && (
        <>
          <Field
            label={w.papers.uscc}
            value={form.business?.uscc ?? ""}
            most={18}
            onType={(uscc) => set({ business: { ...form.business, uscc: uscc.toUpperCase() || null } })}
          />
          <Field
            label={w.papers.businessName}
            value={form.business?.name ?? ""}
            most={100}
            onType={(name) => set({ business: { ...form.business, name: name || null } })}
          />
          <Field
            label={w.papers.legalRepresentative}
            value={form.business?.legal_representative ?? ""}
            most={60}
            onType={(name) => set({ business: { ...form.business, legal_representative: name || null } })}
          />
          <Field
            label={w.papers.foundedOn}
            value={form.business?.founded_on ?? ""}
            most={10}
            hint="2020-01-31"
            onType={(day) => set({ business: { ...form.business, founded_on: day || null } })}
          />
        </>
      )}
      {business && <Owners form={form} set={set} />}
    </>
  );
}

function PaperCard({ kind, paper, again }: { kind: Kind; paper: Paper | undefined; again: () => Promise<void> }) {
  const w = useWords();
  const language = useLanguage();
  const [aiming, setAiming] = useState(false);
  const send = useDo(async (taken?: string) => {
    setAiming(false);
    const file = taken ?? (await takePicture());
    if (!file) return;
    await sendPicture(file, kind);
    await again();
  });
  const drop = useDo(async () => {
    if (paper) await remove("/v1/documents/{document_id}", { document_id: paper.id });
    await again();
  });
  const read = paper?.status === "read";
  return (
    <Card>
      <p className="text strong">{w.kinds[kind]}</p>
      {paper && <Picture id={paper.id} name={w.kinds[kind]} />}
      {paper?.hints.map((one) => (
        <Notice key={one.code} tone="warn">
          {one[language]}
        </Notice>
      ))}
      {paper?.status === "unreadable" && <Notice tone="warn">{w.papers.unreadable}</Notice>}
      {read &&
        paper.findings.map((one) => (
          <Notice key={one} tone="warn">
            {w.findings[one as keyof typeof w.findings] ?? w.papers.check(named(one, w.paperFields))}
          </Notice>
        ))}
      {read && paper.fields.map((one) => <Reading key={one.name} paper={paper} field={one} again={again} />)}
      <Trouble error={send.error ?? drop.error} />
      <div className="pair">
        <Button look={read ? "second" : "first"} onClick={() => setAiming(true)} busy={send.busy}>
          {paper ? w.papers.takeAgain : w.papers.take}
          <span className="unseen"> {w.kinds[kind]}</span>
        </Button>
        {paper && (
          <Button look="bad" onClick={() => void drop.run()} busy={drop.busy}>
            {w.papers.drop}
            <span className="unseen"> {w.kinds[kind]}</span>
          </Button>
        )}
      </div>
      {!paper && (
        <Button look="plain" small onClick={() => void send.run()} off={send.busy}>
          {w.camera.album}
          <span className="unseen"> {w.kinds[kind]}</span>
        </Button>
      )}
      {!paper && <p className="hint">{w.papers.tips}</p>}
      {aiming && (
        <Camera
          of={w.kinds[kind]}
          onTaken={(file) => void send.run(file)}
          onClose={() => setAiming(false)}
          onNone={() => void send.run()}
        />
      )}
    </Card>
  );
}

/** One line that was read, and a way to put it right. */
function Reading({
  paper,
  field,
  again,
}: {
  paper: Paper;
  field: Paper["fields"][number];
  again: () => Promise<void>;
}) {
  const w = useWords();
  const [text, setText] = useState<string>();
  const mend = useDo(async () => {
    await post(
      "/v1/documents/{document_id}/corrections",
      { field: field.name, value: text ?? "" },
      { document_id: paper.id },
    );
    setText(undefined);
    await again();
  });
  const name = w.paperFields[field.name as keyof typeof w.paperFields] ?? field.name;
  if (text === undefined)
    return (
      <div className="row">
        <span className="row-name">{name}</span>
        <span className="row-value">
          {field.value}{" "}
          <Button look="plain" small onClick={() => setText(field.value)}>
            {w.papers.mend}
            <span className="unseen"> {name}</span>
          </Button>
        </span>
      </div>
    );
  return (
    <>
      <Field label={name} value={text} onType={setText} most={100} />
      <Trouble error={mend.error} />
      <div className="pair">
        <Button look="second" onClick={() => setText(undefined)}>
          {w.cancel}
        </Button>
        <Button onClick={() => void mend.run()} busy={mend.busy} off={!text || text === field.value}>
          {w.save}
        </Button>
      </div>
    </>
  );
}

/** The field that a finding such as `name_unsure` is about. */
function named(finding: string, names: Record<string, string>): string {
  const field = finding.replace(/_(unsure|wrong)$/, "");
  return names[field] ?? field;
}

function Picture({ id, name }: { id: string; name: string }) {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    let here = true;
    void bytes(`/v1/documents/${id}/thumbnail`)
      .then((found) => here && setSource(asSource(found, "image/jpeg")))
      .catch(() => undefined);
    return () => {
      here = false;
    };
  }, [id]);
  return source ? <img className="photo" src={source} alt={name} /> : <div className="bone" />;
}
