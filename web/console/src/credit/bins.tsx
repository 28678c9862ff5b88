/**
 * The bins of a scorecard. Somebody may merge a bin into the next, or set its points, and sees at once what that does to the
 * bin's expected bad rate beside the seen one, and to the information value; what judges is not touched by it.
 */
import { Button, InputNumber, Select, Space, Table } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useLanguage } from "../base/language";
import { percent } from "../base/shown";
import { save } from "../ui/sheet";
import { useWords } from "../words";
import { type Bin, label, type Scorecard } from "./scorecard";

const Chart = lazy(() => import("../ui/chart").then((all) => ({ default: all.Chart })));

export function Bins({ of, bad }: { of: Scorecard; bad: number }) {
  const words = useWords();
  const language = useLanguage();
  const [card, setCard] = useState(of);
  const [name, setName] = useState(of.characteristics[0]?.name ?? "");
  const at = card.characteristics.findIndex((one) => one.name === name);
  const chosen = card.characteristics[at];
  const factor = of.scaling.points_to_double / Math.log(2);
  const put = (bins: Bin[]) =>
    setCard({
      ...card,
      characteristics: card.characteristics.map((one, place) => (place === at ? { ...one, bins } : one)),
    });
  const option = useMemo(
    () => ({
      xAxis: { type: "category", data: chosen?.bins.map((one, place) => label(one, chosen.bins[place - 1])) ?? [] },
      yAxis: [
        { type: "value", name: words.model.share, axisLabel: { formatter: "{value}%" } },
        {
          type: "value",
          name: words.fields.bad_rate,
          axisLabel: { formatter: "{value}%" },
          splitLine: { show: false },
        },
      ],
      series: [
        { type: "bar", name: words.model.share, data: chosen?.bins.map((one) => 100 * (one.share ?? 0)) ?? [] },
        {
          type: "line",
          yAxisIndex: 1,
          name: words.fields.bad_rate,
          data: chosen?.bins.map((one) => 100 * (one.bad_rate ?? 0)) ?? [],
        },
      ],
    }),
    [chosen, words],
  );
  if (!chosen) return null;
  const rows = chosen.bins.map((bin, place) => ({ ...bin, place, label: label(bin, chosen.bins[place - 1]) }));
  return (
    <Space direction="vertical" style={{ width: "100%" }}>
      <Space wrap>
        <Select
          showSearch
          optionFilterProp="label"
          aria-label={words.model.characteristic}
          style={{ minWidth: 340 }}
          value={name}
          onChange={setName}
          options={card.characteristics.map((one) => ({ value: one.name, label: one[language] }))}
        />
        <Button onClick={() => setCard(of)} disabled={card === of}>
          {words.model.undo}
        </Button>
        <Button
          disabled={card === of}
          onClick={() =>
            save(new Blob([JSON.stringify(card, null, 1)], { type: "application/json" }), `${of.name}-draft.json`)
          }
        >
          {words.model.keep}
        </Button>
        <span>
          {words.model.value} <b className="sum">{informationValue(chosen.bins, bad).toFixed(4)}</b>
        </span>
      </Space>
      <Table
        size="small"
        pagination={false}
        rowKey="place"
        dataSource={rows}
        columns={[
          { title: words.model.bin, dataIndex: "label", className: "sum" },
          { title: words.model.share, dataIndex: "share", align: "right", render: (one?: number) => percent(one ?? 0) },
          {
            title: words.fields.bad_rate,
            dataIndex: "bad_rate",
            align: "right",
            render: (one?: number) => percent(one ?? 0),
          },
          {
            title: words.model.points,
            dataIndex: "points",
            align: "right",
            render: (points: number, row) => (
              <InputNumber
                size="small"
                step={0.5}
                value={Number(points.toFixed(2))}
                aria-label={`${words.model.points} ${row.label}`}
                onChange={(next) =>
                  put(chosen.bins.map((one, place) => (place === row.place ? pointed(one, next ?? 0, factor) : one)))
                }
              />
            ),
          },
          { title: words.model.odds, align: "right", render: (_, row) => Math.exp(row.logit / 1e6).toFixed(3) },
          {
            title: words.acts.title,
            render: (_, row) =>
              row.place < rows.length - 1 && (
                <Button size="small" onClick={() => put(merged(chosen.bins, row.place, factor))}>
                  {words.model.merge}
                </Button>
              ),
          },
        ]}
      />
      <Suspense>
        <Chart
          title={chosen[language]}
          option={option}
          numbers={rows.map((one) => ({
            [words.model.bin]: one.label,
            [words.model.share]: one.share ?? 0,
            [words.fields.bad_rate]: one.bad_rate ?? 0,
            [words.model.points]: one.points,
          }))}
        />
      </Suspense>
    </Space>
  );
}

/** A bin with other points: so many points double the odds. */
function pointed(one: Bin, points: number, factor: number): Bin {
  return { ...one, points, logit: Math.round((-points / factor) * 1e6) };
}

/** Two neighbours as one: shares add, bad rates and points are their means by share. */
function merged(bins: Bin[], at: number, factor: number): Bin[] {
  const [one, next] = [bins[at], bins[at + 1]];
  if (!one || !next) return bins;
  const [left, right] = [one.share ?? 0, next.share ?? 0];
  const all = left + right || 1;
  const points = (one.points * left + next.points * right) / all;
  const together = pointed(next, points, factor);
  const both: Bin = {
    ...together,
    share: left + right,
    bad_rate: ((one.bad_rate ?? 0) * left + (next.bad_rate ?? 0) * right) / all,
    ...(one.names && next.names ? { names: [...one.names, ...next.names] } : {}),
  };
  return [...bins.slice(0, at), both, ...bins.slice(at + 2)];
}

/** How much the bins tell: the sum of (share of goods - share of bads) * ln of their ratio. */
function informationValue(bins: Bin[], bad: number): number {
  return bins.reduce((sum, one) => {
    const [share, rate] = [one.share ?? 0, one.bad_rate ?? 0];
    const [goods, bads] = [(share * (1 - rate)) / (1 - bad), (share * rate) / bad];
    return goods > 0 && bads > 0 ? sum + (goods - bads) * Math.log(goods / bads) : sum;
  }, 0);
}
