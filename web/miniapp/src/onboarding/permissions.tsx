import { useState } from "react";
import { type Answer, get, remove } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { moment } from "../base/days";
import { Button, Card, Item, Loading, Notice, Page, Rows, Section, Trouble } from "../ui/parts";
import { useLanguage, useWords } from "../words";
import type { Text } from "./apply/form";
import { Permission } from "./apply/permitting";

type Grant = Answer<"get", "/v1/consents">["data"][number];

/** Every permission: given when, used when and for what; taken back as easily as it was given. */
export default function Permissions() {
  const w = useWords();
  const language = useLanguage();
  const [said, setSaid] = useState<string>();
  const found = useAsk(async () => {
    const [texts, granted] = await Promise.all([get("/v1/consent-texts"), get("/v1/consents")]);
    return { texts: texts.data, granted: granted.data.filter((one) => !one.withdrawn_at) };
  });
  const of = (text: Text) => found.data?.granted.find((one) => one.scope === text.scope);
  return (
    <Page title={w.permissions.title}>
      <p className="lead">{w.permissions.lead}</p>
      {said && <Notice>{said}</Notice>}
      <Trouble error={found.error} again={() => void found.again()} />
      {!found.data && !found.error && <Loading />}
      {found.data?.texts.map((text) => {
        const grant = of(text);
        return grant ? (
          <Given
            key={text.scope}
            text={text}
            grant={grant}
            done={(words) => {
              setSaid(words[language]);
              void found.again();
            }}
          />
        ) : (
          <Permission key={text.scope} text={text} grant={undefined} again={found.again} />
        );
      })}
    </Page>
  );
}

function Given({
  text,
  grant,
  done,
}: {
  text: Text;
  grant: Grant;
  done: (follows: { en: string; zh: string }) => void;
}) {
  const w = useWords();
  const language = useLanguage();
  const [sure, setSure] = useState(false);
  const [open, setOpen] = useState(false);
  const withdraw = useDo(async () => {
    const gone = await remove("/v1/consents/{scope}", { scope: text.scope });
    done(gone.follows);
  });
  return (
    <Card>
      <p className="text strong">{w.scopes[text.scope]}</p>
      <p className="text">{text.data[language]}</p>
      <Rows
        of={[
          [w.permissions.givenAt, moment(grant.granted_at)],
          [w.permissions.until, grant.valid_until.slice(0, 10)],
        ]}
      />
      {open && <Uses grant={grant.id} />}
      {sure && (
        <Notice tone="warn">
          <p className="text">{text.withdrawn[language]}</p>
          <Trouble error={withdraw.error} />
          <div className="pair">
            <Button look="second" onClick={() => setSure(false)}>
              {w.cancel}
            </Button>
            <Button look="second" onClick={() => void withdraw.run()} busy={withdraw.busy}>
              {w.permissions.sure}
            </Button>
          </div>
        </Notice>
      )}
      {!sure && (
        <div className="pair">
          <Button look="second" onClick={() => setOpen(!open)}>
            {open ? w.less : w.permissions.uses}
            <span className="unseen"> {w.scopes[text.scope]}</span>
          </Button>
          <Button look="bad" onClick={() => setSure(true)}>
            {w.permissions.withdraw}
            <span className="unseen"> {w.scopes[text.scope]}</span>
          </Button>
        </div>
      )}
    </Card>
  );
}

function Uses({ grant }: { grant: string }) {
  const w = useWords();
  const uses = useAsk(() => get("/v1/consents/{grant_id}/uses", { grant_id: grant }), [grant]);
  if (!uses.data) return uses.error ? <Trouble error={uses.error} /> : <Loading />;
  return (
    <>
      <Section>{w.permissions.uses}</Section>
      {uses.data.data.length === 0 && <p className="quiet">{w.permissions.unused}</p>}
      <ul className="list">
        {uses.data.data.map((one) => (
          <Item
            key={one.at + one.what}
            title={w.uses[one.what as keyof typeof w.uses] ?? one.what}
            text={moment(one.at)}
            end={w.usedBy[one.by as keyof typeof w.usedBy] ?? one.by}
          />
        ))}
      </ul>
    </>
  );
}
