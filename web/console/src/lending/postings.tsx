import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { get } from "../base/api";
import { Loaded } from "../ui/states";
import { Code, Value } from "../ui/value";
import { said, useWords } from "../words";

/** What was posted in the books for this loan alone. */
export function Postings({ loan }: { loan: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/loans", loan, "postings"],
    queryFn: () => get("/v1/staff/loans/{loan_id}/postings", { loan_id: loan }),
  });
  return (
    <Loaded of={found}>
      {({ data }) => (
        <>
          <p className="quiet">{words.loan.postingsWhy}</p>
          <Table
            size="small"
            rowKey={(row) => `${row.entry}|${row.account}`}
            pagination={{ pageSize: 50, hideOnSinglePage: true }}
            dataSource={data.flatMap((one) =>
              Object.entries(one.lines).map(([account, amount]) => ({ ...one, account, amount })),
            )}
            columns={[
              { title: words.fields.entry, dataIndex: "entry" },
              { title: words.fields.on, dataIndex: "on" },
              { title: words.fields.kind, dataIndex: "kind", render: (kind: string) => <Code code={kind} /> },
              { title: words.fields.account, dataIndex: "account", render: (account: string) => said(words, account) },
              {
                title: words.fields.debit,
                align: "right",
                render: (_, row) => !row.amount.amount.startsWith("-") && <Value name="debit" value={row.amount} />,
              },
              {
                title: words.fields.credit,
                align: "right",
                render: (_, row) =>
                  row.amount.amount.startsWith("-") && (
                    <Value name="credit" value={{ amount: row.amount.amount.slice(1) }} />
                  ),
              },
              {
                title: words.fields.cause,
                dataIndex: "cause",
                render: (cause: string) => <Value name="reference" value={cause} />,
              },
            ]}
          />
        </>
      )}
    </Loaded>
  );
}
