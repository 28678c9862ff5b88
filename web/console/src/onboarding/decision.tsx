/** A decision, explained: the score and what weighed on it, every rule, the way through the graph, and whether it comes out again. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Card, Skeleton, Space, Table } from "antd";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { type Answer, get } from "../base/api";
import { useLanguage } from "../base/language";
import type { Graph, Trace } from "../credit/graph-editor";
import { Verdicts } from "../credit/verdicts";
import { Bar, Figure } from "../ui/figure";
import { Loaded, None } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";
import { BuildUp } from "./build-up";
import { FeatureTable } from "./features";

const GraphEditor = lazy(() => import("../credit/graph-editor").then((all) => ({ default: all.GraphEditor })));
type Decision = NonNullable<Answer<"get", "/v1/staff/applications/{application_id}/decision">>;
interface Reason {
  feature: string;
  en: string;
  zh: string;
  weight: number;
}

export function DecisionTab({ application }: { application: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/applications", application, "decision"],
    queryFn: async () => ({
      decision: await get("/v1/staff/applications/{application_id}/decision", { application_id: application }),
    }),
  });
  return (
    <Loaded of={found}>
      {({ decision }) => (decision ? <Explained of={decision} /> : <None what={words.decision.notYet} />)}
    </Loaded>
  );
}

function Explained({ of }: { of: Decision }) {
  const words = useWords();
  const language = useLanguage();
  const result = of.result as Record<string, unknown>;
  const reasons = (result.reasons ?? []) as Reason[];
  const most = Math.max(1, ...reasons.map((one) => one.weight));
  return (
    <Space direction="vertical" size={12} style={{ width: "100%" }}>
      <div className="cards">
        <Figure name={words.fields.outcome} number={<Code code={of.outcome} />} note={of.on} />
        <Figure
          name={words.fields.score}
          number={String(result.score ?? "—")}
          note={words.decision.grade(String(result.grade ?? "—"))}
        />
        <Figure
          name={words.decision.pd}
          number={perMillion(result.pd_ppm)}
          note={words.decision.fraud(perMillion(of.inputs.fraud_ppm))}
        />
        <Figure
          name={words.fields.limit}
          number={String(result.limit ?? "—")}
          note={words.decision.rate(String(result.rate_bps ?? "—"))}
        />
      </div>
      <div className="cards wide">
        <Card size="small" title={words.decision.reasons}>
          {reasons.length === 0 && <None what={words.decision.noReasons} />}
          {reasons.map((one) => (
            <Bar
              key={one.feature}
              name={one[language]}
              share={one.weight / most}
              number={(one.weight / 1e6).toFixed(3)}
              against
            />
          ))}
        </Card>
        <Card size="small" title={words.decision.rules}>
          <Verdicts of={of.verdicts} />
        </Card>
      </div>
      <BuildUp of={result} />
      <Way of={of} />
      <Replay decision={of.id} />
      <Card size="small" title={words.decision.features}>
        <FeatureTable of={of.inputs.features as Record<string, number | null>} />
      </Card>
    </Space>
  );
}

/** The graph as it was then, lit up by what this applicant went through. */
function Way({ of }: { of: Decision }) {
  const words = useWords();
  const [open, setOpen] = useState(false);
  const version = useQuery({
    queryKey: ["/v1/staff/strategies", of.strategy],
    enabled: open,
    queryFn: () => get("/v1/staff/strategies/{version_id}", { version_id: of.strategy }),
  });
  return (
    <Card
      size="small"
      title={
        <>
          {words.decision.way} <Link to={`/strategies/${of.strategy}`}>{of.strategy}</Link>
        </>
      }
      extra={
        <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.decision.hide : words.decision.show}
        </Button>
      }
      styles={{ body: { display: open ? "block" : "none" } }}
    >
      {open && (
        <Loaded of={version}>
          {(found) => (
            <Suspense fallback={<Skeleton active />}>
              <GraphEditor graph={found.graph as unknown as Graph} trace={of.trace as Trace} />
            </Suspense>
          )}
        </Loaded>
      )}
    </Card>
  );
}

/** Decided again from what was kept. */
function Replay({ decision }: { decision: string }) {
  const words = useWords();
  const again = useQuery({
    queryKey: ["/v1/staff/decisions", decision, "replay"],
    enabled: false,
    queryFn: () => get("/v1/staff/decisions/{decision_id}/replay", { decision_id: decision }),
  });
  return (
    <Card
      size="small"
      title={words.decision.replay}
      extra={
        <Button size="small" loading={again.isFetching} onClick={() => again.refetch()}>
          {words.decision.again}
        </Button>
      }
    >
      {!again.data && <span className="quiet">{words.decision.replayWhy}</span>}
      {again.data?.differs.length === 0 && <Alert type="success" showIcon message={words.decision.same} />}
      {again.data && again.data.differs.length > 0 && (
        <Table
          size="small"
          pagination={false}
          rowKey="what"
          dataSource={again.data.differs as { what: string; then: unknown; now: unknown }[]}
          columns={[
            { title: words.decision.what, dataIndex: "what" },
            { title: words.comparison.against, dataIndex: "then", render: (one: unknown) => JSON.stringify(one) },
            { title: words.comparison.now, dataIndex: "now", render: (one: unknown) => JSON.stringify(one) },
          ]}
        />
      )}
    </Card>
  );
}

function perMillion(value: unknown): string {
  return typeof value === "number" ? `${(value / 10_000).toFixed(2)}%` : "—";
}
