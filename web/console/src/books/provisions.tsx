/** The book at the close of a day by product and lateness, and what is set aside for it. */
import { Input } from "antd";
import { useSearchParams } from "react-router";
import { useMe } from "../base/me";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Provisions() {
  const words = useWords();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const before = new Date(Date.parse(`${me.business_day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const on = search.get("on") ?? before;
  return (
    <Page
      title={words.sections.provisions}
      about={words.about.provisions}
      acts={
        <Input
          type="date"
          aria-label={words.fields.on}
          value={on}
          onChange={(event) => setSearch({ on: event.target.value }, { replace: true })}
        />
      }
    >
      <Listing
        whole
        path="/v1/staff/portfolio/ageing"
        values={{ on }}
        columns={["product", "late_from", "asset_class", "loans", "principal", "own", "allowance"]}
      />
    </Page>
  );
}
