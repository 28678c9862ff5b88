import { useEffect, useState } from "react";
import { get, post, put, Refused } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { beginFilling, countRefusal, filledIn, reads } from "../base/filling";
import { goOn } from "../base/route";
import { Button, Foot, Loading, Page, Steps, Trouble } from "../ui/parts";
import { useWords } from "../words";
import { Asking } from "./apply/asking";
import { Checking } from "./apply/checking";
import { correctionsIn, type Form, lackingIn, letsBehaviour, STEPS, type Step } from "./apply/form";
import { Papers } from "./apply/papers";
import { Permissions } from "./apply/permitting";

/** An application in four steps; what is filled in is kept by the server, so that any phone can go on with it. */
export default function Apply() {
  const w = useWords();
  const [step, setStep] = useState<Step>("asking");
  const [form, setForm] = useState<Form>();
  const [version, setVersion] = useState(0);
  const [loaded, setLoaded] = useState(0);
  const known = useAsk(async () => {
    const [sold, texts, granted, papers] = await Promise.all([
      get("/v1/products"),
      get("/v1/consent-texts"),
      get("/v1/consents"),
      get("/v1/documents"),
    ]);
    return { sold: sold.data, texts: texts.data, granted: granted.data, papers: papers.data };
  });
  const draft = useAsk(async () => {
    try {
      return await get("/v1/application-draft");
    } catch (error) {
      if (error instanceof Refused && error.code === "draft_not_found") return null;
      throw error;
    }
  });
  useEffect(() => {
    if (draft.data === undefined || form) return;
    setForm(draft.data?.form ?? { product: "consumer_instalment" });
    setVersion(draft.data?.version ?? 0);
  }, [draft.data, form]);

  useEffect(beginFilling, []);
  useEffect(() => reads(step === "permitting"), [step]);

  const save = useDo(async (next: Step | undefined) => {
    if (!form) return;
    const saved = await put("/v1/application-draft", { version, form });
    setVersion(saved.version);
    if (next) setStep(next);
    await known.again();
  });
  const handIn = useDo(async () => {
    if (!form) return;
    const { amount, months, purpose, monthly_income, ...rest } = form;
    if (!amount || !months || !purpose || !monthly_income) return;
    try {
      const made = await post("/v1/applications", {
        ...rest,
        product: form.product ?? "consumer_instalment",
        amount,
        months,
        purpose: purpose as "shopping",
        monthly_income,
        is_student: form.is_student ?? false,
        contacts: form.contacts ?? [],
      });
      const session = all && letsBehaviour(all.granted) ? filledIn(correctionsIn(form, all.papers)) : null;
      await post("/v1/applications/{application_id}/submissions", { session }, { application_id: made.id });
      goOn("credit/result", { id: made.id });
    } catch (error) {
      if (!(error instanceof Refused && error.code === "application_open")) {
        countRefusal();
        throw error;
      }
      const newest = (await get("/v1/applications", { most: 1 })).data[0];
      if (newest) goOn("credit/result", { id: newest.id });
    }
  });

  const change = (patch: Partial<Form>) => setForm((now) => ({ ...now, ...patch }));
  const all = known.data;
  const ready = form !== undefined && all !== undefined;
  const at = STEPS.indexOf(step);
  const lacking = ready ? lackingIn(step, form, all) : ["all"];
  const last = at === STEPS.length - 1;
  const next = STEPS[at + 1];
  const before = STEPS[at - 1];
  const conflict = save.error instanceof Refused && save.error.code === "draft_conflict";
  const reload = useDo(async () => {
    const fresh = await get("/v1/application-draft");
    setForm(fresh.form);
    setVersion(fresh.version);
    setLoaded(loaded + 1);
    setStep("asking");
    save.clear();
  });
  return (
    <Page title={w.apply.title}>
      <Steps at={at + 1} of={STEPS.length} name={w.apply.stepOf(at + 1, STEPS.length)} />
      <div className="headline">{w.apply.steps[step]}</div>
      <p className="lead">{w.apply.leads[step]}</p>
      <Trouble error={known.error ?? draft.error} again={() => void Promise.all([known.again(), draft.again()])} />
      {!ready && !known.error && <Loading />}
      {ready && step === "asking" && <Asking key={loaded} form={form} set={change} sold={all.sold} />}
      {ready && step === "permitting" && <Permissions texts={all.texts} granted={all.granted} again={known.again} />}
      {ready && step === "papers" && <Papers form={form} set={change} known={all} again={known.again} />}
      {ready && step === "checking" && <Checking form={form} set={change} known={all} />}
      <Trouble error={save.error ?? handIn.error} again={conflict ? () => void reload.run() : undefined} />
      {before && (
        <Button look="plain" onClick={() => setStep(before)}>
          {w.apply.stepBack}
        </Button>
      )}
      <Foot>
        {last ? (
          <Button onClick={() => void handIn.run()} busy={handIn.busy} off={lacking.length > 0}>
            {w.apply.handIn}
          </Button>
        ) : (
          <Button onClick={() => void save.run(next)} busy={save.busy} off={lacking.length > 0}>
            {w.apply.goOn}
          </Button>
        )}
      </Foot>
    </Page>
  );
}
