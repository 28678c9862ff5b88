/** The book as a whole, by cohort: what is at risk, vintages, rolls, first defaults, recoveries, and what is to be expected. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select, Space, Tabs } from "antd";
import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { drawn, money, percent } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Chart } from "../ui/chart";
import { Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { said, useWords } from "../words";

type Row<P extends string> = P extends "vintages"
  ? Answer<"get", "/v1/staff/portfolio/vintages">["data"][number]
  : P extends "rolls"
    ? Answer<"get", "/v1/staff/portfolio/rolls">["data"][number]
    : Answer<"get", "/v1/staff/portfolio/at-risk">["data"][number];

export function Portfolio() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const product = search.get("product") ?? undefined;
  const products = useQuery({ queryKey: ["/v1/staff/products"], queryFn: () => get("/v1/staff/products") });
  const put = (name: string, value?: string) => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  return (
    <Page
      title={words.sections.portfolio}
      about={words.about.portfolio}
      acts={
        <Space>
          <Select
            allowClear
            aria-label={words.fields.product}
            placeholder={words.portfolio.all}
            style={{ minWidth: 220 }}
            value={product ?? null}
            onChange={(next: string | null) => put("product", next ?? undefined)}
            options={(products.data?.data ?? []).map((one) => ({ value: one.id, label: one.id }))}
          />
          <Button
            onClick={async () =>
              save(await file("/v1/staff/portfolio/loan-months.parquet", { product }), "loan-months.parquet")
            }
          >
            {words.portfolio.months}
          </Button>
        </Space>
      }
    >
      <Tabs
        activeKey={search.get("tab") ?? "risk"}
        onChange={(tab) => put("tab", tab)}
        destroyOnHidden
        items={[
          { key: "risk", label: words.portfolio.risk, children: <AtRisk product={product} /> },
          { key: "vintages", label: words.portfolio.vintages, children: <Vintages product={product} /> },
          { key: "rolls", label: words.portfolio.rolls, children: <Rolls product={product} /> },
          { key: "firsts", label: words.portfolio.firsts, children: <Firsts product={product} /> },
          { key: "loss", label: words.portfolio.loss, children: <Loss product={product} /> },
        ]}
      />
    </Page>
  );
}

interface Of {
  product: string | undefined;
}

function AtRisk({ product }: Of) {
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

function Vintages({ product }: Of) {
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

function Rolls({ product }: Of) {
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

function Firsts({ product }: Of) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/portfolio/first-defaults", product],
    queryFn: () => get("/v1/staff/portfolio/first-defaults", { product }),
  });
  return (
    <Loaded of={found}>
      {({ data }) => (
        <>
          <p className="quiet">{words.portfolio.firstsWhy}</p>
          <Rows of={data} columns={["cohort", "loans", "fpd", "spd", "tpd"]} />
        </>
      )}
    </Loaded>
  );
}

function Loss({ product }: Of) {
  const words = useWords();
  const loss = useQuery({
    queryKey: ["/v1/staff/portfolio/expected-loss", product],
    queryFn: () => get("/v1/staff/portfolio/expected-loss", { product }),
  });
  const recoveries = useQuery({
    queryKey: ["/v1/staff/portfolio/recoveries", product],
    queryFn: () => get("/v1/staff/portfolio/recoveries", { product }),
  });
  const forecast = useQuery({
    queryKey: ["/v1/staff/portfolio/forecast", product],
    queryFn: () => get("/v1/staff/portfolio/forecast", { product }),
  });
  return (
    <>
      <Loaded of={loss}>
        {(one) => (
          <>
            <div className="cards">
              <Figure name={words.fields.expected_loss} number={money(one.expected_loss)} note={one.month} />
              <Figure name={words.fields.loss_given_default} number={percent(one.loss_given_default)} />
            </div>
            <Rows of={one.stages} columns={["number", "loans", "principal", "pd", "expected_loss"]} />
          </>
        )}
      </Loaded>
      <h2>{words.portfolio.forecast}</h2>
      <Loaded of={forecast}>{({ data }) => <Rows of={data} columns={["months", "low", "expected", "high"]} />}</Loaded>
      <h2>{words.portfolio.recoveries}</h2>
      <Loaded of={recoveries}>
        {({ data }) => <Rows of={data} columns={["months", "loans", "written_off", "recovered"]} />}
      </Loaded>
    </>
  );
}
