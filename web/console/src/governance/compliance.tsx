/** The rules of law, what the last look at each found in the tables, and a new look. */
import { Tag, Tooltip } from "antd";
import type { Answer } from "../base/api";
import { useLanguage } from "../base/language";
import { instant, percent } from "../base/shown";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Value } from "../ui/value";
import { useWords } from "../words";

export function Compliance() {
  const words = useWords();
  const language = useLanguage();
  return (
    <Page
      title={words.sections.compliance}
      about={words.about.compliance}
      acts={<Act act="lookAtRules" primary path="/v1/staff/compliance-looks" />}
    >
      <Listing
        whole
        path="/v1/staff/compliance-rules"
        columns={[
          { name: "rule", show: (one) => <span className="id">{one.id}</span> },
          {
            name: "what",
            show: (one) => (
              <span className="wraps">
                {one[language]}
                {one.figures.map((figure) => (
                  <Figure key={figure.name} of={figure} />
                ))}
              </span>
            ),
            width: 420,
          },
          {
            name: "source",
            show: (one) => (
              <span className="wraps">
                {one.source} {!one.is_confirmed && <Tag>{words.compliance.unconfirmed}</Tag>}
              </span>
            ),
            width: 260,
          },
          { name: "since", show: (one) => one.since ?? "—" },
          {
            name: "finding",
            show: ({ last }) =>
              !last ? (
                <Tag>{words.compliance.never}</Tag>
              ) : last.broken ? (
                <Tag color="error">{words.compliance.broken(last.broken, last.counted)}</Tag>
              ) : (
                <Tag color="success">{words.compliance.holds(last.counted)}</Tag>
              ),
          },
          {
            name: "named",
            show: ({ last }) => (last?.named.length ? <Value name="reference" value={last.named[0]} /> : "—"),
          },
          { name: "at", show: ({ last }) => (last ? `${instant(last.at)} · ${last.by}` : "—") },
          {
            name: "enforced",
            show: (one) => (
              <Tooltip title={one.test}>
                <span>{one.enforced.map((when) => words.compliance.when[when]).join(" · ")}</span>
              </Tooltip>
            ),
          },
        ]}
      />
    </Page>
  );
}

type Rule = Answer<"get", "/v1/staff/compliance-rules">["data"][number];

/** A figure of a rule as it holds today, and what it will be from a later day on. */
function Figure({ of }: { of: Rule["figures"][number] }) {
  const words = useWords();
  const language = useLanguage();
  const shown = (value: string) =>
    of.unit === "rate"
      ? percent(Number(value))
      : words.compliance.unit[of.unit as keyof typeof words.compliance.unit](value);
  return (
    <div className="quiet">
      {of[language]}: {shown(of.now)}
      {Object.entries(of.coming).map(([since, value]) => ` · ${words.compliance.from(since, shown(value))}`)}
    </div>
  );
}
