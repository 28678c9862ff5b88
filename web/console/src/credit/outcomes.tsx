/** What became of those a model of applications judged: by month, grade and age. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Table, Tag } from "antd";
import { lazy, Suspense, useMemo } from "react";
import { type Answer, get } from "../base/api";
import { percent } from "../base/shown";
import { Loaded } from "../ui/states";
import { said, useWords } from "../words";
import { TONES } from "./stability";

const Chart = lazy(() => import("../ui/chart").then((all) => ({ default: all.Chart })));
type Told = Answer<"get", "/v1/staff/models/{use}/outcomes">["months"][number];

export type JudgedUse = "application" | "business";

export function Outcomes({ use }: { use: JudgedUse }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/models", use, "outcomes"],
    queryFn: () => get("/v1/staff/models/{use}/outcomes", { use }),
  });
  return (
    <Loaded of={found}>
      {(all) => (
        <>
          <p className="quiet">{words.model.outcomesWhy(all.since)}</p>
          <h2>{words.model.byMonth}</h2>
          <Rows of={all.months} />
          <p className="quiet">{words.model.ripeWhy(all.ripe_until)}</p>
          <p className="quiet">{words.model.overrides(all.overrides)}</p>
          <div className="cards wide" style={{ marginTop: 16 }}>
            <Calibration of={all.grades} />
            <div>
              <Alert
                type={all.is_even ? "success" : "warning"}
                showIcon
                message={all.is_even ? words.model.even : words.model.uneven}
                style={{ marginBottom: 12 }}
              />
              <Rows of={all.ages} />
              <Rows of={all.sexes.map((one) => ({ ...one, name: said(words, one.name) }))} />
              <Rows of={all.provinces} />
              <Rows of={all.products} />
            </div>
          </div>
          <h2>{words.model.segments}</h2>
          <p className="quiet">{words.model.segmentsWhy}</p>
          <Segments of={all.segments} />
        </>
      )}
    </Loaded>
  );
}

type Segment = Answer<"get", "/v1/staff/models/{use}/outcomes">["segments"][number];

/** How far the grades of each part of those who were judged have moved. */
function Segments({ of }: { of: Segment[] }) {
  const words = useWords();
  return (
    <Table
      size="small"
      rowKey={(one) => `${one.kind} ${one.name}`}
      pagination={{ pageSize: 15, hideOnSinglePage: true }}
      dataSource={of}
      locale={{ emptyText: words.model.segmentsNone }}
      columns={[
        {
          title: words.model.group,
          render: (_, one) =>
            `${words.model.kinds[one.kind as keyof typeof words.model.kinds]} ${one.kind === "sex" ? said(words, one.name) : one.name}`,
        },
        { title: words.model.judgedBefore, dataIndex: "before", align: "right" },
        { title: words.model.judgedLately, dataIndex: "lately", align: "right" },
        { title: "PSI", dataIndex: "index", align: "right", render: (index: number) => index.toFixed(3) },
        {
          title: words.fields.standing,
          dataIndex: "standing",
          render: (code: string) => <Tag color={TONES[code] ?? "default"}>{said(words, code)}</Tag>,
        },
      ]}
    />
  );
}

function Rows({ of }: { of: Told[] }) {
  const words = useWords();
  return (
    <Table
      size="small"
      rowKey="name"
      pagination={false}
      dataSource={of}
      columns={[
        { title: words.model.group, dataIndex: "name" },
        { title: words.model.judgedCount, dataIndex: "judged", align: "right" },
        {
          title: words.comparison.rows.approval_ppm,
          align: "right",
          render: (_, one) => share(one.approved, one.judged),
        },
        { title: words.model.known, dataIndex: "known", align: "right" },
        { title: words.fields.bad_rate, align: "right", render: (_, one) => share(one.bad, one.known) },
        { title: words.model.expectedRate, align: "right", render: (_, one) => share(one.expected_bad, one.known) },
        { title: "AUC", dataIndex: "auc", align: "right", render: (one: number | null) => one?.toFixed(3) ?? "—" },
        { title: "KS", dataIndex: "ks", align: "right", render: (one: number | null) => one?.toFixed(3) ?? "—" },
      ]}
    />
  );
}

/** Of each grade: bad ones as expected, and as seen. */
function Calibration({ of }: { of: Told[] }) {
  const words = useWords();
  const known = useMemo(() => of.filter((one) => one.known > 0), [of]);
  const option = useMemo(
    () => ({
      xAxis: { type: "category", data: known.map((one) => one.name) },
      yAxis: { type: "value", axisLabel: { formatter: "{value}%" } },
      series: [
        { type: "bar", name: words.model.expectedRate, data: known.map((one) => (100 * one.expected_bad) / one.known) },
        { type: "bar", name: words.fields.bad_rate, data: known.map((one) => (100 * one.bad) / one.known) },
      ],
    }),
    [known, words],
  );
  return (
    <Suspense>
      <Chart
        title={words.model.calibration}
        option={option}
        numbers={known.map((one) => ({
          [words.fields.grade]: one.name,
          [words.model.known]: one.known,
          [words.model.expectedRate]: one.expected_bad / one.known,
          [words.fields.bad_rate]: one.bad / one.known,
        }))}
      />
    </Suspense>
  );
}

function share(part: number, whole: number): string {
  return whole > 0 ? percent(part / whole) : "—";
}
