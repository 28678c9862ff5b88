/** The book as a whole, by cohort: what is at risk, vintages, rolls, first defaults, recoveries, and what is to be expected. */
import { useQuery } from "@tanstack/react-query";
import { Button, Select, Space, Tabs } from "antd";
import { useSearchParams } from "react-router";
import { file, get } from "../base/api";
import { money, percent } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { useWords } from "../words";
import { AtRisk, Rolls, Vintages } from "./risk";

export function Portfolio() {
  const words = useWords();
  const telling = useTelling();
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
            onClick={() =>
              telling(async () =>
                save(await file("/v1/staff/portfolio/loan-months.parquet", { product }), "loan-months.parquet"),
              )
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
