import { Input, Space } from "antd";
import { useParams, useSearchParams } from "react-router";
import { useLanguage } from "../base/language";
import { useMe } from "../base/me";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { said, useWords } from "../words";

/** The trial balance of any day; every account opens into its movements. */
export function Ledger() {
  const words = useWords();
  const language = useLanguage();
  return (
    <Page title={words.sections.ledger} about={words.about.ledger}>
      <Listing
        whole
        path="/v1/staff/ledger/balances"
        columns={[
          "account",
          language === "zh" ? "name_zh" : "name_en",
          "side",
          "opening",
          "debit",
          "credit",
          "balance",
        ]}
        filters={{ on: "date", since: "date" }}
        to={(one) => `/ledger/${one.account}`}
      />
    </Page>
  );
}

export function AccountPage() {
  const { account = "" } = useParams();
  const words = useWords();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const until = search.get("until") ?? me.business_day;
  const since = search.get("since") ?? `${until.slice(0, 7)}-01`;
  const put = (name: string, value: string) => {
    const next = new URLSearchParams(search);
    next.set(name, value);
    setSearch(next, { replace: true });
  };
  return (
    <Page
      title={said(words, account)}
      acts={
        <Space>
          <Input
            type="date"
            aria-label={words.fields.since}
            value={since}
            onChange={(event) => put("since", event.target.value)}
          />
          <Input
            type="date"
            aria-label={words.fields.until}
            value={until}
            onChange={(event) => put("until", event.target.value)}
          />
        </Space>
      }
    >
      <Listing
        path="/v1/staff/ledger/accounts/{account}/movements"
        values={{ account, since, until }}
        columns={["entry", "on", "recorded_at", "kind", "cause", "corrects", "amount", "balance"]}
      />
    </Page>
  );
}
