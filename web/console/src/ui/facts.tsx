/** The facts of one thing, as pairs of name and value. */
import { Descriptions } from "antd";
import { named, useWords } from "../words";
import { Value } from "./value";

export function Facts<T extends object>({
  of,
  only,
  column = 3,
}: {
  of: T;
  only?: (keyof T & string)[];
  column?: number;
}) {
  const words = useWords();
  const names = only ?? (Object.keys(of) as (keyof T & string)[]);
  return (
    <Descriptions
      size="small"
      bordered
      column={{ xs: 1, md: 2, xl: column }}
      items={names.map((name) => ({
        key: name,
        label: named(words, name),
        children: <Value name={name} value={of[name]} />,
      }))}
    />
  );
}
