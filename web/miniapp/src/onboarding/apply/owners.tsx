import { useState } from "react";
import { Button, Card, Field, Section } from "../../ui/parts";
import { useWords } from "../../words";
import type { Form } from "./form";

type Owner = NonNullable<NonNullable<Form["business"]>["owners"]>[number];
interface Row {
  name: string;
  percent: string;
}

const PERCENT = /^(\d{1,2}(\.\d{1,2})?|100)$/;
const MOST = 20;

/** Who owns how much of the business; who is not its legal representative asks for it as an owner of a quarter or more. */
export function Owners({ form, set }: { form: Form; set: (patch: Partial<Form>) => void }) {
  const w = useWords();
  const [rows, setRows] = useState<Row[]>(() => (form.business?.owners ?? []).map(shown));
  const put = (next: Row[]) => {
    setRows(next);
    const owners = next.filter((one) => one.name.trim() && PERCENT.test(one.percent)).map(sent);
    set({ business: { ...form.business, owners } });
  };
  const change = (at: number, patch: Partial<Row>) =>
    put(rows.map((one, place) => (place === at ? { ...one, ...patch } : one)));
  const all = rows.reduce(
    (sum, one) => sum + (PERCENT.test(one.percent) ? Math.round(Number(one.percent) * 100) : 0),
    0,
  );
  return (
    <>
      <Section>{w.owners.title}</Section>
      <p className="hint field">{w.owners.text}</p>
      {rows.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place, and has no other name while it is typed
        <Card key={at}>
          <Field label={w.owners.name(at + 1)} value={one.name} most={60} onType={(name) => change(at, { name })} />
          <Field
            label={w.owners.share(at + 1)}
            value={one.percent}
            keyboard="digit"
            most={6}
            wrong={
              one.percent && !PERCENT.test(one.percent)
                ? w.owners.shareWrong
                : all > 10_000
                  ? w.owners.tooMuch
                  : undefined
            }
            onType={(percent) => change(at, { percent: percent.trim() })}
          />
          <Button look="plain" small onClick={() => put(rows.filter((_, place) => place !== at))}>
            {w.owners.drop(at + 1)}
          </Button>
        </Card>
      ))}
      {rows.length < MOST && (
        <Button look="second" onClick={() => setRows([...rows, { name: "", percent: "" }])}>
          {w.owners.add}
        </Button>
      )}
    </>
  );
}

/** `0.255` as `25.5`, by moving the point. */
function shown(one: Owner): Row {
  const [whole = "0", part = ""] = one.share.split(".");
  const digits = part.padEnd(4, "0");
  const percent = `${Number(whole + digits.slice(0, 2))}.${digits.slice(2)}`;
  return { name: one.name, percent: percent.replace(/\.?0+$/, "") };
}

/** `25.5` as `0.2550`. */
function sent(one: Row): Owner {
  const [whole = "0", part = ""] = one.percent.split(".");
  const digits = whole.padStart(3, "0");
  return { name: one.name.trim(), share: `${Number(digits.slice(0, -2))}.${digits.slice(-2)}${part.padEnd(2, "0")}` };
}
