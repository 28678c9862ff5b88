import { Table } from "antd";
import { Link } from "react-router";
import { grouped, short } from "../base/shown";
import { Code } from "../ui/value";
import { useWords } from "../words";

type Figures = Record<string, number | null | Record<string, number>>;
export interface Comparison {
  now: Figures;
  then: Figures;
  swap: Record<string, Record<string, number | null>>;
  changed: { application_id: string; decided: string; said: string }[];
}

const ROWS = [
  "applications",
  "approve",
  "review",
  "decline",
  "approval_ppm",
  "bad_ppm_approved",
  "lent",
  "expected_profit",
  "realised_profit",
] as const;

/** Two strategies over the same past. */
export function Compared({ of }: { of: Comparison }) {
  const words = useWords();
  const names = words.comparison;
  return (
    <>
      <div className="cards wide">
        <Sides now={of.now} then={of.then} />
        <Table
          size="small"
          pagination={false}
          rowKey="set"
          dataSource={(["both", "only_this", "only_other", "neither"] as const).map((set) => ({
            set,
            ...of.swap[set],
          }))}
          columns={[
            { title: names.swap, dataIndex: "set", render: (set: keyof typeof names.sets) => names.sets[set] },
            { title: names.rows.applications, dataIndex: "applications", align: "right" },
            {
              title: names.rows.bad_ppm_approved,
              dataIndex: "bad_ppm",
              align: "right",
              render: (ppm: number | null) => figure("bad_ppm", ppm),
            },
            {
              title: names.rows.realised_profit,
              dataIndex: "realised_profit",
              align: "right",
              render: (minor: number) => figure("profit", minor),
            },
          ]}
        />
      </div>
      <h2>{names.changed(of.changed.length)}</h2>
      <Table
        size="small"
        rowKey="application_id"
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        dataSource={of.changed}
        columns={[
          {
            title: words.fields.application_id,
            dataIndex: "application_id",
            render: (id: string) => <Link to={`/applications/${id}`}>{short(id)}</Link>,
          },
          { title: names.against, dataIndex: "decided", render: (code: string) => <Code code={code} /> },
          { title: names.now, dataIndex: "said", render: (code: string) => <Code code={code} /> },
        ]}
      />
    </>
  );
}

/** The figures of two, side by side: what judges now or was chosen to be held against, and what is looked at. */
export function Sides({ now, then, titles }: { now: Figures; then: Figures; titles?: [string, string] }) {
  const names = useWords().comparison;
  const [against, looked] = titles ?? [names.against, names.now];
  return (
    <Table
      size="small"
      pagination={false}
      rowKey="row"
      dataSource={ROWS.map((row) => ({ row, now: figure(row, now[row]), against: figure(row, then[row]) }))}
      columns={[
        { title: names.title, dataIndex: "row", render: (row: (typeof ROWS)[number]) => names.rows[row] },
        { title: against, dataIndex: "against", align: "right", className: "sum" },
        { title: looked, dataIndex: "now", align: "right", className: "sum" },
      ]}
    />
  );
}

/** Parts per million as per cent, minor units as yuan, counts as they are. */
function figure(name: string, value: Figures[string] | undefined): string {
  if (typeof value !== "number") return "—";
  if (name.includes("_ppm")) return `${(value / 10_000).toFixed(2)}%`;
  if (name === "lent" || name.includes("profit")) return grouped((value / 100).toFixed(2));
  return grouped(String(value));
}
