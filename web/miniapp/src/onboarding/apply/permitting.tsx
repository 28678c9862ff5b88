import { useState } from "react";
import { post } from "../../base/api";
import { useDo } from "../../base/ask";
import { Button, Card, Rows, Section, Tag, Trouble } from "../../ui/parts";
import { useLanguage, useWords } from "../../words";
import type { Grant, Text } from "./form";

/** Each permission in words of its own, and a yes of its own; what is not needed may be left without one. */
export function Permissions({
  texts,
  granted,
  again,
}: {
  texts: Text[];
  granted: Grant[];
  again: () => Promise<void>;
}) {
  const w = useWords();
  const needed = texts.filter((one) => one.is_needed);
  const free = texts.filter((one) => !one.is_needed);
  return (
    <>
      <Section>{w.permissions.needed}</Section>
      {needed.map((one) => (
        <Permission key={one.scope} text={one} grant={valid(one, granted)} again={again} />
      ))}
      <Section>{w.permissions.free}</Section>
      <p className="quiet" style={{ marginBottom: "0.75rem" }}>
        {w.permissions.freeText}
      </p>
      {free.map((one) => (
        <Permission key={one.scope} text={one} grant={valid(one, granted)} again={again} />
      ))}
    </>
  );
}

function valid(text: Text, granted: Grant[]): Grant | undefined {
  return granted.find((one) => one.scope === text.scope && !one.withdrawn_at);
}

export function Permission({
  text,
  grant,
  again,
}: {
  text: Text;
  grant: Grant | undefined;
  again: () => Promise<void>;
}) {
  const w = useWords();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const allow = useDo(async () => {
    await post("/v1/consents", { scope: text.scope, text_hash: text.hash });
    await again();
  });
  return (
    <Card>
      <p className="text">
        <span className="strong">{w.scopes[text.scope]}</span>{" "}
        {text.is_sensitive && <Tag tone="warn">{w.permissions.sensitive}</Tag>}{" "}
        {grant && <Tag tone="good">{w.permissions.given}</Tag>}
      </p>
      <p className="text">{text.purpose[language]}</p>
      <Rows
        of={[
          [w.permissions.what, text.data[language]],
          ...(open
            ? ([
                [w.permissions.whom, text.recipient[language]],
                [w.permissions.howLong, w.permissions.days(text.days)],
                [w.permissions.withdrawn, text.withdrawn[language]],
              ] as [string, string][])
            : []),
          [w.permissions.without, text.without[language]],
        ]}
      />
      <Trouble error={allow.error} />
      <div className="pair">
        <Button look="second" onClick={() => setOpen(!open)}>
          {open ? w.less : w.more}
        </Button>
        {!grant && (
          <Button onClick={() => void allow.run()} busy={allow.busy}>
            {w.permissions.allow}
            <span className="unseen"> {w.scopes[text.scope]}</span>
          </Button>
        )}
      </div>
    </Card>
  );
}
