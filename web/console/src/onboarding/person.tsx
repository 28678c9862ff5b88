/** One person: masked, and in full for a reason that is noted and that they can see. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Descriptions, Space, Table, Tabs } from "antd";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { get } from "../base/api";
import { short } from "../base/shown";
import { Trail } from "../governance/trail";
import { PersonWarnings } from "../postloan/warnings";
import { Act } from "../ui/act";
import { Page } from "../ui/page";
import { Loaded, None } from "../ui/states";
import { Code, Value } from "../ui/value";
import { type Field, named, said, useWords } from "../words";

function usePerson(id: string) {
  return useQuery({
    queryKey: ["/v1/staff/people", id],
    queryFn: () => get("/v1/staff/people/{person_id}", { person_id: id }),
  });
}

export function PersonPage() {
  const { id = "" } = useParams();
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const found = usePerson(id);
  return (
    <Page title={words.person.title}>
      <Identity id={id} />
      <Loaded of={found}>
        {(one) =>
          one.rating && (
            <p className="quiet">
              {words.fields.rating} <Code code={one.rating.rating} />{" "}
              {one.rating.factors.map((factor) => said(words, factor)).join("、")}
            </p>
          )
        }
      </Loaded>
      <Loaded of={found}>
        {(one) => (
          <Tabs
            activeKey={search.get("tab") ?? "applications"}
            onChange={(tab) => setSearch({ tab }, { replace: true })}
            items={[
              {
                key: "applications",
                label: words.sections.applications,
                children: (
                  <Rows of={one.applications} columns={["id", "reference", "product", "amount", "months", "status"]} />
                ),
              },
              {
                key: "loans",
                label: words.sections.loans,
                children: (
                  <Rows
                    of={one.loans}
                    columns={["id", "reference", "product", "principal", "annual_rate", "disbursed_on", "status"]}
                  />
                ),
              },
              {
                key: "lines",
                label: words.sections.lines,
                children: <Rows of={one.lines} columns={["id", "reference", "limit", "used", "available", "status"]} />,
              },
              {
                key: "consents",
                label: words.person.consents,
                children: <Rows of={one.consents} columns={["scope", "granted_at", "valid_until", "withdrawn_at"]} />,
              },
              { key: "warnings", label: words.sections.warnings, children: <PersonWarnings id={id} /> },
              { key: "trail", label: words.applicant.trail, children: <Trail subject={id} /> },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}

/** Who it is, with dots; and without them for whoever may and says why. */
export function Identity({ id }: { id: string }) {
  const words = useWords();
  const found = usePerson(id);
  const [shown, setShown] = useState<Record<string, string | null>>();
  return (
    <Loaded of={found}>
      {({ person }) => {
        const all = { ...person, ...shown } as Record<string, unknown>;
        return (
          <Space direction="vertical" style={{ width: "100%" }}>
            <Descriptions
              size="small"
              column={{ xs: 1, md: 2, xl: 4 }}
              items={(["id", "name", "phone", "id_number", "card_number", "proof", "phone_status"] as const).map(
                (name) => ({
                  key: name,
                  label: named(words, name === "id" ? "person_id" : name),
                  children:
                    name === "id" ? (
                      <Link className="id" to={`/people/${id}`} title={id}>
                        {short(id)}
                      </Link>
                    ) : (
                      <Value name={name} value={all[name]} />
                    ),
                }),
              )}
            />
            {shown ? (
              <Alert
                type="warning"
                showIcon
                message={words.person.noted}
                closable
                onClose={() => setShown(undefined)}
              />
            ) : (
              <Act
                act="reveal"
                path="/v1/staff/people/{person_id}/reveals"
                values={{ person_id: id }}
                asks={[{ name: "reason", as: "text" }]}
                then={(answer) => setShown(answer as Record<string, string | null>)}
              />
            )}
          </Space>
        );
      }}
    </Loaded>
  );
}

/** A few rows that came along with something. */
export function Rows<T extends object>({ of, columns }: { of: T[]; columns: (keyof T & Field)[] }) {
  const words = useWords();
  return (
    <Table<T>
      size="small"
      dataSource={of}
      rowKey={(row) => ("id" in row ? String(row.id) : JSON.stringify(row))}
      pagination={{ pageSize: 50, hideOnSinglePage: true }}
      scroll={{ x: "max-content" }}
      locale={{ emptyText: <None /> }}
      columns={columns.map((name) => ({
        key: name,
        title: named(words, name),
        render: (_: unknown, row: T) => <Value name={name} value={row[name]} />,
      }))}
    />
  );
}
