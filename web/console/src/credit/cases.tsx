/** The test cases of a strategy: what this graph says of each, and whether that is what it has to say. */
import { useQuery } from "@tanstack/react-query";
import { Table, Tag } from "antd";
import { type Answer, send } from "../base/api";
import { Act } from "../ui/act";
import { Loaded, None } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";
import type { Graph } from "./graph-editor";

type Ran = Answer<"post", "/v1/staff/strategies/case-runs">;

export function Cases({ name, graph }: { name: string; graph: Graph }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/strategies/case-runs", name, graph],
    queryFn: () => send("POST", "/v1/staff/strategies/case-runs", {}, { name, graph }) as Promise<Ran>,
  });
  return (
    <>
      <p className="quiet">{words.strategy.casesWhy}</p>
      <Loaded of={found}>
        {(ran) => (
          <Table
            size="small"
            pagination={{ pageSize: 50, hideOnSinglePage: true }}
            rowKey={(one) => one.case.id}
            dataSource={ran.data}
            locale={{ emptyText: <None what={words.strategy.noCases} /> }}
            columns={[
              { key: "title", title: words.fields.title, render: (_, one) => one.case.title },
              { key: "expected", title: words.fields.expected, render: (_, one) => <Code code={one.case.expected} /> },
              { key: "said", title: words.comparison.now, render: (_, one) => <Code code={one.said} /> },
              {
                key: "passes",
                title: words.fields.passes,
                render: (_, one) => (
                  <Tag color={one.passes ? "success" : "error"}>{one.passes ? words.yes : words.no}</Tag>
                ),
              },
              { key: "failed", title: words.strategy.failed, render: (_, one) => one.failed.join("、") || "—" },
              { key: "by", title: words.fields.by, render: (_, one) => one.case.by },
              {
                key: "acts",
                title: words.acts.title,
                render: (_, one) => (
                  <Act
                    act="dropCase"
                    danger
                    method="DELETE"
                    path="/v1/staff/strategy-cases/{case_id}"
                    values={{ case_id: one.case.id }}
                    asks={[{ name: "reason", as: "text" }]}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </>
  );
}

/** Keep what was tried as a case that every version has to pass. */
export function KeepCase({ name, inputs, said }: { name: string; inputs: unknown; said: string }) {
  return (
    <Act
      act="keepCase"
      path="/v1/staff/strategy-cases"
      asks={[
        { name: "title", as: "text" },
        { name: "expected", as: "choice", of: ["approve", "decline", "review"], initial: said },
      ]}
      body={(typed) => ({ ...typed, name, inputs })}
    />
  );
}
