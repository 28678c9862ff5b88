import { get, post } from "../base/api";
import { useAsk, useDo, useWatch } from "../base/ask";
import { openOutside } from "../base/outside";
import { goBackTo, goOn, goProveByPhone, useParams } from "../base/route";
import { Button, Card, Loading, Notice, Page, Trouble, Waiting } from "../ui/parts";
import { useWords } from "../words";
import { Permission } from "./apply/permitting";

const IN_WECHAT = process.env.TARO_ENV === "weapp";

/** A look into the camera, at the vendor's page; with a check's id, what became of it. */
export default function Face() {
  const w = useWords();
  const { check } = useParams();
  return (
    <Page title={w.face.title}>
      <div className="headline">{w.face.headline}</div>
      <p className="lead">{w.face.lead}</p>
      {check ? <Outcome id={check} /> : <Begin />}
    </Page>
  );
}

function Begin() {
  const w = useWords();
  const found = useAsk(async () => {
    const [texts, granted] = await Promise.all([get("/v1/consent-texts"), get("/v1/consents")]);
    const grant = granted.data.find((one) => one.scope === "face" && !one.withdrawn_at);
    return { text: texts.data.find((one) => one.scope === "face"), grant };
  });
  const begin = useDo(async () => {
    const made = await post("/v1/face-checks", undefined);
    if (made.url && !openOutside(made.url)) goOn("onboarding/face", { check: made.id });
  });
  if (!found.data) return found.error ? <Trouble error={found.error} again={() => void found.again()} /> : <Loading />;
  const { text, grant } = found.data;
  return (
    <>
      {text && !grant && <Permission text={text} grant={undefined} again={found.again} />}
      {grant && !IN_WECHAT && <Card>{w.face.tips}</Card>}
      <Trouble error={begin.error} />
      <Button onClick={() => void begin.run()} busy={begin.busy} off={!grant}>
        {w.face.begin}
      </Button>
      <Button look="plain" onClick={goProveByPhone}>
        {w.face.byPhone}
      </Button>
    </>
  );
}

function Outcome({ id }: { id: string }) {
  const w = useWords();
  const found = useAsk(() => post("/v1/face-checks/{check_id}/results", undefined, { check_id: id }), [id]);
  const status = found.data?.status;
  useWatch(found.again, status === "begun", 2);
  if (!status) return found.error ? <Trouble error={found.error} again={() => void found.again()} /> : <Loading />;
  if (status === "begun") return <Waiting>{IN_WECHAT ? w.face.copied : w.face.waiting}</Waiting>;
  return (
    <>
      <Notice tone={status === "passed" ? "plain" : "warn"}>{w.face.status[status]}</Notice>
      {status === "passed" ? <Button onClick={() => goBackTo("after-face")}>{w.apply.goOn}</Button> : <Begin />}
    </>
  );
}
