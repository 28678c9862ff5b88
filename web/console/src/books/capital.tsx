/** What the lender's own capital bears: how far each bound is used, and statements of capital by two of finance. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Progress, Space, Table, Tag } from "antd";
import { type Answer, get } from "../base/api";
import { percent } from "../base/shown";
import { Act, Deciding } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Value } from "../ui/value";
import { useWords } from "../words";

type Burden = Answer<"get", "/v1/staff/capital">["burdens"][number];
const PATH = "/v1/staff/capital-statements";

export function Capital() {
  const words = useWords();
  const found = useQuery({ queryKey: ["/v1/staff/capital"], queryFn: () => get("/v1/staff/capital") });
  return (
    <Page
      title={words.sections.capital}
      about={words.about.capital}
      acts={
        <Act
          act="stateCapital"
          primary
          path={PATH}
          asks={[
            { name: "as_of", as: "date" },
            { name: "net_assets", as: "amount" },
            { name: "borrowed", as: "amount", initial: "0.00" },
            { name: "issued", as: "amount", initial: "0.00" },
            { name: "source", as: "text", label: "books" },
          ]}
        />
      }
    >
      <Loaded of={found}>
        {({ statement, burdens }) =>
          statement ? (
            <>
              <h2>{words.capital.bears(statement.as_of)}</h2>
              <Burdens of={burdens} />
            </>
          ) : (
            <Alert type="warning" showIcon message={words.capital.unstated} />
          )
        }
      </Loaded>
      <h2>{words.capital.statements}</h2>
      <Listing
        path={PATH}
        columns={[
          "as_of",
          "net_assets",
          "borrowed",
          "issued",
          { name: "books", show: (one) => one.source },
          "status",
          "proposed_by",
          "decided_by",
          "decided_on",
        ]}
        acts={(one) =>
          one.status === "proposed" ? (
            <Deciding path={`${PATH}/{statement_id}`} values={{ statement_id: one.id }} />
          ) : (
            one.status === "approved" && (
              <Act
                act="withdrawCapital"
                danger
                path={`${PATH}/{statement_id}/withdrawals`}
                values={{ statement_id: one.id }}
              />
            )
          )
        }
      />
    </Page>
  );
}

function Burdens({ of }: { of: Burden[] }) {
  const words = useWords();
  return (
    <Table
      size="small"
      pagination={false}
      rowKey={(one) => `${one.name}|${one.of}`}
      dataSource={of}
      scroll={{ x: "max-content" }}
      columns={[
        {
          title: words.fields.what,
          key: "what",
          render: (_, one) => (
            <Space>
              {words.capital.names[one.name as keyof typeof words.capital.names]}
              {one.of && <Value name="of" value={one.of} />}
            </Space>
          ),
        },
        {
          title: words.fields.amount,
          key: "part",
          align: "right",
          render: (_, one) => <Value name="part" value={one.part} />,
        },
        {
          title: words.capital.used,
          key: "used",
          width: 280,
          render: (_, one) => (
            <Progress
              percent={Math.min(100, (100 * Number(one.share)) / Number(one.most_share))}
              status={one.holds ? "normal" : "exception"}
              {...(one.holds ? { strokeColor: "var(--accent)" } : {})}
              format={() => percent(one.share)}
              aria-label={words.capital.used}
              size="small"
            />
          ),
        },
        { title: words.capital.most, key: "most_share", align: "right", render: (_, one) => percent(one.most_share) },
        {
          title: words.capital.mostAmount,
          key: "most",
          align: "right",
          render: (_, one) => <Value name="most" value={one.most} />,
        },
        {
          title: words.fields.finding,
          key: "holds",
          render: (_, one) => (
            <Space>
              <Tag color={one.holds ? "success" : "error"}>
                {one.holds ? words.capital.holds : words.capital.broken}
              </Tag>
              <span className="quiet id">{one.rule}</span>
            </Space>
          ),
        },
      ]}
    />
  );
}
