/** What a version would have said of our own past, beside what judges now. */
import { Alert, Table } from "antd";
import { Figure } from "../ui/figure";
import { Code } from "../ui/value";
import { named, useWords } from "../words";
import { Sides } from "./compared";

export interface Measures {
  judged: number;
  moved: { name: string; index: number; standing: string }[];
  changed?: number;
  now?: Record<string, number | null>;
  then?: Record<string, number | null>;
  known?: number;
  bad?: number;
  expected_bad?: number;
  auc?: number | null;
  auc_now?: number | null;
  ks?: number | null;
  is_even?: boolean;
}

export function Measured({ of }: { of: Measures }) {
  const words = useWords();
  return (
    <>
      <h2>{words.model.measured}</h2>
      <div className="cards">
        <Figure name={words.model.judgedCount} number={of.judged} />
        {of.changed !== undefined && <Figure name={words.model.changed} number={of.changed} />}
        {of.known !== undefined && (
          <Figure
            name={words.model.known}
            number={of.known}
            note={`${words.fields.bad} ${of.bad} · ${words.fields.expected} ${of.expected_bad?.toFixed(1)}`}
          />
        )}
        {of.auc !== undefined && (
          <Figure
            name="AUC"
            number={of.auc?.toFixed(4) ?? "—"}
            note={`${words.model.inUse} ${of.auc_now?.toFixed(4) ?? "—"}`}
          />
        )}
      </div>
      {of.is_even === false && <Alert type="warning" showIcon message={words.model.uneven} />}
      {of.now && of.then && <Sides now={of.then} then={of.now} titles={[words.model.inUse, words.model.thisOne]} />}
      <h2>{words.model.moved}</h2>
      <Table
        size="small"
        pagination={false}
        rowKey="name"
        dataSource={of.moved}
        columns={[
          { key: "name", title: words.model.characteristic, dataIndex: "name" },
          {
            key: "index",
            title: "PSI",
            align: "right",
            render: (_, one) => one.index.toFixed(4),
          },
          { key: "standing", title: named(words, "standing"), render: (_, one) => <Code code={one.standing} /> },
        ]}
      />
    </>
  );
}
