/** The proof of the books, on demand, and the close of the day. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Table } from "antd";
import { get } from "../base/api";
import { useLanguage } from "../base/language";
import { useMe } from "../base/me";
import { Act } from "../ui/act";
import { Page } from "../ui/page";
import { Failed } from "../ui/states";
import { useWords } from "../words";

export function Books() {
  const words = useWords();
  const language = useLanguage();
  const me = useMe();
  const proof = useQuery({
    queryKey: ["/v1/staff/books"],
    enabled: false,
    queryFn: () => get("/v1/staff/books"),
  });
  return (
    <Page
      title={words.sections.books}
      about={words.about.books}
      acts={
        <>
          <Act
            act="closeDay"
            path="/v1/staff/days/{day}/closings"
            values={{ day: me.business_day }}
            preview={<p>{words.books.closes(me.business_day)}</p>}
          />
          <Button type="primary" loading={proof.isFetching} onClick={() => proof.refetch()}>
            {words.books.prove}
          </Button>
        </>
      }
    >
      {proof.error && <Failed error={proof.error} again={proof.refetch} />}
      {!proof.data && !proof.error && <p className="quiet">{words.books.why}</p>}
      {proof.data && (
        <>
          <Alert
            type={proof.data.holds ? "success" : "error"}
            showIcon
            message={proof.data.holds ? words.books.hold : words.books.broken}
            style={{ marginBottom: 12 }}
          />
          <Table
            size="small"
            rowKey="code"
            pagination={false}
            dataSource={proof.data.checks}
            columns={[
              {
                title: "",
                width: 40,
                render: (_, row) =>
                  row.broken ? <span className="minus">✗</span> : <span style={{ color: "var(--good)" }}>✓</span>,
              },
              { title: words.books.check, dataIndex: language },
              { title: words.books.counted, dataIndex: "counted", align: "right", className: "sum" },
              { title: words.books.what, dataIndex: "broken", render: (one: string | null) => one ?? "—" },
            ]}
          />
        </>
      )}
    </Page>
  );
}
