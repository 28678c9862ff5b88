import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Files() {
  const words = useWords();
  return (
    <Page title={words.sections.files} about={words.about.files}>
      <Listing
        path="/v1/staff/payment-files"
        columns={["id", "rail", "value_on", "orders", "amount", "status", "reason"]}
      />
    </Page>
  );
}

/** What moves without a second look. */
export function Limits() {
  const words = useWords();
  return (
    <Page title={words.sections.limits} about={words.about.limits}>
      <Listing
        whole
        path="/v1/staff/payment-limits"
        columns={["direction", "per_order", "per_person", "per_day"]}
        acts={(one) => (
          <Act
            act="setLimits"
            method="PUT"
            path="/v1/staff/payment-limits/{direction}"
            values={{ direction: one.direction }}
            asks={[
              { name: "per_order", as: "amount", initial: one.per_order.amount },
              { name: "per_person", as: "amount", initial: one.per_person.amount },
              { name: "per_day", as: "amount", initial: one.per_day.amount },
            ]}
          />
        )}
      />
    </Page>
  );
}
