/** What is held: each table with what it is for, on which basis, how long, and the class of each column. */
import { useQuery } from "@tanstack/react-query";
import { Button, Table, Tabs, Tag, Tooltip } from "antd";
import { useSearchParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { useLanguage } from "../base/language";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { useWords } from "../words";

type Held = Answer<"get", "/v1/staff/data-map">["data"][number];
type Assessed = Answer<"get", "/v1/staff/impact-assessments">["data"][number];
const COLOURS: Record<string, string> = { C3: "error", C2: "warning", C1: "default" };

export function DataMap() {
  const words = useWords();
  const [search, turn] = useSearchParams();
  return (
    <Page title={words.sections.dataMap} about={words.about.dataMap}>
      <Tabs
        activeKey={search.get("tab") ?? "map"}
        onChange={(tab) => turn({ tab }, { replace: true })}
        items={[
          { key: "map", label: words.dataMap.map, children: <Holdings /> },
          { key: "assessments", label: words.dataMap.assessments, children: <Assessments /> },
        ]}
      />
    </Page>
  );
}

function Holdings() {
  const words = useWords();
  const language = useLanguage();
  const found = useQuery({ queryKey: ["/v1/staff/data-map"], queryFn: () => get("/v1/staff/data-map") });
  return (
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
  );
}

/** What each processing does to people: why it is assessed, who allows it, its risks and what is left of them, as a paper too. */
function Assessments() {
  const words = useWords();
  const language = useLanguage();
  const telling = useTelling();
  const found = useQuery({
    queryKey: ["/v1/staff/impact-assessments"],
    queryFn: () => get("/v1/staff/impact-assessments"),
  });
  return (
    <Loaded of={found}>
      {({ data }) => (
        <Table<Assessed>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={data}
          expandable={{ expandedRowRender: (one) => <Risks of={one} /> }}
          columns={[
            {
              title: words.dataMap.processing,
              render: (_, one) => (
                <>
                  {one[language]}
                  <div className="quiet">{one[`need_${language}`]}</div>
                </>
              ),
            },
            {
              title: words.dataMap.triggers,
              render: (_, one) => one.triggers.map((each) => words.dataMap.trigger[each]).join(" · "),
            },
            { title: words.dataMap.allowed, align: "right", render: (_, one) => one.standing ?? "—" },
            { title: words.dataMap.withdrawn, align: "right", render: (_, one) => one.withdrawn ?? "—" },
            { title: words.dataMap.left, render: (_, one) => <Level of={one.left} /> },
            {
              title: "",
              render: (_, one) => (
                <Button
                  size="small"
                  onClick={() =>
                    telling(async () =>
                      save(
                        await file("/v1/staff/impact-assessments/{processing}/report.pdf", { processing: one.id }),
                        `pipia-${one.id}-${one.day}.pdf`,
                      ),
                    )
                  }
                >
                  PDF
                </Button>
              ),
            },
          ]}
        />
      )}
    </Loaded>
  );
}

function Risks({ of }: { of: Assessed }) {
  const words = useWords();
  const language = useLanguage();
  return (
    <Table
      size="small"
      rowKey="en"
      pagination={false}
      dataSource={of.risks}
      columns={[
        { title: words.dataMap.risk, width: 220, render: (_, one) => one[language] },
        { title: words.dataMap.before, width: 90, render: (_, one) => <Level of={one.before} /> },
        {
          title: words.dataMap.measures,
          render: (_, one) =>
            one.measures.map((each) => (
              <div key={each.en}>
                {each[language]}{" "}
                <Tooltip title={each.test}>
                  <span className="id">{each.rule}</span>
                </Tooltip>{" "}
                {each.holds === false && <Tag color="error">{words.dataMap.broken}</Tag>}
                {each.holds && <Tag color="success">{words.dataMap.holds}</Tag>}
              </div>
            )),
        },
        { title: words.dataMap.left, width: 90, render: (_, one) => <Level of={one.left} /> },
      ]}
    />
  );
}

function Level({ of }: { of: number }) {
  const words = useWords();
  return <Tag color={["success", "warning", "error"][of - 1]}>{words.dataMap.levels[of - 1]}</Tag>;
}
