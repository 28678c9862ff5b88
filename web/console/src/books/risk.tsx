/** What is at risk, vintages and rolls, drawn. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Answer, get } from "../base/api";
import { drawn } from "../base/shown";
import { Chart } from "../ui/chart";
import { Loaded } from "../ui/states";
import { said, useWords } from "../words";

type Row<P extends string> = P extends "vintages"
  ? Answer<"get", "/v1/staff/portfolio/vintages">["data"][number]
  : P extends "rolls"
    ? Answer<"get", "/v1/staff/portfolio/rolls">["data"][number]
    : Answer<"get", "/v1/staff/portfolio/at-risk">["data"][number];

interface Of {
  product: string | undefined;
}

export function AtRisk({ product }: Of) {
  const found = useQuery({
    queryKey: ["/v1/staff/portfolio/at-risk", product],
    queryFn: () => get("/v1/staff/portfolio/at-risk", { product }),
  });
  return <Loaded of={found}>{({ data }) => <RiskDrawn rows={data} />}</Loaded>;
}

const BANDS = ["par1", "par30", "par60", "par90"] as const;

function RiskDrawn({ rows }: { rows: Row<"at-risk">[] }) {
  const words = useWords();
  const option = useMemo(
    () => ({
      xAxis: { type: "category", data: rows.map((one) => one.month.slice(0, 7)) },
      yAxis: [
        { type: "value", name: words.fields.principal },
        { type: "value", name: "PAR", axisLabel: { formatter: "{value}%" }, splitLine: { show: false } },
      ],
      series: [
        { type: "bar", name: words.fields.principal, data: rows.map((one) => drawn(one.principal)) },
        ...BANDS.map((band) => ({
          type: "line",
          yAxisIndex: 1,
          name: band.toUpperCase(),
          data: rows.map((one) => (100 * drawn(one[band])) / Math.max(1, drawn(one.principal))),
        })),
      ],
    }),
    [rows, words],
  );
  return (
    <Chart
      title={words.portfolio.risk}
      option={option}
      tall={380}
      numbers={rows.map((one) => ({
        [words.fields.month]: one.month,
        [words.fields.principal]: one.principal.amount,
        ...Object.fromEntries(BANDS.map((band) => [band.toUpperCase(), one[band].amount])),
      }))}
    />
  );
}

export function Vintages({ product }: Of) {
  const found = useQuery({
    queryKey: ["/v1/staff/portfolio/vintages", product],
    queryFn: () => get("/v1/staff/portfolio/vintages", { product }),
  });
  return <Loaded of={found}>{({ data }) => <VintagesDrawn rows={data} />}</Loaded>;
}

function VintagesDrawn({ rows }: { rows: Row<"vintages">[] }) {
  const words = useWords();
  const option = useMemo(() => {
    const cohorts = [...new Set(rows.map((one) => one.cohort))].sort();
    const last = Math.max(0, ...rows.map((one) => one.mob));
    return {
      xAxis: {
        type: "category",
        name: words.fields.mob,
        nameLocation: "middle",
        nameGap: 28,
        data: Array.from({ length: last + 1 }, (_, mob) => mob),
      },
      yAxis: { type: "value", axisLabel: { formatter: "{value}%" } },
      series: cohorts.map((cohort) => ({
        type: "line",
        name: cohort.slice(0, 7),
        showSymbol: false,
        data: rows.filter((one) => one.cohort === cohort).map((one) => [one.mob, 100 * Number(one.bad_share)]),
      })),
    };
  }, [rows, words]);
  return (
    <Chart
      title={words.portfolio.vintages}
      option={option}
      tall={420}
      numbers={rows.map((one) => ({
        [words.fields.cohort]: one.cohort,
        [words.fields.mob]: one.mob,
        [words.fields.loans]: one.loans,
        [words.fields.lent]: one.lent.amount,
        [words.fields.bad]: one.bad,
        [words.fields.bad_share]: one.bad_share,
      }))}
    />
  );
}

export function Rolls({ product }: Of) {
  const found = useQuery({
    queryKey: ["/v1/staff/portfolio/rolls", product],
    queryFn: () => get("/v1/staff/portfolio/rolls", { product }),
  });
  return <Loaded of={found}>{({ data }) => <RollsDrawn rows={data} />}</Loaded>;
}

function RollsDrawn({ rows }: { rows: Row<"rolls">[] }) {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const months = [...new Set(rows.map((one) => one.month))].sort().reverse();
  const month = search.get("month") ?? months[0];
  const shown = useMemo(() => rows.filter((one) => one.month === month), [rows, month]);
  const option = useMemo(() => {
    const stages = [...new Set(shown.map((one) => one.stage))];
    const ends = [...new Set(shown.map((one) => one.to))];
    return {
      tooltip: { trigger: "item" },
      grid: { left: 8, right: 16, top: 36, bottom: 30, containLabel: true },
      xAxis: {
        type: "category",
        name: words.portfolio.to,
        nameLocation: "middle",
        nameGap: 28,
        data: ends.map((one) => said(words, one)),
      },
      yAxis: { type: "category", name: words.portfolio.from, data: stages.map((one) => said(words, one)) },
      visualMap: { min: 0, max: 100, show: false, inRange: { color: ["#eef4f1", "#0b6650"] } },
      series: [
        {
          type: "heatmap",
          label: { show: true, formatter: (one: { data: number[] }) => `${(one.data[2] ?? 0).toFixed(1)}%` },
          data: shown.map((one) => [ends.indexOf(one.to), stages.indexOf(one.stage), 100 * Number(one.share)]),
        },
      ],
    };
  }, [shown, words]);
  return (
    <Chart
      title={words.portfolio.rolls}
      option={option}
      tall={380}
      extra={
        <Select
          size="small"
          aria-label={words.fields.month}
          value={month}
          options={months.map((one) => ({ value: one, label: one.slice(0, 7) }))}
          onChange={(next) => {
            const all = new URLSearchParams(search);
            all.set("month", next);
            setSearch(all, { replace: true });
          }}
        />
      }
      numbers={shown.map((one) => ({
        [words.fields.month]: one.month,
        [words.portfolio.from]: said(words, one.stage),
        [words.portfolio.to]: said(words, one.to),
        [words.fields.loans]: one.loans,
        [words.fields.principal]: one.principal.amount,
        [words.fields.share]: one.share,
      }))}
    />
  );
}
