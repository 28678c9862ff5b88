/**
 * The parts every page is made of. They are plain HTML elements: a browser and a screen reader know them, and the
 * mini-program gets its own views for them (`@tarojs/plugin-html`).
 */

import Taro from "@tarojs/taro";
import { type PropsWithChildren, type ReactNode, useEffect, useId } from "react";
import { Refused, Unreached } from "../base/api";
import { useOnline } from "../base/ask";
import { countTyping } from "../base/filling";
import { type Amount, shown } from "../base/money";
import { back, goFace, goTop, type Place } from "../base/route";
import { useWords } from "../words";

const IN_BROWSER = process.env.TARO_ENV === "h5";

/** A page with its title; in the mini-program the title stands in WeChat's own bar. */
export function Page({
  title,
  top,
  end,
  children,
}: PropsWithChildren<{ title: string; top?: Place; end?: ReactNode }>) {
  const w = useWords();
  const online = useOnline();
  useEffect(() => {
    void Taro.setNavigationBarTitle({ title });
  }, [title]);
  return (
    <main className={top ? "page page-tabs" : "page"}>
      {IN_BROWSER && (
        <header className="bar">
          {!top && (
            <button type="button" className="bar-back" aria-label={w.back} onClick={back}>
              ‹
            </button>
          )}
          <h1 className="bar-title" style={top ? { paddingLeft: "0.5rem" } : {}}>
            {title}
          </h1>
          {end && <div className="bar-end">{end}</div>}
        </header>
      )}
      {!online && <Notice tone="warn">{w.offline}</Notice>}
      {children}
      {top && <Tabs at={top} />}
    </main>
  );
}

function Tabs({ at }: { at: Place }) {
  const w = useWords();
  const all: [Place, string][] = [
    ["lending/home", w.tabs.home],
    ["onboarding/messages", w.tabs.messages],
    ["onboarding/me", w.tabs.me],
  ];
  return (
    <nav className="tabs" aria-label={w.tabs.label}>
      {all.map(([place, name]) => (
        <button
          type="button"
          key={place}
          className={place === at ? "tab tab-on" : "tab"}
          aria-current={place === at ? "page" : undefined}
          onClick={() => place !== at && goTop(place)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

type Look = "first" | "second" | "plain" | "bad";

/** A button; while it is busy it says so and cannot be pressed again. */
export function Button(
  props: PropsWithChildren<{ onClick: () => void; look?: Look; busy?: boolean; off?: boolean; small?: boolean }>,
) {
  const { onClick, look = "first", busy = false, off = false, small = false, children } = props;
  const w = useWords();
  const names = [
    "button",
    look === "first" ? "" : `button-${look}`,
    small ? "button-small" : "",
    off || busy ? "button-off" : "",
  ];
  return (
    <button
      type="button"
      className={names.filter(Boolean).join(" ")}
      disabled={off || busy}
      aria-busy={busy || undefined}
      onClick={onClick}
    >
      {busy ? w.busy : children}
    </button>
  );
}

/** What stands at the bottom of the screen, always in reach of a thumb. */
export function Foot({ children }: PropsWithChildren) {
  return <div className="foot">{children}</div>;
}

export function Card({ children, strong = false, onTap }: PropsWithChildren<{ strong?: boolean; onTap?: () => void }>) {
  const name = strong ? "card card-strong" : "card";
  if (!onTap) return <section className={name}>{children}</section>;
  return (
    <button type="button" className={`${name} card-tap`} onClick={onTap}>
      {children}
    </button>
  );
}

export function Section({ children }: PropsWithChildren) {
  return <h2 className="section">{children}</h2>;
}

export function Money({ of, small = false }: { of: Amount | string; small?: boolean }) {
  return (
    <span className={small ? "amount amount-small" : "amount"}>
      <span className="yuan">¥</span>
      {shown(of)}
    </span>
  );
}

export type Tone = "plain" | "good" | "warn" | "bad";

export function Tag({ tone = "plain", children }: PropsWithChildren<{ tone?: Tone }>) {
  return <span className={tone === "plain" ? "tag" : `tag tag-${tone}`}>{children}</span>;
}

export function Notice({ tone = "plain", children }: PropsWithChildren<{ tone?: "plain" | "warn" | "bad" }>) {
  return (
    <div className={tone === "plain" ? "notice" : `notice notice-${tone}`} role={tone === "bad" ? "alert" : "status"}>
      {children}
    </div>
  );
}

/** What went wrong, in words that say what to do; nothing when nothing did. */
export function Trouble({ error, again }: { error: Error | undefined; again?: () => void }) {
  const w = useWords();
  if (!error) return null;
  const words =
    error instanceof Unreached
      ? error.timedOut
        ? w.trouble.slow
        : w.trouble.unreached
      : error instanceof Refused
        ? (w.refused[error.code as keyof typeof w.refused] ?? (error.message || w.trouble.unknown))
        : w.trouble.unknown;
  return (
    <Notice tone="bad">
      <p className="text">{words}</p>
      {error instanceof Refused && error.code === "step_up_needed" && (
        <Button small onClick={goFace}>
          {w.face.go}
        </Button>
      )}
      {again && (
        <Button small look="second" onClick={again}>
          {w.again}
        </Button>
      )}
    </Notice>
  );
}

/** Rows of a name and a value. */
export function Rows({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="rows">
      {of.map(([name, value]) => (
        <div className="row" key={name}>
          <dt className="row-name">{name}</dt>
          <dd className="row-value">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Item({
  title,
  text,
  end,
  note,
}: {
  title: ReactNode;
  text?: ReactNode;
  end?: ReactNode;
  note?: ReactNode;
}) {
  return (
    <li className="item">
      <div>
        <div>{title}</div>
        {text && <div className="quiet">{text}</div>}
      </div>
      <div className="item-end">
        {end}
        {note && <div className="quiet">{note}</div>}
      </div>
    </li>
  );
}

export function Steps({ at, of, name }: { at: number; of: number; name: string }) {
  return (
    <div className="steps" role="img" aria-label={name}>
      {Array.from({ length: of }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
        <span key={index} className={index < at ? "step step-done" : "step"} />
      ))}
    </div>
  );
}

export function Loading() {
  const w = useWords();
  return (
    <div role="status" aria-label={w.loading}>
      <div className="bone" />
      <div className="bone" />
    </div>
  );
}

export function Waiting({ children }: PropsWithChildren) {
  return (
    <div role="status" style={{ textAlign: "center" }}>
      <span className="spin" />
      {children}
    </div>
  );
}

type Keyboard = "text" | "number" | "digit" | "idcard";

interface FieldProps {
  label: string;
  value: string;
  onType: (text: string) => void;
  hint?: ReactNode;
  wrong?: string | undefined;
  keyboard?: Keyboard;
  most?: number;
  holder?: string;
  complete?: string;
}

const MODES = { text: "text", number: "numeric", digit: "decimal", idcard: "text" } as const;

/** A labelled field. */
export function Field({
  label,
  value,
  onType,
  hint,
  wrong,
  keyboard = "text",
  most = 200,
  holder,
  complete,
}: FieldProps) {
  const id = useId();
  const kind = IN_BROWSER ? { inputMode: MODES[keyboard], type: "text" } : { type: keyboard };
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <input
        {...kind}
        id={id}
        className={wrong ? "input input-bad" : "input"}
        value={value}
        maxLength={most}
        placeholder={holder}
        autoComplete={complete ?? "off"}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={hint || wrong ? `${id}h` : undefined}
        onInput={(event) => {
          const text = typed(event);
          countTyping(value, text);
          onType(text);
        }}
      />
      {(wrong || hint) && (
        <span id={`${id}h`} className={wrong ? "hint hint-bad" : "hint"}>
          {wrong ?? hint}
        </span>
      )}
    </div>
  );
}

/** One of a few; all of them are seen at once. */
export function Choices<T extends string | number>(props: {
  label: string;
  of: readonly (readonly [T, string])[];
  value: T | undefined;
  onChoose: (value: T) => void;
}) {
  const { label, of, value, onChoose } = props;
  const id = useId();
  return (
    <div className="field">
      <span className="label" id={id}>
        {label}
      </span>
      <div className="choices" role="radiogroup" aria-labelledby={id}>
        {of.map(([one, name]) => (
          // biome-ignore lint/a11y/useSemanticElements: a radio input has no look of its own in the mini-program
          <button
            type="button"
            role="radio"
            key={one}
            aria-checked={one === value}
            className={one === value ? "choice choice-on" : "choice"}
            onClick={() => onChoose(one)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

/** A yes that is given by hand; it is never ticked beforehand. */
export function Tick({ on, onChange, children }: PropsWithChildren<{ on: boolean; onChange: (on: boolean) => void }>) {
  const id = useId();
  return (
    <div className="tick">
      <input type="checkbox" id={id} className="tick-box" checked={on} onChange={() => onChange(!on)} />
      <label htmlFor={id}>{children}</label>
    </div>
  );
}

/** What an input event carries, in a browser and in the mini-program. */
export function typed(event: unknown): string {
  const heard = event as { detail?: { value?: unknown }; target?: { value?: unknown } };
  const value =
    heard.detail && typeof heard.detail === "object" && "value" in heard.detail
      ? heard.detail.value
      : heard.target?.value;
  return String(value ?? "");
}
