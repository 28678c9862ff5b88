import { useState } from "react";
import { shown } from "../../base/money";
import { Button, Card, Choices, Field, Notice, Rows, Section } from "../../ui/parts";
import { useLanguage, useWords } from "../../words";
import { type Form, type Known, productOf, told } from "./form";

const RELATIONS = ["spouse", "parent", "child", "sibling", "friend", "colleague"] as const;
type Contact = NonNullable<Form["contacts"]>[number];

/** All of it once more, before it is handed in. */
export function Checking({ form, set, known }: { form: Form; set: (patch: Partial<Form>) => void; known: Known }) {
  const w = useWords();
  const language = useLanguage();
  const product = productOf(form, known.sold);
  const held = (field: "name" | "id_number" | "card_number") => masked(form[field] ?? told(field, known.papers) ?? "");
  const [adding, setAdding] = useState<Contact>();
  const contacts = form.contacts ?? [];
  return (
    <>
      <Card>
        <Rows
          of={[
            [w.apply.product, product ? (language === "zh" ? product.name_zh : product.name_en) : ""],
            [w.apply.amount, form.amount ? `¥${shown(form.amount)}` : ""],
            [w.apply.months, form.months ? w.months(form.months) : ""],
            [w.apply.purpose, w.purposes[form.purpose as keyof typeof w.purposes] ?? ""],
            [w.apply.income, form.monthly_income ? `¥${shown(form.monthly_income)}` : ""],
            [w.papers.name, held("name")],
            [w.papers.idNumber, held("id_number")],
            [w.papers.cardNumber, held("card_number")],
          ]}
        />
      </Card>
      <Section>{w.apply.contacts}</Section>
      <p className="quiet" style={{ marginBottom: "0.75rem" }}>
        {w.apply.contactsText}
      </p>
      {contacts.map((one, index) => (
        <Card key={one.phone}>
          <Rows of={[[`${one.name} · ${w.relations[one.relation]}`, masked(one.phone)]]} />
          <Button look="bad" onClick={() => set({ contacts: contacts.filter((_, other) => other !== index) })}>
            {w.remove}
          </Button>
        </Card>
      ))}
      {adding && (
        <Card>
          <Field
            label={w.papers.name}
            value={adding.name}
            most={60}
            onType={(name) => setAdding({ ...adding, name })}
          />
          <Field
            label={w.logIn.phone}
            value={adding.phone}
            keyboard="number"
            most={11}
            onType={(phone) => setAdding({ ...adding, phone })}
          />
          <Choices
            label={w.apply.relation}
            of={RELATIONS.map((one) => [one, w.relations[one]] as const)}
            value={adding.relation}
            onChoose={(relation) => setAdding({ ...adding, relation })}
          />
          <div className="pair">
            <Button look="second" onClick={() => setAdding(undefined)}>
              {w.cancel}
            </Button>
            <Button
              off={!adding.name || !/^1[3-9]\d{9}$/.test(adding.phone)}
              onClick={() => {
                set({ contacts: [...contacts, adding] });
                setAdding(undefined);
              }}
            >
              {w.save}
            </Button>
          </div>
        </Card>
      )}
      {!adding && contacts.length < 2 && (
        <Button look="second" onClick={() => setAdding({ name: "", phone: "", relation: "friend" })}>
          {w.apply.addContact}
        </Button>
      )}
      <div style={{ height: "1rem" }} />
      <Notice>{w.apply.whatHappens}</Notice>
    </>
  );
}

/** First and last of it, the rest hidden: the screen may be seen by others. */
function masked(text: string): string {
  if (text.length < 5) return text.slice(0, 1) + "*".repeat(Math.max(0, text.length - 1));
  return `${text.slice(0, 3)}${"*".repeat(Math.max(0, text.length - 7))}${text.slice(-4)}`;
}
