/** Early warnings: whom somebody should look at, and of one person what was seen and what that still says. */
import { useQuery } from "@tanstack/react-query";
import { Progress } from "antd";
import { get } from "../base/api";
import { useLanguage } from "../base/language";
import { Rows } from "../onboarding/person";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function Warnings() {
  const words = useWords();
  return (
    <Page title={words.sections.warnings} about={words.about.warnings}>
      <Listing
        whole
        path="/v1/staff/warnings"
        values={{ most: 200 }}
        columns={[
          "at",
          "person_id",
          { name: "event", show: (one) => <Code code={one.kind} /> },
          "subject",
          { name: "strength", show: (one) => one.strength.toFixed(0) },
          { name: "verdict", show: (one) => <Code code={one.call} /> },
        ]}
        to={(one) => `/people/${one.person_id}?tab=warnings`}
      />
    </Page>
  );
}

export function PersonWarnings({ id }: { id: string }) {
  const words = useWords();
  const language = useLanguage();
  const found = useQuery({
    queryKey: ["/v1/staff/people", id, "warnings"],
    queryFn: () => get("/v1/staff/people/{person_id}/warnings", { person_id: id }),
  });
  return (
    <Loaded of={found}>
      {(one) =>
        one.signals.length === 0 ? (
          <None />
        ) : (
          <>
            <p>
              {words.warnings.sum(one.strength.toFixed(0), one.look_from, one.freeze_from)} <Code code={one.call} />
            </p>
            <Progress
              percent={Math.min(100, (one.strength / one.freeze_from) * 100)}
              showInfo={false}
              status={one.call === "freeze" ? "exception" : "normal"}
              aria-label={words.sections.warnings}
            />
            <Rows
              of={one.signals.map((each) => ({ ...each, event: each[language], strength: each.weight }))}
              columns={["on", "event", "subject", "strength"]}
            />
          </>
        )
      }
    </Loaded>
  );
}
