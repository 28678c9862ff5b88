/** What stands where something is not (yet): it is being fetched, it was refused, there is none. */
import { Button, Empty, Result, Skeleton } from "antd";
import type { ReactNode } from "react";
import { Refused } from "../base/api";
import { useWords } from "../words";

interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

/** What was asked for, once it is there; until then, and instead, what is the matter. */
export function Loaded<T>({ of, children }: { of: Asked<T>; children: (found: T) => ReactNode }): ReactNode {
  if (of.data !== undefined) return children(of.data); // what is there stays, also where asking again failed
  if (of.error) return <Failed error={of.error} again={of.refetch} />;
  return <Skeleton active paragraph={{ rows: 6 }} />;
}

export function Failed({ error, again }: { error: Error; again?: (() => unknown) | undefined }) {
  const words = useWords();
  if (error instanceof Refused && error.status === 403)
    return <Result status="403" title={words.states.forbidden} subTitle={words.states.forbiddenWhy} />;
  if (error instanceof Refused && error.status === 404) return <Result status="404" title={error.message} />;
  const title = error instanceof Refused ? error.message : words.states.unreached;
  return (
    <Result
      status="warning"
      title={title}
      subTitle={error instanceof Refused ? error.code : words.states.unreachedWhy}
      extra={again && <Button onClick={again}>{words.states.again}</Button>}
    />
  );
}

export function None({ what }: { what?: string }) {
  const words = useWords();
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={what ?? words.states.none} />;
}
