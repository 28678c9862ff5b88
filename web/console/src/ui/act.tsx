/**
 * Something a member of staff does: a button, what it will do in words, what it needs to know, and the server's answer.
 *
 * Whoever may not do it does not see it. A refusal stays in the form, so that nothing typed is lost.
 */
import {
  ModalForm,
  ProForm,
  ProFormDigit,
  ProFormSelect,
  ProFormSwitch,
  ProFormText,
  ProFormTextArea,
} from "@ant-design/pro-components";
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button } from "antd";
import { type ReactNode, useState } from "react";
import type { paths } from "../../../client/schema";
import { send, type Values } from "../base/api";
import { may, useMe } from "../base/me";
import { fraction } from "../base/shown";
import { type Field, type Act as Name, named, said, useWords } from "../words";
import { wrong } from "./telling";

export interface Asks {
  name: Field;
  /** `share` is typed in per cent and sent as a fraction; a `document` is a JSON file, sent as its text: its numbers must stay as they are written. */
  as: "text" | "long" | "amount" | "date" | "count" | "choice" | "several" | "switch" | "share" | "document" | "secret";
  of?: readonly string[];
  /** What each of them is called, where the catalogue does not say. */
  labels?: Record<string, string>;
  initial?: unknown;
  /** What it is called, where the field's own name says too little. */
  label?: Field;
  optional?: boolean;
}

/** A door as the schema names it: who may do what is known by that, and ids go in as values. */
type Path = keyof paths;
/** What two words are said on: doors of these names stand below it. */
type Decided = Path extends infer P ? (P extends `${infer Thing}/rejections` ? Thing : never) : never;

interface Props {
  act: Name;
  path: Path;
  values?: Values;
  method?: "POST" | "PUT" | "DELETE";
  asks?: Asks[];
  /** The body from what was typed, where it is not the fields themselves. */
  body?: (typed: Record<string, unknown>) => unknown;
  /** What is shown of it before it is done. */
  preview?: ReactNode;
  danger?: boolean;
  primary?: boolean;
  disabled?: boolean;
  then?: (answer: unknown) => void;
}

/** So many milliseconds a form stays for the page behind it to be fresh; what is slower comes when it comes. */
const FRESH_WITHIN = 3_000;

export function Act({ act, path, values = {}, method = "POST", asks = [], ...more }: Props) {
  const { body, preview, danger = false, primary = false, disabled = false, then } = more;
  const words = useWords();
  const me = useMe();
  const all = useQueryClient();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [refused, setRefused] = useState<string>();
  if (!may(me, method, path)) return null;

  const done = async (typed: Record<string, unknown>) => {
    setRefused(undefined);
    const facts = Object.fromEntries(asks.map((one) => [one.name, sent(one, typed[one.name])]));
    try {
      const told = body ? body(facts) : asks.length ? facts : undefined;
      const answer =
        method === "DELETE"
          ? await send(method, path, { ...values, ...(facts as Values) }) // what goes away has no body
          : await send(method, path, values, told);
      message.success(words.states.done);
      await Promise.race([all.invalidateQueries(), new Promise((go) => setTimeout(go, FRESH_WITHIN))]);
      then?.(answer);
      return true;
    } catch (error) {
      setRefused(wrong(error, words));
      return false;
    }
  };

  return (
    <>
      <Button type={primary ? "primary" : "default"} danger={danger} disabled={disabled} onClick={() => setOpen(true)}>
        {words.acts[act][0]}
      </Button>
      {open && (
        <ModalForm
          open
          width={520}
          title={words.acts[act][0]}
          onOpenChange={(still) => {
            setOpen(still);
            setRefused(undefined);
          }}
          onFinish={done}
          initialValues={Object.fromEntries(asks.map((one) => [one.name, one.initial]))}
          submitter={{
            submitButtonProps: { danger },
            searchConfig: { submitText: words.acts[act][0], resetText: words.states.cancel },
          }}
          modalProps={{ destroyOnHidden: true, maskClosable: false }}
        >
          <p className="does">{words.acts[act][1]}</p>
          {preview}
          {asks.map((one) => (
            <Ask key={one.name} {...one} />
          ))}
          {refused && <Alert type="error" showIcon message={refused} role="alert" />}
        </ModalForm>
      )}
    </>
  );
}

function Ask(one: Asks) {
  const words = useWords();
  const common = {
    name: one.name,
    label: named(words, one.label ?? one.name),
    rules: one.optional || one.as === "switch" ? [] : [{ required: true, message: words.states.needed }],
  };
  switch (one.as) {
    case "long":
      return <ProFormTextArea {...common} fieldProps={{ rows: 3, maxLength: 1000 }} />;
    case "secret":
      return <ProFormText.Password {...common} fieldProps={{ autoComplete: "off" }} />;
    case "choice":
    case "several":
      return (
        <ProFormSelect
          {...common}
          {...(one.as === "several" ? { mode: "multiple" as const } : {})}
          allowClear={one.optional ?? false}
          showSearch={one.as === "several"}
          fieldProps={{ optionFilterProp: "label" }}
          options={(one.of ?? []).map((code) => ({ value: code, label: one.labels?.[code] ?? said(words, code) }))}
        />
      );
    case "document":
      return (
        <ProForm.Item {...common}>
          <Document />
        </ProForm.Item>
      );
    case "switch":
      return <ProFormSwitch {...common} />;
    case "count":
      return <ProFormDigit {...common} min={0} fieldProps={{ precision: 0 }} />;
    case "date":
      return <ProFormText {...common} fieldProps={{ type: "date" }} />;
    case "amount":
      return <ProFormText {...common} fieldProps={{ inputMode: "decimal", suffix: words.yuan }} />;
    case "share":
      return <ProFormText {...common} fieldProps={{ inputMode: "decimal", suffix: "%" }} />;
    default:
      return <ProFormText {...common} />;
  }
}

/** The text of a file of JSON; one that is none counts as none. */
function Document({ id, onChange }: { id?: string; onChange?: (read: unknown) => void }) {
  const words = useWords();
  const [broken, setBroken] = useState(false);
  const read = async (file: File | undefined) => {
    const text = await file?.text();
    let isJson = text !== undefined;
    try {
      JSON.parse(text ?? "");
    } catch {
      isJson = false;
    }
    setBroken(Boolean(file) && !isJson);
    onChange?.(isJson ? text : undefined);
  };
  return (
    <>
      <input type="file" id={id} accept=".json,application/json" onChange={(event) => read(event.target.files?.[0])} />
      {broken && <span className="wrong">{words.states.notJson}</span>}
    </>
  );
}

/** What was typed as the server wants it: amounts and shares stay decimal texts. */
function sent(one: Asks, typed: unknown): unknown {
  if (typed === undefined || typed === "" || typed === null) return one.as === "switch" ? false : null;
  if (one.as === "amount") return { amount: String(typed).replace(/[,\s]/g, ""), currency: "CNY" };
  if (one.as === "share") return fraction(String(typed));
  return typed;
}

/** The second person's two words on what another proposed, at the doors of that thing. */
export function Deciding({ path, values }: { path: Decided; values: Values }) {
  return (
    <>
      <Act act="approve" path={`${path}/approvals`} values={values} />
      <Act act="reject" danger path={`${path}/rejections`} values={values} />
    </>
  );
}
