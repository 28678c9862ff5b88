/** The morning: what the last days brought, what is late, and what waits for whoever looks. */
import { useQuery } from "@tanstack/react-query";
import { Segmented, Tag } from "antd";
import { Link, useSearchParams } from "react-router";
import { type Answer, get } from "../base/api";
import { useMe } from "../base/me";
import { address, mayOpen, type Section } from "../base/places";
import { money } from "../base/shown";
import { Bar, Figure } from "../ui/figure";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { useWords } from "../words";
import { Flow } from "./flow";

type Found = Answer<"get", "/v1/staff/today">;
const SPANS = ["7", "14", "31", "92"];

export function Today() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const days = SPANS.includes(search.get("days") ?? "") ? Number(search.get("days")) : 14;
  const today = useQuery({
    queryKey: ["/v1/staff/today", days],
    queryFn: () => get("/v1/staff/today", { days }),
    refetchInterval: 30_000,
  });
  return (
    <Page
      title={words.sections.today}
      acts={
        <Segmented
          aria-label={words.today.span}
          value={String(days)}
          options={SPANS.map((one) => ({ value: one, label: words.today.days(Number(one)) }))}
          onChange={(next) => setSearch({ days: String(next) }, { replace: true })}
        />
      }
    >
      <Loaded of={today}>
        {(found) => (
          <>
            <Figures of={found} />
            <div className="cards wide">
              <Desks of={found} />
              <Funnel of={found} />
            </div>
            <Flow of={found} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Figures({ of }: { of: Found }) {
  const words = useWords();
  const now = of.flow.at(-1);
  const late = of.late.filter((one) => one.late_from > 0);
  const lateCents = late.reduce((sum, one) => sum + cents(one.principal.amount), 0n);
  const all = of.late.reduce((sum, one) => sum + cents(one.principal.amount), 0n);
  return (
    <div className="cards">
      <Figure name={words.today.decided} number={now?.decided ?? 0} note={words.today.reviewed(now?.reviewed ?? 0)} />
      <Figure
        name={words.today.out}
        number={now ? money(now.money_out) : "0.00"}
        note={words.today.loans(now?.paid_out ?? 0)}
      />
      <Figure name={words.today.in} number={now ? money(now.money_in) : "0.00"} note={words.today.settled} />
      <Figure name={words.today.cash} number={money(of.cash)} note={words.today.asBooked} />
      <Figure
        name={words.today.late}
        number={money({ amount: decimal(lateCents) })}
        note={words.today.ofBook(
          late.reduce((sum, one) => sum + one.loans, 0),
          all > 0n ? `${(Number((lateCents * 10000n) / all) / 100).toFixed(2)}%` : "0.00%",
        )}
      />
    </div>
  );
}

const DESKS: Record<string, Section> = { work_list: "workList", aml_cases: "amlCases", legal_cases: "legalCases" };

/** What waits: first what this person may do, what is past its day marked. */
function Desks({ of }: { of: Found }) {
  const words = useWords();
  const me = useMe();
  const mine = of.waiting
    .map((one) => ({ ...one, section: DESKS[one.desk] ?? (one.desk as Section) }))
    .filter((one) => one.items > 0 && mayOpen(me, address(one.section)));
  const widest = Math.max(1, ...mine.map((one) => one.items));
  return (
    <section className="panel">
      <h2>{words.today.waiting}</h2>
      {mine.length === 0 && <None what={words.today.nothingWaits} />}
      {mine.map((one) => (
        <Bar
          key={one.desk}
          name={<Link to={address(one.section)}>{words.sections[one.section]}</Link>}
          share={one.items / widest}
          number={
            <>
              {one.items} {one.overdue > 0 && <Tag color="error">{words.today.overdue(one.overdue)}</Tag>}
            </>
          }
        />
      ))}
    </section>
  );
}

/** Of the applications decided in these days, how far they have come. */
function Funnel({ of }: { of: Found }) {
  const words = useWords();
  const steps = (["decided", "offered", "accepted", "paid_out"] as const).map((step) => ({
    step,
    count: of.flow.reduce((sum, day) => sum + day[step], 0),
  }));
  const first = Math.max(1, steps[0]?.count ?? 1);
  return (
    <section className="panel">
      <h2>{words.today.funnel}</h2>
      {steps.map(({ step, count }) => (
        <Bar
          key={step}
          name={words.today.steps[step]}
          share={count / first}
          number={`${count} · ${Math.round((count / first) * 100)}%`}
        />
      ))}
    </section>
  );
}

/** Sums are made in whole cents. */
function cents(text: string): bigint {
  const [whole = "0", part = ""] = text.split(".");
  return BigInt(whole + part.padEnd(2, "0"));
}

function decimal(all: bigint): string {
  const digits = all.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
