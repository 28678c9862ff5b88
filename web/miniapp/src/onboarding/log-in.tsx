import Taro from "@tarojs/taro";
import { useEffect, useState } from "react";
import { get, post, Refused } from "../base/api";
import { useDo } from "../base/ask";
import { goBackTo } from "../base/route";
import { deviceId, logIn } from "../base/session";
import { Button, Field, Foot, Notice, Page, Trouble } from "../ui/parts";
import { useWords } from "../words";

const RESEND_AFTER = 60;
const PHONE = /^1[3-9]\d{9}$/;

/** By the code that comes to the phone; in WeChat by WeChat, with the phone's number the first time. */
export default function LogIn() {
  const w = useWords();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [sent, setSent] = useState<string>();
  const [wait, setWait] = useState(0);
  const [made, setMade] = useState<string>();
  const looksRight = PHONE.test(phone.replace(/\s/g, ""));

  useEffect(() => {
    if (wait <= 0) return;
    const timer = setTimeout(() => setWait(wait - 1), 1000);
    return () => clearTimeout(timer);
  }, [wait]);

  const send = useDo(async () => {
    const answer = await post("/v1/phone-codes", { phone: phone.replace(/\s/g, "") });
    setSent(answer.id);
    setCode("");
    setWait(RESEND_AFTER);
    setMade(await codeOfTheSandbox(phone.replace(/\s/g, "")));
  });
  const enter = useDo(async () => {
    if (!sent) return;
    const body = {
      phone_code_id: sent,
      phone: phone.replace(/\s/g, ""),
      code,
      device: deviceName(),
      device_id: deviceId(),
    };
    const session = await post("/v1/sessions", body);
    logIn(session.token);
    goBackTo("after-log-in");
  });
  const wechat = useDo(async (phoneCode?: string) => {
    const { code: mine } = await Taro.login();
    const body = {
      code: mine,
      device: deviceName(),
      device_id: deviceId(),
      ...(phoneCode ? { phone_code: phoneCode } : {}),
    };
    const session = await post("/v1/wechat/sessions", body);
    logIn(session.token);
    goBackTo("after-log-in");
  });
  const phoneNeeded = wechat.error instanceof Refused && wechat.error.code === "phone_needed";

  return (
    <Page title={w.logIn.title}>
      <div className="headline">{w.logIn.headline}</div>
      <p className="lead">{w.logIn.lead}</p>
      {process.env.TARO_ENV === "weapp" && (
        <>
          {phoneNeeded ? (
            <button
              type="button"
              className="button"
              {...{ openType: "getPhoneNumber" }}
              {...{ onGetPhoneNumber: (event: { detail: { code?: string } }) => void wechat.run(event.detail.code) }}
            >
              {w.logIn.wechatPhone}
            </button>
          ) : (
            <Button onClick={() => void wechat.run()} busy={wechat.busy}>
              {w.logIn.wechat}
            </Button>
          )}
          <Trouble error={phoneNeeded ? undefined : wechat.error} />
          <p className="quiet" style={{ margin: "1rem 0" }}>
            {w.logIn.orByPhone}
          </p>
        </>
      )}
      <Field
        label={w.logIn.phone}
        value={phone}
        onType={setPhone}
        keyboard="number"
        most={13}
        complete="tel"
        wrong={phone.length >= 11 && !looksRight ? w.logIn.phoneWrong : undefined}
      />
      {sent && (
        <Field
          label={w.logIn.code}
          value={code}
          onType={setCode}
          keyboard="number"
          most={6}
          complete="one-time-code"
          hint={w.logIn.codeHint}
        />
      )}
      {made && <Notice>{w.logIn.sandboxCode(made)}</Notice>}
      <Trouble error={send.error ?? enter.error} />
      {sent && (
        <Button look="plain" onClick={() => void send.run()} off={wait > 0} busy={send.busy}>
          {wait > 0 ? w.logIn.sendAgainIn(wait) : w.logIn.sendAgain}
        </Button>
      )}
      <Foot>
        {sent ? (
          <Button onClick={() => void enter.run()} busy={enter.busy} off={!/^\d{6}$/.test(code)}>
            {w.logIn.enter}
          </Button>
        ) : (
          <Button onClick={() => void send.run()} busy={send.busy} off={!looksRight}>
            {w.logIn.send}
          </Button>
        )}
      </Foot>
    </Page>
  );
}

/** In the sandbox no text message goes out; the one that would have gone is read instead. */
async function codeOfTheSandbox(phone: string): Promise<string | undefined> {
  try {
    const found = await get("/v1/sandbox/messages", { phone });
    const newest = found.data.find((one) => one.text.includes("验证码"));
    return /\d{6}/.exec(newest?.text ?? "")?.[0];
  } catch {
    return undefined;
  }
}

/** What the person recognises the device by, in the list of where they are logged in. */
function deviceName(): string {
  if (process.env.TARO_ENV === "h5") {
    const known = /iPhone|iPad|HarmonyOS|Android|Windows|Mac OS|Linux/.exec(navigator.userAgent)?.[0] ?? "";
    return `${known} browser`.trim();
  }
  const phone = Taro.getSystemInfoSync();
  return `${phone.brand} ${phone.model}`.slice(0, 60);
}
