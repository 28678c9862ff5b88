/** One model: its card, every bin of its scorecard (edited by hand to see what it would do), and whether its people are still the same. */
import { useQuery } from "@tanstack/react-query";
import { Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { type Answer, get } from "../base/api";
import { percent } from "../base/shown";
import { Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { said, useWords } from "../words";
import { Bins } from "./bins";
import { type JudgedUse, Outcomes } from "./outcomes";
import type { Scorecard } from "./scorecard";
import { Stability } from "./stability";
import { Versions } from "./versions";

type Found = Answer<"get", "/v1/staff/models/{use}">;

export function ModelPage() {
  const { use = "" } = useParams();
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const found = useQuery({
    queryKey: ["/v1/staff/models", use],
    queryFn: () => get("/v1/staff/models/{use}", { use }),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={`${said(words, use)} · ${one.model.name} · ${one.model.version}`}
          about={<span className="id">{one.model.hash}</span>}
        >
          <Card_ of={one} />
          <Tabs
            activeKey={search.get("tab") ?? (judges(use) ? "outcomes" : "stability")}
            onChange={(tab) => setSearch({ tab }, { replace: true })}
            items={[
              ...(judges(use)
                ? [{ key: "outcomes", label: words.model.outcomes, children: <Outcomes use={use} /> }]
                : []),
              { key: "stability", label: words.model.stability, children: <Stability use={use} /> },
              {
                key: "bins",
                label: words.model.bins,
                children: <Bins of={one.scorecard as unknown as Scorecard} bad={one.model.bad_rate ?? 0} />,
              },
              { key: "versions", label: words.model.versions, children: <Versions use={use} /> },
              {
                key: "card",
                label: words.model.card,
                children: <pre className="facts-pre">{JSON.stringify(one.card, null, 1)}</pre>,
              },
            ]}
          />
        </Page>
      )}
    </Loaded>
  );
}

function Card_({ of }: { of: Found }) {
  const words = useWords();
  const models = (of.card.models ?? {}) as Record<string, Record<string, number>>;
  const limits = of.card.limits;
  return (
    <>
      <div className="cards">
        <Figure name={words.fields.rows} number={of.model.rows ?? "—"} note={of.model.made_at?.slice(0, 10)} />
        <Figure
          name={words.fields.bad_rate}
          number={of.model.bad_rate === null ? "—" : percent(of.model.bad_rate)}
          note={String(of.card.bad_means ?? "")}
        />
        {Object.entries(models).map(([name, told]) => (
          <Figure
            key={name}
            name={`AUC · ${said(words, name)}`}
            number={told.auc?.toFixed(4) ?? "—"}
            note={`KS ${told.ks?.toFixed(4) ?? "—"} · Brier ${told.brier?.toFixed(4) ?? "—"}`}
          />
        ))}
      </div>
      {typeof limits === "string" && <p className="quiet">{limits}</p>}
    </>
  );
}

/** Of the cards that tell whether an application will be repaid, what became of those they judged is known. */
function judges(use: string): use is JudgedUse {
  return use === "application" || use === "business";
}
