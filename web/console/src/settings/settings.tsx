/** Who works here, the limits, and in the sandbox the clock that can be moved and the failures that can be ordered. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Card, Input, Space } from "antd";
import { useState } from "react";
import { get, Refused, send } from "../base/api";
import { may, useMe } from "../base/me";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { useTelling } from "../ui/telling";
import { useWords } from "../words";

export function Settings() {
  const words = useWords();
  const me = useMe();
  return (
    <Page title={words.sections.settings}>
      {me.sandbox && (
        <div className="cards wide">
          <Clock />
          <Phone />
        </div>
      )}
      {may(me, "GET", "/v1/staff/members") && (
        <>
          <Providers />
          <h2>{words.settings.topics}</h2>
          <Listing whole path="/v1/staff/notice-topics" columns={["name", "kind", "ways", "zh", "en"]} />
          <Keys />
          <h2>{words.settings.members}</h2>
          <Listing whole path="/v1/staff/members" columns={["name", "role", "is_locked"]} />
        </>
      )}
      {may(me, "GET", "/v1/staff/emergency-accesses") && <Emergencies />}
    </Page>
  );
}

/** Another role for an hour, by whoever proves again who they are; and all there were, for whoever looks at them. */
function Emergencies() {
  const words = useWords();
  const me = useMe();
  const asking = useQueryClient();
  const again = () => asking.invalidateQueries();
  return (
    <>
      <h2>{words.settings.emergencies}</h2>
      <p className="quiet">{words.settings.emergenciesWhy}</p>
      <Space style={{ marginBottom: 8 }}>
        {me.emergency_until ? (
          <Act act="giveRoleBack" path="/v1/staff/emergency-accesses/endings" then={again} />
        ) : (
          <Act
            act="takeRole"
            path="/v1/staff/emergency-accesses"
            asks={[
              { name: "role", as: "choice", of: ["officer", "finance", "admin"].filter((one) => one !== me.role) },
              { name: "reason", as: "long" },
              { name: "password", as: "secret" },
              { name: "code", as: "text", label: "one_time_code" },
            ]}
            then={again}
          />
        )}
      </Space>
      <Listing
        whole
        path="/v1/staff/emergency-accesses"
        columns={["member", "role", "reason", "begun_at", "ends_at", "ended_at"]}
      />
    </>
  );
}

/** The keys of sealed fields: which seals, and how many fields an older one still opens. */
function Keys() {
  const words = useWords();
  const [coming, setComing] = useState(0);
  const found = useQuery({
    queryKey: ["/v1/staff/keys"],
    queryFn: () => get("/v1/staff/keys"),
    // looked at often only while a rotation is under way: counting what older keys seal walks over all fields
    refetchInterval: ({ state: { data } }) => (data && (data.newest < coming || data.older_fields) ? 1_000 : 60_000),
  });
  return (
    <>
      <h2>{words.settings.keys}</h2>
      <Loaded of={found}>
        {(keys) => (
          <Space>
            <span>{words.settings.keysAre(keys.newest, keys.held.length, keys.older_fields)}</span>
            <Act
              act="rotateKeys"
              path="/v1/staff/key-rotations"
              asks={[{ name: "reason", as: "text" }]}
              then={(answer) => setComing((answer as { key: number }).key)}
            />
            {keys.held.length > 1 && keys.older_fields === 0 && (
              <Act act="destroyKeys" danger path="/v1/staff/key-destructions" asks={[{ name: "reason", as: "text" }]} />
            )}
          </Space>
        )}
      </Loaded>
    </>
  );
}

/** How those we ask have answered; in the sandbox a failure may be ordered of each. */
function Providers() {
  const words = useWords();
  const me = useMe();
  return (
    <>
      <h2>{words.settings.providers}</h2>
      <p className="quiet">{words.settings.providersWhy}</p>
      <Listing
        whole
        path="/v1/staff/providers"
        columns={["provider", "operation", "answered", "failed", "is_left_alone"]}
        acts={(one) =>
          me.sandbox && (
            <Act
              act="orderFailure"
              path="/v1/sandbox/failures"
              asks={[
                { name: "kind", as: "choice", of: FAILURES, initial: "server_error" },
                { name: "times", as: "count", initial: 5 },
              ]}
              body={(typed) => ({
                ...typed,
                kind: typed.kind === "lost_answer" ? "loss" : typed.kind,
                provider: one.provider,
                operation: one.operation,
              })}
            />
          )
        }
      />
      {me.sandbox && <Heal />}
    </>
  );
}

const FAILURES = [
  "delay",
  "lost_answer",
  "lost_request",
  "duplicate",
  "wrong_signature",
  "server_error",
  "garbage",
  "refuse",
];

function Heal() {
  const words = useWords();
  const { message } = App.useApp();
  const telling = useTelling();
  const heal = () =>
    telling(async () => {
      await send("DELETE", "/v1/sandbox/failures", {});
      message.success(words.states.done);
    });
  return (
    <Button onClick={heal} style={{ marginTop: 8 }}>
      {words.settings.heal}
    </Button>
  );
}

/** The day moves on: every day in between is closed. */
function Clock() {
  const words = useWords();
  const all = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const clock = useQuery({ queryKey: ["/v1/sandbox/clock"], queryFn: () => get("/v1/sandbox/clock") });
  const advance = async (days: number) => {
    setBusy(true);
    try {
      await send("POST", "/v1/sandbox/clock/advance", {}, { days });
      await all.invalidateQueries();
    } catch (error) {
      message.error(error instanceof Refused ? error.message : words.settings.still);
    }
    setBusy(false);
  };
  return (
    <Card size="small" title={words.settings.clock}>
      <Loaded of={clock}>
        {(now) => (
          <Space wrap>
            <b className="sum">{now.business_day}</b>
            {[1, 7, 30].map((days) => (
              <Button key={days} loading={busy} onClick={() => advance(days)}>
                {words.settings.forward(days)}
              </Button>
            ))}
          </Space>
        )}
      </Loaded>
      <p className="quiet">{words.settings.clockWhy}</p>
    </Card>
  );
}

/** What a made-up phone got. */
function Phone() {
  const words = useWords();
  const [phone, setPhone] = useState("");
  const found = useQuery({
    queryKey: ["/v1/sandbox/messages", phone],
    enabled: phone !== "",
    queryFn: () => get("/v1/sandbox/messages", { phone }),
  });
  return (
    <Card size="small" title={words.settings.phone}>
      <Input.Search
        aria-label={words.fields.phone}
        placeholder={words.fields.phone}
        onSearch={(text) => setPhone(text.trim())}
        style={{ marginBottom: 8 }}
      />
      {phone && (
        <Loaded of={found}>
          {({ data }) =>
            data.length === 0 ? (
              <None />
            ) : (
              data
                .slice(0, 8)
                .map((one) => <Alert key={one.text} type="info" message={one.text} style={{ marginBottom: 4 }} />)
            )
          }
        </Loaded>
      )}
    </Card>
  );
}
