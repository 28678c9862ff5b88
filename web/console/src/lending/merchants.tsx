import { Drawer } from "antd";
import { useSearchParams } from "react-router";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { InUse } from "../ui/value";
import { useWords } from "../words";

export function Merchants() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const chosen = search.get("merchant");
  return (
    <Page
      title={words.sections.merchants}
      acts={
        <Act
          act="registerMerchant"
          primary
          path="/v1/staff/merchants"
          asks={[
            { name: "name", as: "text" },
            { name: "account_number", as: "text" },
            { name: "discount", as: "share" },
            { name: "settle_days", as: "count", initial: 1 },
          ]}
        />
      }
    >
      <Listing
        path="/v1/staff/merchants"
        whole
        columns={[
          "id",
          "name",
          "account_number",
          "discount",
          "settle_days",
          { name: "status", show: (one) => <InUse status={one.status} /> },
        ]}
        to={(one) => `/merchants?merchant=${one.id}`}
        acts={(one) =>
          one.status !== "closed" && (
            <Act
              act="closeMerchant"
              danger
              path="/v1/staff/merchants/{merchant_id}/closures"
              values={{ merchant_id: one.id }}
            />
          )
        }
      />
      <Drawer open={chosen !== null} width={760} title={words.merchant.settlements} onClose={() => setSearch({})}>
        {chosen && (
          <Listing
            whole
            path="/v1/staff/merchants/{merchant_id}/settlements"
            values={{ merchant_id: chosen }}
            columns={["id", "on", "purchased", "refunded", "discount", "net", "status"]}
          />
        )}
      </Drawer>
    </Page>
  );
}
