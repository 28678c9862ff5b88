import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { get } from "../base/api";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function Payments() {
  const words = useWords();
  return (
    <Page title={words.sections.payments} about={words.about.payments}>
      <Listing
        path="/v1/staff/payments"
        columns={[
          "id",
          "direction",
          "intent",
          "amount",
          "rail",
          "status",
          "value_on",
          "settled_on",
          "subject",
          "proposed_by",
          "released_by",
        ]}
        filters={{
          status: ["held", "created", "submitted", "unknown", "accepted", "settled", "failed", "returned", "reversed"],
          rail: ["house", "iso20022", "agreement_pay", "wechat_pay"],
          loan_id: "text",
        }}
        to={(one) => `/payments/${one.id}`}
        acts={(one) => <PaymentActs of={one} />}
      />
    </Page>
  );
}

function PaymentActs({ of }: { of: { id: string; status: string } }) {
  if (of.status !== "held") return null;
  const values = { payment_id: of.id };
  return (
    <>
      <Act act="release" path="/v1/staff/payments/{payment_id}/releases" values={values} />
      <Act act="turnDown" danger path="/v1/staff/payments/{payment_id}/turn-downs" values={values} />
    </>
  );
}

export function PaymentPage() {
  const { id = "" } = useParams();
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/payments", id],
    queryFn: () => get("/v1/staff/payments/{payment_id}", { payment_id: id }),
  });
  return (
    <Loaded of={found}>
      {({ order, moves }) => (
        <Page
          title={<span className="id">{order.id}</span>}
          about={<Code code={order.status} />}
          acts={<PaymentActs of={order} />}
        >
          <Facts of={order} />
          <h2>{words.payment.journal}</h2>
          <Rows of={moves} columns={["at", "on", "event", "before", "after"]} />
        </Page>
      )}
    </Loaded>
  );
}
