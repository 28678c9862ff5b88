/** One case: whom one may contact now and why not, what was said and promised, and what to do next. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Modal, Tag, Timeline, Tooltip, Typography } from "antd";
import { useState } from "react";
import { useParams } from "react-router";
import { type Answer, get } from "../base/api";
import { useLanguage } from "../base/language";
import { useMe } from "../base/me";
import { instant, money } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { Code } from "../ui/value";
import { said, useWords } from "../words";
import { Placements } from "./agencies";

type Found = Answer<"get", "/v1/staff/collection-cases/{case_id}">;
export interface Permit {
  contact_id: string;
  reach: string | null;
  say_first: string;
}

export function CasePage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/collection-cases", id],
    queryFn: () => get("/v1/staff/collection-cases/{case_id}", { case_id: id }),
    refetchInterval: 60_000,
  });
  return <Loaded of={found}>{(one) => <Case of={one} />}</Loaded>;
}

function Case({ of }: { of: Found }) {
  const words = useWords();
  const me = useMe();
  const [permit, setPermit] = useState<Permit>();
  const one = of.case;
  const values = { case_id: one.id };
  const living = one.status !== "closed";
  return (
    <Page
      title={`${one.name} · ${one.phone}`}
      about={<Code code={one.status} />}
      acts={
        living && (
          <>
            <Act
              act="contact"
              primary
              path="/v1/staff/collection-cases/{case_id}/contacts"
              values={values}
              asks={[
                { name: "channel", as: "choice", of: ["call", "letter", "visit"], initial: "call" },
                { name: "whom", as: "choice", of: ["debtor", "named"], initial: "debtor" },
                { name: "about", as: "choice", of: ["arrears", "whereabouts", "asked"], initial: "arrears" },
                { name: "recorded", as: "switch", initial: true },
                { name: "words", as: "long", optional: true },
              ]}
              body={(typed) => ({ ...typed, words: typed.words ?? "" })}
              then={(answer) => setPermit(answer as Permit)}
            />
            <Act
              act="promise"
              path="/v1/staff/collection-cases/{case_id}/promises"
              values={values}
              asks={[
                { name: "amount", as: "amount", initial: one.owed.amount },
                { name: "by", as: "date", label: "promise_by" },
              ]}
            />
            <Act
              act="assign"
              path="/v1/staff/collection-cases/{case_id}/assignments"
              values={values}
              asks={[{ name: "to", as: "text", optional: true, initial: one.assigned_to ?? me.name }]}
            />
            <Act
              act="place"
              path="/v1/staff/collection-cases/{case_id}/placements"
              values={values}
              asks={[{ name: "agency", as: "text" }]}
            />
            <Act
              act="stop"
              danger
              path="/v1/staff/collection-cases/{case_id}/stops"
              values={values}
              asks={[
                {
                  name: "kind",
                  as: "choice",
                  of: ["deceased", "insolvent", "minor", "seriously_ill", "identity_disputed", "stayed_by_court"],
                },
                { name: "note", as: "long" },
              ]}
            />
          </>
        )
      }
    >
      <div className="cards">
        <Figure name={words.fields.owed} number={money(one.owed)} />
        <Figure name={words.fields.overdue_days} number={one.overdue_days} note={<Code code={one.stage} />} />
        <Figure name={words.fields.broken_promises} number={one.broken_promises} />
        <Figure name={words.fields.call_on} number={one.call_on ?? "—"} note={one.assigned_to ?? words.cases.nobody} />
      </div>
      {of.stops.filter((stop) => !stop.lifted_on).length > 0 && (
        <Alert type="error" showIcon message={words.cases.stopped} style={{ marginBottom: 12 }} />
      )}
      <Allowed of={of} />
      <div className="cards wide">
        <Card size="small" title={words.cases.timeline}>
          <Story of={of} />
        </Card>
        <div>
          <Card size="small" title={words.cases.promises} style={{ marginBottom: 12 }}>
            <Rows
              of={of.promises.map((one) => ({ ...one, promise_by: one.by }))}
              columns={["made_on", "promise_by", "amount", "received", "status"]}
            />
          </Card>
          <Card size="small" title={words.cases.stops} style={{ marginBottom: 12 }}>
            {of.stops.length === 0 && <None />}
            {of.stops.map((stop) => (
              <div key={stop.id}>
                <Code code={stop.kind} /> {stop.since} · {stop.note} · {stop.by}{" "}
                {stop.lifted_on ? (
                  <Tag>{stop.lifted_on}</Tag>
                ) : (
                  <Act
                    act="lift"
                    path="/v1/staff/collection-cases/{case_id}/stops/{stop_id}/liftings"
                    values={{ ...values, stop_id: stop.id }}
                  />
                )}
              </div>
            ))}
          </Card>
          <Card size="small" title={words.sections.disputes}>
            <Rows of={of.disputes} columns={["opened_on", "what", "answer_by", "answer"]} />
          </Card>
        </div>
      </div>
      <Placements of={one.id} />
      <Facts of={one} only={["id", "person_id", "plan", "score", "grade", "opened_on", "closed_on", "assigned_to"]} />
      {permit && <Begun permit={permit} close={() => setPermit(undefined)} />}
    </Page>
  );
}

/** Which contacts are allowed at this moment; where not, by which rule. */
function Allowed({ of }: { of: Found }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <Card size="small" title={words.cases.allowed} style={{ marginBottom: 12 }}>
      {of.allowed.map((one) => (
        <Tooltip
          key={`${one.channel}|${one.whom}`}
          title={one.bars.map((bar) => (
            <div key={bar.code}>
              {bar[language]} ({bar.rule})
            </div>
          ))}
        >
          <Tag color={one.allowed ? "success" : "error"} style={{ marginBottom: 6 }}>
            {one.allowed ? "✓" : "✗"} {said(words, one.channel)} · {said(words, one.whom)}
            {one.again_at && ` · ${words.cases.from} ${instant(one.again_at).slice(5, 16)}`}
            {!one.allowed && !one.again_at && ` · ${one.bars[0]?.[language] ?? ""}`}
          </Tag>
        </Tooltip>
      ))}
    </Card>
  );
}

function Story({ of }: { of: Found }) {
  const words = useWords();
  const told = [
    ...of.contacts.map((one) => ({
      at: instant(one.at),
      colour: one.outcome === "connected" ? "green" : "gray",
      text: `${said(words, one.channel)} · ${said(words, one.whom)} · ${said(words, one.outcome)} · ${one.by}${one.note ? ` · ${one.note}` : ""}`,
    })),
    ...of.promises.map((one) => ({
      at: one.made_on,
      colour: one.status === "broken" ? "red" : "blue",
      text: `${words.cases.promised(money(one.amount), one.by)} · ${said(words, one.status)}`,
    })),
    { at: of.case.opened_on, colour: "red", text: words.cases.opened },
  ].sort((one, other) => other.at.localeCompare(one.at));
  return (
    <Timeline
      items={told.map((one) => ({
        color: one.colour,
        children: (
          <>
            <span className="quiet sum">{one.at}</span> {one.text}
          </>
        ),
      }))}
    />
  );
}

/** A contact that may be made now: the number, what is said first, and then what became of it. */
export function Begun({
  permit,
  close,
  path = "/v1/staff/contacts/{contact_id}/outcomes",
}: {
  permit: Permit;
  close: () => void;
  path?: "/v1/staff/contacts/{contact_id}/outcomes" | "/v1/agency/contacts/{contact_id}/outcomes";
}) {
  const words = useWords();
  return (
    <Modal open title={words.cases.begun} footer={null} onCancel={close} maskClosable={false}>
      {permit.reach && (
        <Typography.Title level={3} copyable style={{ marginTop: 0 }}>
          {permit.reach}
        </Typography.Title>
      )}
      <Alert type="info" message={words.cases.sayFirst} description={permit.say_first} style={{ marginBottom: 12 }} />
      <Act
        act="outcome"
        primary
        path={path}
        values={{ contact_id: permit.contact_id }}
        asks={[
          {
            name: "outcome",
            as: "choice",
            of: ["connected", "no_answer", "wrong_person", "failed", "asked_to_stop", "sent"],
            initial: "connected",
          },
          { name: "note", as: "long", optional: true },
          { name: "call_again_on", as: "date", optional: true },
        ]}
        body={(typed) => ({ ...typed, note: typed.note ?? "" })}
        then={close}
      />
    </Modal>
  );
}
