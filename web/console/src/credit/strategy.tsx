/** One version of a strategy: its graph, edited into the next version, tried on an applicant, held against the past. */
import { useQuery } from "@tanstack/react-query";
import { Alert, App, Button, Card, Input, Select, Skeleton, Space, Tabs } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { get, send } from "../base/api";
import { may, useMe } from "../base/me";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { useTelling, wrong } from "../ui/telling";
import { Code } from "../ui/value";
import { useWords } from "../words";
import { Cases, KeepCase } from "./cases";
import { Compared, type Comparison } from "./compared";
import { differences } from "./differences";
import type { Graph, Trace } from "./graph-editor";
import { Shadow } from "./shadow";
import { StrategyActs } from "./strategies";
import { Verdicts } from "./verdicts";

const GraphEditor = lazy(() => import("./graph-editor").then((all) => ({ default: all.GraphEditor })));

export function StrategyPage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/strategies", id],
    queryFn: () => get("/v1/staff/strategies/{version_id}", { version_id: id }),
  });
  return <Loaded of={found}>{(version) => <Version key={version.id} of={version} />}</Loaded>;
}

type Found = Awaited<ReturnType<typeof get<"/v1/staff/strategies/{version_id}">>>;

function Version({ of }: { of: Found }) {
  const words = useWords();
  const me = useMe();
  const go = useNavigate();
  const [search, setSearch] = useSearchParams();
  const kept = of.graph as unknown as Graph;
  const [graph, setGraph] = useState(kept);
  const [trace, setTrace] = useState<Trace>();
  const editing = search.has("edit") && may(me, "POST", "/v1/staff/strategies");
  const changed = useMemo(() => differences(kept, graph).length > 0, [kept, graph]);
  const tab = search.get("tab") ?? "graph";
  return (
    <Page
      title={of.id}
      about={
        <Space>
          <Code code={of.status} />
          <Code code={of.role} />
        </Space>
      }
      acts={
        <>
          {!editing && may(me, "POST", "/v1/staff/strategies") && (
            <Button onClick={() => setSearch({ edit: "1" })}>{words.strategy.edit}</Button>
          )}
          {editing && (
            <Act
              act="proposeStrategy"
              primary
              disabled={!changed}
              path="/v1/staff/strategies"
              asks={[
                { name: "role", as: "choice", of: ["champion", "challenger", "shadow"], initial: "champion" },
                { name: "share", as: "count", initial: 0 },
                { name: "effective_from", as: "date", initial: me.business_day },
              ]}
              body={(typed) => ({ ...typed, share: Number(typed.share ?? 0), name: of.name, graph })}
              then={(answer) => go(`/strategies/${(answer as { id: string }).id}`)}
            />
          )}
          <StrategyActs of={of} />
        </>
      }
    >
      <Facts of={of} only={["name", "version", "effective_from", "share", "proposed_by", "decided_by", "hash"]} />
      {editing && <Alert type="info" showIcon message={words.strategy.editing} style={{ marginTop: 12 }} />}
      <Tabs
        activeKey={tab}
        onChange={(next) => setSearch(editing ? { edit: "1", tab: next } : { tab: next }, { replace: true })}
        items={[
          {
            key: "graph",
            label: words.strategy.graph,
            children: (
              <Suspense fallback={<Skeleton active />}>
                <GraphEditor graph={graph} trace={trace} {...(editing ? { change: setGraph } : {})} />
              </Suspense>
            ),
          },
          {
            key: "try",
            label: words.strategy.tryIt,
            children: <Try name={of.name} graph={graph} show={setTrace} />,
          },
          { key: "cases", label: words.strategy.cases, children: <Cases name={of.name} graph={graph} /> },
          { key: "past", label: words.strategy.past, children: <Past graph={graph} against={of.id} /> },
          { key: "diff", label: words.strategy.differences, children: <Versions of={of} graph={graph} /> },
          { key: "shadow", label: words.strategy.shadow, children: <Shadow id={of.id} /> },
        ]}
      />
    </Page>
  );
}

/** What the graph says of an applicant we know, or of inputs that somebody writes. */
function Try({ name, graph, show }: { name: string; graph: Graph; show: (trace: Trace) => void }) {
  const words = useWords();
  const { message } = App.useApp();
  const telling = useTelling();
  const [inputs, setInputs] = useState("");
  const [said, setSaid] = useState<{ outcome: string; verdicts: Record<string, unknown>[] }>();
  const fill = async (application: string) => {
    await telling(async () => {
      const decision = await get("/v1/staff/applications/{application_id}/decision", {
        application_id: application.trim(),
      });
      if (decision) setInputs(JSON.stringify(decision.inputs, null, 1));
    });
  };
  const run = async () => {
    try {
      const answer = (await send("POST", "/v1/staff/strategies/trials", {}, { graph, inputs: JSON.parse(inputs) })) as {
        outcome: string;
        verdicts: Record<string, unknown>[];
        trace: Trace;
      };
      setSaid(answer);
      show(answer.trace);
    } catch (error) {
      message.error(error instanceof SyntaxError ? words.strategy.notJson : wrong(error, words));
    }
  };
  return (
    <Space direction="vertical" style={{ width: "100%" }}>
      <Input.Search
        aria-label={words.strategy.fromApplication}
        placeholder={words.strategy.fromApplication}
        enterButton={words.strategy.take}
        onSearch={fill}
        style={{ maxWidth: 520 }}
      />
      <Input.TextArea
        aria-label={words.strategy.inputs}
        value={inputs}
        onChange={(event) => setInputs(event.target.value)}
        rows={12}
        className="id"
      />
      <Button type="primary" disabled={!inputs} onClick={run}>
        {words.strategy.run}
      </Button>
      {said && (
        <Card size="small" title={<Code code={said.outcome} />}>
          <Verdicts of={said.verdicts} />
          <KeepCase name={name} inputs={JSON.parse(inputs)} said={said.outcome} />
        </Card>
      )}
    </Space>
  );
}

/** The graph beside a version of ours over our own past: swap set, profit, whom it decides otherwise. */
function Past({ graph, against }: { graph: Graph; against: string }) {
  const words = useWords();
  const telling = useTelling();
  const [since, setSince] = useState("");
  const [busy, setBusy] = useState(false);
  const [found, setFound] = useState<Comparison>();
  const run = async () => {
    setBusy(true);
    await telling(async () => {
      const body = { graph, against, since: since || null, most: 1000 };
      setFound((await send("POST", "/v1/staff/strategies/comparisons", {}, body)) as Comparison);
    });
    setBusy(false);
  };
  return (
    <Space direction="vertical" style={{ width: "100%" }}>
      <Space>
        <Input
          type="date"
          aria-label={words.fields.since}
          value={since}
          onChange={(event) => setSince(event.target.value)}
        />
        <Button type="primary" loading={busy} onClick={run}>
          {words.strategy.compare(against)}
        </Button>
      </Space>
      {found && <Compared of={found} />}
    </Space>
  );
}

/** What differs between this graph and another version. */
function Versions({ of, graph }: { of: Found; graph: Graph }) {
  const words = useWords();
  const all = useQuery({
    queryKey: ["/v1/staff/strategies", "of", of.name],
    queryFn: () => get("/v1/staff/strategies", { name: of.name }),
  });
  const [chosen, setChosen] = useState(of.id);
  const other = useQuery({
    queryKey: ["/v1/staff/strategies", chosen],
    queryFn: () => get("/v1/staff/strategies/{version_id}", { version_id: chosen }),
  });
  return (
    <Space direction="vertical" style={{ width: "100%" }}>
      <Select
        aria-label={words.strategy.other}
        value={chosen}
        onChange={setChosen}
        style={{ minWidth: 220 }}
        options={(all.data?.data ?? []).map((one) => ({ value: one.id, label: one.id }))}
      />
      <Loaded of={other}>
        {(found) => {
          const found_ = differences(found.graph as unknown as Graph, graph);
          if (found_.length === 0) return <Alert type="success" showIcon message={words.strategy.same} />;
          return (
            <>
              {found_.map((one) => (
                <Card
                  key={one.node}
                  size="small"
                  title={`${one.node} · ${words.strategy[one.what]}`}
                  style={{ marginBottom: 8 }}
                >
                  {one.lines.map((line) => (
                    <div key={line.where} className="id">
                      {line.where}: <del>{line.before}</del> <ins>{line.after}</ins>
                    </div>
                  ))}
                </Card>
              ))}
            </>
          );
        }}
      </Loaded>
    </Space>
  );
}
