/** What may be done to a loan: asked for by one, after looking at what it would do; agreed to by another. */
import { App, Button, Form, Input, Modal, Select, Space, Table } from "antd";
import { useState } from "react";
import { type Answer, send } from "../base/api";
import { may, useMe } from "../base/me";
import { fraction, money } from "../base/shown";
import { Act } from "../ui/act";
import { wrong } from "../ui/telling";
import { said, useWords } from "../words";

type Life = Answer<"get", "/v1/staff/loans/{loan_id}">;
type Preview = Answer<"post", "/v1/staff/loans/{loan_id}/adjustment-previews">;
/** What each kind of event must, or may, say beside its day. */
const SAYS: Record<string, string[]> = {
  fee: ["amount"],
  waiver: ["amount", "kind"],
  rate_change: ["annual_rate"],
  interest_pause: ["until"],
  reschedule: ["installments", "first_due_on", "annual_rate"],
  charge_off: [],
  reversal: ["of"],
};
const OPTIONAL = new Set(["annual_rate"]);

export function Adjust({ life }: { life: Life }) {
  const words = useWords();
  const me = useMe();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm();
  const [preview, setPreview] = useState<Preview>();
  const [busy, setBusy] = useState<"adjustment-previews" | "adjustments">();
  const type = Form.useWatch("type", form) as string | undefined;
  if (!may(me, "POST", "/v1/staff/loans/{loan_id}/adjustments") || !["current", "overdue"].includes(life.loan.status))
    return null;
  const values = { loan_id: life.loan.id };
  const event = (typed: Record<string, string>) => ({
    type: typed.type,
    on: typed.on,
    ...Object.fromEntries(
      (SAYS[typed.type ?? ""] ?? [])
        .filter((name) => typed[name])
        .map((name) => [
          name,
          name === "installments"
            ? Number(typed[name])
            : name === "annual_rate"
              ? fraction(typed[name] ?? "0")
              : typed[name],
        ]),
    ),
  });
  const ask = async (what: "adjustment-previews" | "adjustments") => {
    const typed = (await form.validateFields().catch(() => undefined)) as Record<string, string> | undefined;
    if (!typed) return;
    setBusy(what);
    try {
      const body = what === "adjustments" ? { event: event(typed), reason: typed.reason } : { event: event(typed) };
      const answer = await send("POST", `/v1/staff/loans/{loan_id}/${what}`, values, body);
      if (what === "adjustment-previews") setPreview(answer as Preview);
      else {
        message.success(words.adjust.asked);
        setOpen(false);
      }
    } catch (error) {
      message.error(wrong(error, words));
    }
    setBusy(undefined);
  };
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {words.adjust.title}
      </Button>
      <Modal
        open={open}
        width={720}
        title={words.adjust.title}
        onCancel={() => setOpen(false)}
        footer={
          <Space>
            <Button
              loading={busy === "adjustment-previews"}
              disabled={busy === "adjustments"}
              onClick={() => ask("adjustment-previews")}
            >
              {words.adjust.preview}
            </Button>
            <Button
              type="primary"
              disabled={!preview || busy === "adjustment-previews"}
              loading={busy === "adjustments"}
              onClick={() => ask("adjustments")}
            >
              {words.adjust.ask}
            </Button>
          </Space>
        }
      >
        <p className="does">{words.adjust.why}</p>
        <Form
          form={form}
          layout="vertical"
          initialValues={{ type: "waiver", on: me.business_day, kind: "penalty" }}
          onValuesChange={() => setPreview(undefined)}
        >
          <Space wrap align="start">
            <Form.Item name="type" label={words.fields.kind}>
              <Select
                style={{ width: 190 }}
                options={Object.keys(SAYS).map((one) => ({ value: one, label: said(words, one) }))}
              />
            </Form.Item>
            <Form.Item name="on" label={words.fields.on} rules={[{ required: true }]}>
              <Input type="date" />
            </Form.Item>
            {(SAYS[type ?? "waiver"] ?? []).map((name) => (
              <Form.Item
                key={name}
                name={name}
                label={words.adjust[name as keyof typeof words.adjust] as string}
                rules={[{ required: !OPTIONAL.has(name) || type === "rate_change" }]}
              >
                {name === "of" ? (
                  <Select
                    style={{ width: 260 }}
                    options={life.facts.map((one) => ({
                      value: one.id,
                      label: `${one.on} ${said(words, one.kind)} ${money(one.amount)}`,
                    }))}
                  />
                ) : name === "kind" ? (
                  <Select
                    style={{ width: 140 }}
                    options={["penalty", "fee", "interest"].map((one) => ({ value: one, label: said(words, one) }))}
                  />
                ) : (
                  <Input type={["until", "first_due_on"].includes(name) ? "date" : "text"} style={{ width: 160 }} />
                )}
              </Form.Item>
            ))}
          </Space>
          <Form.Item name="reason" label={words.fields.reason} rules={[{ required: true }]}>
            <Input.TextArea rows={2} />
          </Form.Item>
        </Form>
        {preview && <Seen of={preview} />}
      </Modal>
    </>
  );
}

/** Instalments that would differ, then and now. */
function Seen({ of }: { of: Preview }) {
  const words = useWords();
  const rows = Array.from({ length: Math.max(of.before.length, of.after.length) }, (_, at) => ({
    number: at + 1,
    before: of.before[at],
    after: of.after[at],
  })).filter((row) => JSON.stringify(row.before) !== JSON.stringify(row.after));
  return (
    <>
      <p>
        {words.fields.payoff} <del className="sum">{money(of.payoff_before)}</del>{" "}
        <b className="sum">{money(of.payoff_after)}</b>
      </p>
      <Table
        size="small"
        pagination={false}
        rowKey="number"
        scroll={{ y: 240 }}
        dataSource={rows}
        locale={{ emptyText: words.adjust.nothing }}
        columns={[
          { title: words.fields.number, dataIndex: "number" },
          { title: `${words.fields.due_on} · ${words.adjust.before}`, render: (_, row) => row.before?.due_on ?? "—" },
          {
            title: words.fields.outstanding,
            align: "right",
            render: (_, row) => (row.before ? money(row.before.outstanding) : "—"),
          },
          { title: `${words.fields.due_on} · ${words.adjust.after}`, render: (_, row) => row.after?.due_on ?? "—" },
          {
            title: words.fields.outstanding,
            align: "right",
            render: (_, row) => (row.after ? money(row.after.outstanding) : "—"),
          },
        ]}
      />
    </>
  );
}

export function Refund({ loan }: { loan: string }) {
  return (
    <Act
      act="refund"
      path="/v1/staff/loans/{loan_id}/refunds"
      values={{ loan_id: loan }}
      asks={[
        { name: "amount", as: "amount" },
        { name: "by", as: "choice", of: ["card", "wallet"], initial: "card" },
        { name: "reason", as: "long" },
      ]}
    />
  );
}
