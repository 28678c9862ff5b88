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
          "name",
          "owner",
          "made_at",
          "rows",
          { name: "bad_rate", show: (one) => (one.bad_rate === null ? "—" : percent(one.bad_rate)) },
          { name: "auc", show: (one) => one.auc?.toFixed(4) ?? "—" },
          { name: "ks", show: (one) => one.ks?.toFixed(4) ?? "—" },
          "characteristics",
          "hash",
        ]}
        to={(one) => `/models/${one.use}`}
      />
    </Page>
  );
}
