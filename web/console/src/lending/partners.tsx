import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useSearchParams } from "react-router";
import { get } from "../base/api";
import { useLanguage } from "../base/language";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { useWords } from "../words";

/** Who lends with us, what they carry of which loans, and their books. */
export function Partners() {
  const words = useWords();
  const language = useLanguage();
  const [search, setSearch] = useSearchParams();
  const found = useQuery({ queryKey: ["/v1/staff/partners"], queryFn: () => get("/v1/staff/partners") });
  return (
    <Page title={words.sections.partners}>
      <Loaded of={found}>
        {({ data }) => {
          const chosen = data.find((one) => one.code === search.get("partner")) ?? data[0];
          if (!chosen) return <None what={words.partner.none} />;
          return (
            <>
              <Segmented
                aria-label={words.sections.partners}
                value={chosen.code}
                options={data.map((one) => ({ value: one.code, label: one.name }))}
                onChange={(partner) => setSearch({ partner: String(partner) })}
              />
              <h2>{words.partner.books}</h2>
              <Listing
                whole
                path="/v1/staff/partners/{lender}/balances"
                values={{ lender: chosen.code }}
                columns={["account", language === "zh" ? "name_zh" : "name_en", "side", "opening", "change", "balance"]}
              />
              <h2>{words.sections.loans}</h2>
              <Listing
                path="/v1/staff/partners/{partner}/loans"
                values={{ partner: chosen.code }}
                columns={["id", "reference", "product", "disbursed_on", "status"]}
                to={(one) => `/loans/${one.id}`}
              />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
