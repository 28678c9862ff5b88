import { percent } from "../base/shown";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function Models() {
  const words = useWords();
  return (
    <Page title={words.sections.models} about={words.about.models}>
      <Listing
        whole
        path="/v1/staff/models"
        columns={[
          { name: "use", show: (one) => <Code code={one.use} /> },
          "version",
          "tier",
          "name",
          "owner",
          "made_at",
          "rows",
          { name: "bad_rate", show: (one) => (one.bad_rate === null ? "—" : percent(one.bad_rate)) },
          { name: "auc", show: (one) => one.auc?.toFixed(4) ?? "—" },
          { name: "ks", show: (one) => one.ks?.toFixed(4) ?? "—" },
          "characteristics",
          {
            name: "depends_on",
            show: (one) =>
              one.depends_on
                .map((source) => words.model.sources[source as keyof typeof words.model.sources] ?? source)
                .join(" · "),
          },
          "hash",
        ]}
        to={(one) => `/models/${one.use}`}
      />
    </Page>
  );
}
