/** What the regulator is told of each month: drawn up from the books, checked by one of finance and reported by another. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Table } from "antd";
import { useParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { useLanguage } from "../base/language";
import { money, percent } from "../base/shown";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { Code } from "../ui/value";
import { useWords } from "../words";

type Return = Answer<"get", "/v1/staff/returns/{return_id}">;
type Line = Return["lines"][number];

export function Returns() {
  const words = useWords();
  return (
    <Page
      title={words.sections.returns}
      about={words.about.returns}
      acts={
        <Act
          act="redrawReturn"
          path="/v1/staff/returns"
          asks={[
            { name: "month", as: "text" },
            { name: "why", as: "long" },
          ]}
        />
      }
    >
      <Listing
        whole
        path="/v1/staff/returns"
        columns={["id", "status", "due_on", "drawn_on", "checked_by", "reported_by", "reported_on", "reference", "why"]}
        to={(one) => `/returns/${one.id}`}
        empty={words.returns.none}
      />
    </Page>
  );
}

export function ReturnPage() {
  const words = useWords();
  const id = useParams().id ?? "";
  const found = useQuery({
    queryKey: ["/v1/staff/returns", id],
    queryFn: () => get("/v1/staff/returns/{return_id}", { return_id: id }),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={
            <>
              {words.sections.returns} {one.id} <Code code={one.status} />
            </>
          }
          about={words.returns.due(one.due_on)}
          acts={<Acts of={one} />}
        >
          {one.why && <Alert type="info" message={one.why} style={{ marginBottom: 12 }} />}
          <Lines of={one.lines} />
        </Page>
      )}
    </Loaded>
  );
}

function Acts({ of }: { of: Return }) {
  const words = useWords();
  const telling = useTelling();
  const values = { return_id: of.id };
  const take = () =>
    telling(async () => save(await file("/v1/staff/returns/{return_id}/sheet.csv", values), `${of.id}.csv`));
  return (
    <>
      <Button onClick={take}>{words.returns.sheet}</Button>
      {of.status === "drawn" && (
        <Act act="checkReturn" primary path="/v1/staff/returns/{return_id}/checks" values={values} />
      )}
      {of.status === "checked" && (
        <Act
          act="reportReturn"
          primary
          path="/v1/staff/returns/{return_id}/reports"
          values={values}
          asks={[{ name: "reference", as: "text" }]}
        />
      )}
    </>
  );
}

function Lines({ of }: { of: Line[] }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <Table
      size="small"
      pagination={false}
      rowKey="code"
      style={{ maxWidth: 880 }}
      dataSource={of}
      columns={[
        {
          title: words.returns.code,
          key: "code",
          render: (_, one) => <span className="id">{one.code}</span>,
          width: 90,
        },
        { title: words.returns.line, key: "line", render: (_, one) => one[language] },
        {
          title: words.returns.value,
          key: "value",
          align: "right",
          render: (_, one) => <span className="sum">{figure(one)}</span>,
        },
      ]}
    />
  );
}

function figure(one: Line): string {
  if (one.value === null) return "—";
  if (one.unit === "fen") return money({ amount: one.shown, currency: "CNY" });
  return one.unit === "ppm" ? percent(one.value / 1_000_000) : String(one.value);
}
