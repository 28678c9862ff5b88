/** Sales of claims: what is offered to a buyer at which price, by whose word, and when the price has come. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { may, useMe } from "../base/me";
import { money } from "../base/shown";
import { Act, Deciding } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { Code } from "../ui/value";
import { useWords } from "../words";

type Sale = Answer<"get", "/v1/staff/sales/{sale_id}">;

export function Sales() {
  const words = useWords();
  return (
    <Page
      title={words.sections.sales}
      about={words.about.sales}
      acts={
        <Act
          act="proposeSale"
          path="/v1/staff/sales"
          asks={[
            { name: "buyer", as: "text" },
            { name: "licence", as: "text" },
            { name: "price_rate", as: "share" },
            { name: "days_from", as: "count", optional: true },
            { name: "given_up_only", as: "switch" },
            { name: "product", as: "text", optional: true },
          ]}
          body={({ price_rate, ...typed }) => ({ ...typed, rate_ppm: Math.round(Number(price_rate) * 1_000_000) })}
        />
      }
    >
      <Listing
        path="/v1/staff/sales"
        columns={[
          "buyer",
          "status",
          "claims",
          "claim",
          "price",
          "proposed_by",
          "proposed_on",
          "decided_by",
          "settled_on",
        ]}
        filters={{ status: ["proposed", "approved", "settled", "rejected", "called_off"] }}
        to={(one) => `/sales/${one.id}`}
      />
    </Page>
  );
}

export function SalePage() {
  const { id = "" } = useParams();
  const found = useQuery({
    queryKey: ["/v1/staff/sales", id],
    queryFn: () => get("/v1/staff/sales/{sale_id}", { sale_id: id }),
  });
  return <Loaded of={found}>{(one) => <Shown of={one as Sale} />}</Loaded>;
}

function Shown({ of }: { of: Sale }) {
  const words = useWords();
  return (
    <Page title={of.buyer} about={<Code code={of.status} />} acts={<Acts of={of} />}>
      <div className="cards">
        <Figure
          name={words.fields.claims}
          number={of.claims}
          note={of.dropped > 0 && words.sales.dropped(of.dropped)}
        />
        <Figure name={words.fields.claim} number={money(of.claim)} />
        <Figure name={words.fields.price} number={money(of.price)} note={words.sales.rate(of.rate_ppm / 10_000)} />
        {of.status === "approved" && <Due of={of.id} />}
      </div>
      <Facts of={of} only={["licence", "proposed_by", "proposed_on", "decided_by", "decided_on", "settled_by"]} />
      {of.status === "approved" && <Receipts of={of.id} />}
      <h2>{words.fields.claims}</h2>
      <Listing
        path="/v1/staff/sales/{sale_id}/claims"
        values={{ sale_id: of.id }}
        columns={["loan_id", "days", "claim", "price", "dropped"]}
        to={(one) => `/loans/${one.loan_id}`}
      />
    </Page>
  );
}

/** What the buyer has to pay today: what was paid or disputed since the proposal is not sold. */
function Due({ of }: { of: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/sales", of, "price"],
    queryFn: () => get("/v1/staff/sales/{sale_id}/price", { sale_id: of }),
  });
  const one = found.data;
  if (!one) return null;
  const dropped = Object.keys(one.dropped).length;
  return <Figure name={words.sales.due} number={money(one.price)} note={dropped > 0 && words.sales.dropped(dropped)} />;
}

function Acts({ of }: { of: Sale }) {
  const words = useWords();
  const me = useMe();
  const telling = useTelling();
  const values = { sale_id: of.id };
  const take = (what: "tape" | "handover") => () =>
    telling(async () => save(await file(`/v1/staff/sales/{sale_id}/${what}.csv`, values), `${of.id}-${what}.csv`));
  return (
    <>
      {may(me, "GET", "/v1/staff/sales/{sale_id}/tape.csv") && (
        <Button onClick={take("tape")}>{words.sales.tape}</Button>
      )}
      {of.status === "settled" && may(me, "GET", "/v1/staff/sales/{sale_id}/handover.csv") && (
        <Button onClick={take("handover")}>{words.sales.handover}</Button>
      )}
      {of.status === "proposed" && <Deciding path="/v1/staff/sales/{sale_id}" values={values} />}
      {of.status === "approved" && (
        <Act act="callOffSale" danger path="/v1/staff/sales/{sale_id}/cancellations" values={values} />
      )}
    </>
  );
}

/** Money that came and waits to be explained: one of these is the price. */
function Receipts({ of }: { of: string }) {
  const words = useWords();
  const me = useMe();
  if (!may(me, "POST", "/v1/staff/sales/{sale_id}/settlements")) return null;
  return (
    <>
      <h2>{words.sections.receipts}</h2>
      <Listing
        stays
        path="/v1/staff/receipts"
        values={{ status: "held" }}
        columns={["id", "on", "amount", "sender_name", "remark", "why"]}
        acts={(one) => (
          <Act
            act="settleSale"
            path="/v1/staff/sales/{sale_id}/settlements"
            values={{ sale_id: of }}
            body={() => ({ receipt_ids: [one.id] })}
          />
        )}
      />
    </>
  );
}
