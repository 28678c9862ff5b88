import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { Refused, send } from "./base/api";
import { speak, useLanguage } from "./base/language";
import { begin } from "./base/session";
import { useWords } from "./words";

interface Typed {
  name: string;
  password: string;
  code: string;
}

export function LogIn() {
  const words = useWords();
  const language = useLanguage();
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const enter = async (typed: Typed) => {
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
      <section className="panel">
        <div className="brand">
          <span aria-hidden="true">信</span>
          <b>Xindai 信贷</b>
        </div>
        <h1>{words.logIn.title}</h1>
        <Form layout="vertical" onFinish={enter} requiredMark={false} disabled={busy}>
          <Form.Item name="name" label={words.logIn.name} rules={[{ required: true, message: words.states.needed }]}>
            <Input autoFocus autoComplete="username" />
          </Form.Item>
          <Form.Item
            name="password"
            label={words.logIn.password}
            rules={[{ required: true, message: words.states.needed }]}
          >
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          <Form.Item
            name="code"
            label={words.logIn.code}
            extra={words.logIn.codeHint}
            rules={[{ required: true, message: words.states.needed }]}
          >
            <Input inputMode="numeric" maxLength={6} autoComplete="one-time-code" />
          </Form.Item>
          {refused && <Alert type="error" showIcon message={refused} role="alert" />}
          <Button type="primary" htmlType="submit" block loading={busy}>
            {words.logIn.enter}
          </Button>
        </Form>
        <Button type="link" size="small" onClick={() => speak(language === "zh" ? "en" : "zh")}>
          {language === "zh" ? "English" : "中文"}
        </Button>
      </section>
    </main>
  );
}
