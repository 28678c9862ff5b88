/** Whether the rails and we agree: their statements, what differs, and money that came without saying for what. */
import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { get } from "../base/api";
import { money } from "../base/shown";
import { Rows } from "../onboarding/person";
import { Act } from "../ui/act";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Value } from "../ui/value";
import { named, said, useWords } from "../words";

export function Reconciliation() {
  const words = useWords();
  const found = useQuery({ queryKey: ["/v1/staff/reconciliation"], queryFn: () => get("/v1/staff/reconciliation") });
  return (
    <Page title={words.sections.reconciliation} about={words.about.reconciliation}>
      <Loaded of={found}>
        {(one) => (
          <>
            <div className="cards">
              <Figure
                name={words.recon.suspense}
                number={money(one.suspense)}
                note={words.recon.held(one.receipts_held)}
              />
              <Figure
                name={words.sections.discrepancies}
                number={one.ageing.reduce((sum, row) => sum + row.discrepancies, 0)}
              />
            </div>
            <h2>{words.recon.statements}</h2>
            <Table
              size="small"
              rowKey="rail"
              pagination={false}
              dataSource={one.statements}
              columns={[
                { title: words.fields.rail, dataIndex: "rail", render: (code: string) => said(words, code) },
                { title: words.fields.on, dataIndex: "on" },
                ...(["opening", "closing", "lines", "matched"] as const).map((name) => ({
                  title: named(words, name),
                  dataIndex: name,
                  align: "right" as const,
                  render: (value: unknown) => <Value name={name} value={value} />,
                })),
                {
                  title: words.acts.title,
                  render: (_, row) => (
                    <Act
                      act="fetch"
                      path="/v1/staff/reconciliation/{rail}/{day}/fetches"
                      values={{ rail: row.rail, day: row.on }}
                    />
                  ),
                },
              ]}
            />
            <h2>{words.recon.ageing}</h2>
            <Rows of={one.ageing} columns={["rail", "days", "discrepancies", "amount"]} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

export function Discrepancies() {
  const words = useWords();
  return (
    <Page title={words.sections.discrepancies} about={words.about.discrepancies}>
      <Listing
        path="/v1/staff/discrepancies"
        columns={[
          "id",
          "rail",
          "on",
          "kind",
          "ours",
          "theirs",
          "age_days",
          "status",
          "proposal",
          "note",
          "proposed_by",
          "decided_by",
        ]}
        filters={{
          status: ["open", "explained", "closed"],
          rail: ["house", "iso20022", "agreement_pay", "wechat_pay"],
        }}
        acts={(one) => (
          <>
            {one.status === "open" && (
              <Act
                act="explain"
                path="/v1/staff/discrepancies/{discrepancy_id}/explanations"
                values={{ discrepancy_id: one.id }}
                asks={[
                  { name: "note", as: "long" },
                  { name: "books_to", as: "choice", of: ["rail_charges", "rail_interest"], optional: true },
                ]}
              />
            )}
            {one.status === "explained" && (
              <Act
                act="closeDiscrepancy"
                path="/v1/staff/discrepancies/{discrepancy_id}/closings"
                values={{ discrepancy_id: one.id }}
              />
            )}
          </>
        )}
      />
    </Page>
  );
}

export function Receipts() {
  const words = useWords();
  return (
    <Page title={words.sections.receipts} about={words.about.receipts}>
      <Listing
        path="/v1/staff/receipts"
        columns={[
          "id",
          "rail",
          "on",
          "amount",
          "sender_name",
          "sender_account",
          "remark",
          "why",
          "status",
          "proposed_loan_id",
          "proposed_by",
        ]}
        filters={{ status: ["came", "held", "applied", "going_back", "sent_back"] }}
        acts={(one) =>
          one.status === "held" && (
            <>
              <Act
                act="proposeReceipt"
                path="/v1/staff/receipts/{receipt_id}/proposals"
                values={{ receipt_id: one.id }}
                asks={[{ name: "loan_id", as: "text", optional: true }]}
              />
              {one.proposed_by && (
                <Act
                  act="agreeReceipt"
                  path="/v1/staff/receipts/{receipt_id}/agreements"
                  values={{ receipt_id: one.id }}
                />
              )}
            </>
          )
        }
      />
    </Page>
  );
}
