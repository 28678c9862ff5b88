/** The log-in: plain fields, so that the first page is light. */
import { Alert, Button } from "antd";
import { type FormEvent, useState } from "react";
import { Refused, send } from "./base/api";
import { speak, useLanguage } from "./base/language";
import { begin } from "./base/session";
import { useWords } from "./words";

export function LogIn() {
  const words = useWords();
  const language = useLanguage();
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(event.currentTarget));
    setBusy(true);
    setRefused(undefined);
    try {
      const { token } = (await send("POST", "/v1/staff/sessions", {}, typed)) as { token: string };
      begin(token);
    } catch (error) {
      setRefused(error instanceof Refused ? error.message : words.states.unreached);
      setBusy(false);
    }
  };
  return (
    <main className="log-in">
      <form className="panel" onSubmit={enter}>
        <div className="brand">
          <span aria-hidden="true">信</span>
          <b>Xindai 信贷</b>
        </div>
        <h1>{words.logIn.title}</h1>
        <label htmlFor="name">{words.logIn.name}</label>
        <input id="name" name="name" required autoComplete="username" />
        <label htmlFor="password">{words.logIn.password}</label>
        <input id="password" name="password" type="password" required autoComplete="current-password" />
        <label htmlFor="code">{words.logIn.code}</label>
        <input
          id="code"
          name="code"
          required
          inputMode="numeric"
          maxLength={6}
          autoComplete="one-time-code"
          aria-describedby="code-hint"
        />
        <small id="code-hint" className="quiet">
          {words.logIn.codeHint}
        </small>
        {refused && <Alert type="error" showIcon message={refused} role="alert" />}
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {words.logIn.enter}
        </Button>
        <Button type="link" size="small" onClick={() => speak(language === "zh" ? "en" : "zh")}>
          {language === "zh" ? "English" : "中文"}
        </Button>
      </form>
    </main>
  );
}
