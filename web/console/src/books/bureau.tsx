/** What the credit bureau was told of a month: how many records stand where, and each of them. */
import { useSearchParams } from "react-router";
import { Act } from "../ui/act";
import { type Column, Listing, type RowOf } from "../ui/listing";
import { Page } from "../ui/page";
import { Code } from "../ui/value";
import { useWords } from "../words";

type Row = RowOf<"/v1/staff/bureau-files/{month}/records">;

export const BUREAU_COLUMNS: Column<Row>[] = [
  "month",
  "status",
  { name: "why", show: (one) => (one.status === "held" ? <Code code={one.why} /> : one.why || "—") },
  "is_negative",
  { name: "repayment_code", show: (one) => String(one.record.code) },
  { name: "balance", show: (one) => String(one.record.balance) },
  { name: "late_periods", show: (one) => String(one.record.late_periods) },
];

export function BureauFiles() {
  const words = useWords();
  const [search] = useSearchParams();
  const month = search.get("month");
  return (
    <Page title={words.sections.bureauFiles} about={words.about.bureauFiles}>
      <Listing
        path="/v1/staff/bureau-files"
        columns={["month", "prepared", "held", "accepted", "refused", "negative"]}
        to={(one) => `/bureau-files?month=${one.month}`}
        acts={(one) =>
          one.refused > 0 && (
            <Act act="sendAgain" path="/v1/staff/bureau-files/{month}/sendings" values={{ month: one.month }} />
          )
        }
      />
      {month && (
        <Listing
          key={month}
          path="/v1/staff/bureau-files/{month}/records"
          values={{ month }}
          columns={["loan_id", ...BUREAU_COLUMNS]}
          filters={{ status: ["held", "prepared", "accepted", "refused"] }}
          to={(one) => `/loans/${one.loan_id}`}
        />
      )}
    </Page>
  );
}
