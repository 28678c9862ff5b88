/** One value of the server as people read it: its shape and its name say how. */
import { Tag, Tooltip, Typography } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { placeOf } from "../base/places";
import { grouped, instant, isAmount, money, percent, short } from "../base/shown";
import { named, roleName, said, useWords, type Words } from "../words";

/** What stands for use is open as a case is, and is said in another word. */
export function InUse({ status }: { status: string }) {
  return <Code code={status === "open" ? "in_use" : status} />;
}

/** Fields that hold a code of a small set, and so a word of the catalogue. */
const CODES = new Set(
  (
    "status kind channel whom about hand outcome stage right proof phone_status direction rail intent verdict source side" +
    " finding watch_list asset_class before after said decided audience standing ways method form audience day_count interest_by recalculation prepayment allocation way ending proposal rating"
  ).split(" "),
);
export const SHARES = new Set(
  "annual_rate bad_share share pd discount loss_given_default approval_rate bad_rate".split(" "),
);
const CALM = new Set(
  "approved checked reported active settled paid kept in_use granted sent connected closed explained".split(" "),
);
const WARN = new Set("open drawn proposed waiting held promised review frozen asked substandard".split(" "));
const LOUD = new Set(
  "declined rejected failed broken overdue written_off charged_off refused doubtful loss returned".split(" "),
);

export function Value({ name, value }: { name: string; value: unknown }): ReactNode {
  const words = useWords();
  if (value === null || value === undefined || value === "") return <span className="quiet">—</span>;
  if (isAmount(value)) return <span className={/^-/.test(value.amount) ? "sum minus" : "sum"}>{money(value)}</span>;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.length ? value.map((one) => text(words, name, one)).join("、") : "—";
  if (typeof value === "object") return <Pairs of={value as Record<string, unknown>} />;
  if (typeof value === "number") return <span className="sum">{grouped(String(value))}</span>;
  const raw = String(value);
  if (SHARES.has(name)) return <span className="sum">{percent(raw)}</span>;
  if (name === "role") return roleName(words, raw);
  if (CODES.has(name)) return <Code code={raw} />;
  if (/^\d{4}-\d\d-\d\dT/.test(raw)) return <time dateTime={raw}>{instant(raw)}</time>;
  const place = placeOf(raw);
  if (place)
    return (
      <Tooltip title={raw}>
        <Link to={place} className="id" onClick={(event) => event.stopPropagation()}>
          {short(raw)}
        </Link>
      </Tooltip>
    );
  if (/^[a-z]{2,5}_[0-9a-z]{26}$/.test(raw) || /^[0-9a-f]{40,}$/.test(raw))
    return (
      <Typography.Text className="id" copyable={{ text: raw, tooltips: false }} title={raw}>
        {raw.includes("_") ? short(raw) : raw.slice(0, 10)}
      </Typography.Text>
    );
  return raw;
}

export function Code({ code }: { code: string }) {
  const words = useWords();
  const colour = LOUD.has(code) ? "error" : WARN.has(code) ? "warning" : CALM.has(code) ? "success" : "default";
  return <Tag color={colour}>{said(words, code)}</Tag>;
}

function Pairs({ of }: { of: Record<string, unknown> }) {
  const words = useWords();
  return (
    <dl className="map">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt>{named(words, name)}</dt>
          <dd>
            <Value name={name} value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function text(words: Words, name: string, one: unknown): string {
  if (typeof one === "object" && one !== null) return JSON.stringify(one);
  return CODES.has(name) ? said(words, String(one)) : String(one);
}
