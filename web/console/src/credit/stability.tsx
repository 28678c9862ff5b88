import { useQuery } from "@tanstack/react-query";
import { Table, Tag } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { type Answer, get } from "../base/api";
import { useLanguage } from "../base/language";
import { Loaded } from "../ui/states";
import { said, useWords } from "../words";

const Chart = lazy(() => import("../ui/chart").then((all) => ({ default: all.Chart })));
type Moved = Answer<"get", "/v1/staff/models/{use}/stability">["characteristics"][number];
export const TONES: Record<string, string> = { steady: "success", shifting: "warning", shifted: "error" };

/** Whether those a model judges are those it was made for: the population stability index of each characteristic. */
export function Stability({ use }: { use: string }) {
  const words = useWords();
  const language = useLanguage();
  const [chosen, setChosen] = useState<string>();
  const found = useQuery({
    queryKey: ["/v1/staff/models", use, "stability"],
    queryFn: () => get("/v1/staff/models/{use}/stability", { use }),
  });
  return (
    <Loaded of={found}>
      {(all) => {
        const one = all.characteristics.find((row) => row.name === chosen) ?? all.characteristics[0];
        return (
          <>
            <p className="quiet">{words.model.judged(all.judged, all.since)}</p>
            <div className="cards wide">
              <Table
                size="small"
                rowKey="name"
                pagination={{ pageSize: 15, hideOnSinglePage: true }}
                dataSource={all.characteristics}
                onRow={(row) => ({
                  onClick: () => setChosen(row.name),
                  className: "opens",
                  style: { cursor: "pointer" },
                })}
                rowClassName={(row) => (row.name === one?.name ? "ant-table-row-selected" : "")}
                columns={[
                  { title: words.model.characteristic, dataIndex: language },
                  { title: "PSI", dataIndex: "index", align: "right", render: (index: number) => index.toFixed(3) },
                  {
                    title: words.fields.standing,
                    dataIndex: "standing",
                    render: (code: string) => <Tag color={TONES[code] ?? "default"}>{said(words, code)}</Tag>,
                  },
                ]}
              />
              {one && <Shares of={one} />}
            </div>
          </>
        );
      }}
    </Loaded>
  );
}

function Shares({ of }: { of: Moved }) {
  const words = useWords();
  const language = useLanguage();
  const option = useMemo(
    () => ({
      xAxis: { type: "category", data: of.bins.map((one) => said_(one.label, words.model.missing)) },
      yAxis: { type: "value", axisLabel: { formatter: "{value}%" } },
      series: [
        { type: "bar", name: words.model.trained, data: of.bins.map((one) => 100 * one.trained) },
        { type: "bar", name: words.model.now, data: of.bins.map((one) => 100 * one.lately) },
      ],
    }),
    [of, words],
  );
  return (
    <Suspense>
      <Chart
        title={of[language]}
        option={option}
        tall={360}
        numbers={of.bins.map((one) => ({
          [words.model.bin]: one.label,
          [words.model.trained]: one.trained,
          [words.model.now]: one.lately,
        }))}
      />
    </Suspense>
  );
}

function said_(label: string, missing: string): string {
  return label === "missing" ? missing : label;
}
