/** What is held: each table with what it is for, on which basis, how long, and the class of each column. */
import { useQuery } from "@tanstack/react-query";
import { Table, Tag, Tooltip } from "antd";
import { type Answer, get } from "../base/api";
import { useLanguage } from "../base/language";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { useWords } from "../words";

type Held = Answer<"get", "/v1/staff/data-map">["data"][number];
const COLOURS: Record<string, string> = { C3: "error", C2: "warning", C1: "default" };

export function DataMap() {
  const words = useWords();
  const language = useLanguage();
  const found = useQuery({ queryKey: ["/v1/staff/data-map"], queryFn: () => get("/v1/staff/data-map") });
  return (
    <Page title={words.sections.dataMap} about={words.about.dataMap}>
      <Loaded of={found}>
        {({ data }) => (
          <Table<Held>
            size="small"
            rowKey="table"
            pagination={false}
            dataSource={data.filter((one) => one.group !== "own")}
            columns={[
              { title: words.dataMap.table, render: (_, one) => <span className="id">{one.table}</span> },
              { title: words.dataMap.purpose, render: (_, one) => one[language] },
              { title: words.dataMap.basis, render: (_, one) => one[`basis_${language}`] },
              { title: words.dataMap.kept, render: (_, one) => one[`kept_${language}`] },
              {
                title: words.dataMap.columns,
                render: (_, one) =>
                  Object.entries(one.columns)
                    .filter(([, kind]) => kind !== "none")
                    .map(([name, kind]) => (
                      <Tooltip key={name} title={one.sensitive.includes(name) ? words.dataMap.sensitive : kind}>
                        <Tag color={COLOURS[kind] ?? "default"} style={{ marginBottom: 4 }}>
                          {one.sensitive.includes(name) ? `${name} ●` : name}
                        </Tag>
                      </Tooltip>
                    )),
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
