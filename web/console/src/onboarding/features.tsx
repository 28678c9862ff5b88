/** An applicant's features beside the population's: in which bin of the scorecard they lie, and how bad that bin was. */
import { useQuery } from "@tanstack/react-query";
import { Switch, Table } from "antd";
import { useState } from "react";
import { get } from "../base/api";
import { useLanguage } from "../base/language";
import { percent } from "../base/shown";
import { type Characteristic, placed } from "../credit/scorecard";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function FeatureTable({ of }: { of: Record<string, number | null> }) {
  const words = useWords();
  const language = useLanguage();
  const [all, setAll] = useState(false);
  const known = useQuery({ queryKey: ["/v1/staff/features"], queryFn: () => get("/v1/staff/features") });
  const model = useQuery({
    queryKey: ["/v1/staff/models", "application"],
    queryFn: () => get("/v1/staff/models/{use}", { use: "application" }),
  });
  return (
    <Loaded of={known}>
      {({ data }) => {
        const weighed = new Map(
          ((model.data?.scorecard.characteristics ?? []) as Characteristic[]).map((one) => [one.name, one]),
        );
        const rows = data
          .filter((one) => one.name in of && (all || weighed.has(one.name)))
          .map((one) => {
            const characteristic = weighed.get(one.name);
            return {
              ...one,
              value: of[one.name] ?? null,
              bin: characteristic ? placed(characteristic, of[one.name] ?? null) : null,
            };
          });
        return (
          <>
            <Switch checked={all} onChange={setAll} aria-label={words.decision.allFeatures} />{" "}
            {words.decision.allFeatures}
            <Table
              size="small"
              rowKey="name"
              dataSource={rows}
              pagination={{ pageSize: 25, hideOnSinglePage: true }}
              columns={[
                { title: words.fields.name, dataIndex: language },
                { title: words.fields.source, dataIndex: "source", render: (code: string) => <Code code={code} /> },
                {
                  title: words.fields.value,
                  dataIndex: "value",
                  align: "right",
                  className: "sum",
                  sorter: (one, other) => (one.value ?? -1) - (other.value ?? -1),
                  render: (value: number | null) => value ?? "—",
                },
                { title: words.model.bin, dataIndex: ["bin", "label"], align: "right" },
                {
                  title: words.model.points,
                  dataIndex: ["bin", "points"],
                  align: "right",
                  sorter: (one, other) => (one.bin?.points ?? 0) - (other.bin?.points ?? 0),
                  render: (points?: number) =>
                    points === undefined ? (
                      "—"
                    ) : (
                      <span className={points < 0 ? "sum minus" : "sum"}>{points.toFixed(1)}</span>
                    ),
                },
                {
                  title: words.model.share,
                  dataIndex: ["bin", "share"],
                  align: "right",
                  render: (share?: number) => (share === undefined ? "—" : percent(share)),
                },
                {
                  title: words.fields.bad_rate,
                  dataIndex: ["bin", "bad_rate"],
                  align: "right",
                  render: (rate?: number) => (rate === undefined ? "—" : percent(rate)),
                },
              ]}
            />
          </>
        );
      }}
    </Loaded>
  );
}
