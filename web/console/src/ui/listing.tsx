/**
 * A list of the server: a page at a time by its cursor, filters in the address, rows that open with Enter, and the whole of it as
 * a file. Rows that are not on the screen are not drawn, so that ten thousand of them scroll as twenty do.
 */
import { DownloadOutlined, ReloadOutlined } from "@ant-design/icons";
import { type ProColumns, ProTable } from "@ant-design/pro-components";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, ConfigProvider, Input, Select, Space } from "antd";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { paths } from "../../../client/schema";
import { type Answer, type At, get, type Values } from "../base/api";
import { isAmount } from "../base/shown";
import { type Field, named, said, useWords } from "../words";
import { save, sheet } from "./sheet";
import { Failed, None } from "./states";
import { useTelling } from "./telling";
import { SHARES, Value } from "./value";

type Paged = { data: object[]; next: string | null };
export type Lists = { [P in At<"get">]: Answer<"get", P> extends Paged ? P : never }[At<"get">] & keyof paths;
export type RowOf<P extends Lists> = Answer<"get", P> extends { data: (infer R)[] } ? R & object : never;

/** A column is a field of the row; or has words of its own and says what it shows. */
export type Column<R> = (keyof R & Field) | { name: Field; show: (row: R) => ReactNode; width?: number };

interface Props<P extends Lists> {
  path: P;
  /** What fills the path and always goes along. */
  values?: Values;
  columns: Column<RowOf<P>>[];
  /** What may be asked of the server, and the codes it knows; a text where it knows any. */
  filters?: Record<string, readonly string[] | "text" | "date">;
  /** Where a row leads. */
  to?: (row: RowOf<P>) => string;
  /** What can be done with a row. */
  acts?: (row: RowOf<P>) => ReactNode;
  empty?: string;
  /** Lists that come whole, without pages. */
  whole?: boolean;
  /** Lists that nobody takes away as a file. */
  stays?: boolean;
}

const AT_ONCE = 100;
const MOST_EXPORTED = 10_000;
const TALL = 560;

export function Listing<P extends Lists>({
  path,
  values = {},
  columns,
  filters = {},
  to,
  acts,
  empty,
  whole,
  stays = false,
}: Props<P>) {
  const words = useWords();
  const go = useNavigate();
  const [search, setSearch] = useSearchParams();
  const telling = useTelling();
  const [exporting, setExporting] = useState(false);
  const asked = Object.fromEntries(Object.keys(filters).map((name) => [name, search.get(name) ?? undefined]));
  const page = async (after: string | null) =>
    (await get(path as At<"get">, { ...values, ...asked, ...(whole ? {} : { after, most: AT_ONCE }) })) as unknown as {
      data: RowOf<P>[];
      next: string | null;
    };
  const found = useInfiniteQuery({
    queryKey: [path, values, asked],
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  if (found.error && !found.data) return <Failed error={found.error} again={found.refetch} />;
  const rows = found.data?.pages.flatMap((one) => one.data) ?? [];

  const exported = async () => {
    setExporting(true);
    await telling(async () => {
      const all: RowOf<P>[] = [];
      for (let after: string | null = null; ; ) {
        const next = await page(after);
        all.push(...next.data);
        after = next.next;
        if (!after || all.length >= MOST_EXPORTED) break;
      }
      save(sheet(all as Record<string, unknown>[]), `${path.split("/").at(-1)}.csv`);
    });
    setExporting(false);
  };

  const shown: ProColumns<RowOf<P>>[] = columns.map((one) => {
    const name = typeof one === "string" ? one : one.name;
    const sample = rows[0]?.[name as keyof RowOf<P>];
    return {
      key: name,
      title: named(words, name),
      dataIndex: name,
      ellipsis: true,
      align: isAmount(sample) || typeof sample === "number" || SHARES.has(name) ? "right" : "left",
      ...(typeof one === "string" || !one.width ? {} : { width: one.width }),
      render: (_, row) =>
        typeof one === "string" ? <Value name={name} value={row[name as keyof RowOf<P>]} /> : one.show(row),
    };
  });
  if (acts)
    shown.push({
      key: "acts",
      title: words.acts.title,
      fixed: "right",
      width: 210,
      onCell: () => ({ onClick: (event) => event.stopPropagation() }),
      render: (_, row) => (
        <ConfigProvider componentSize="small">
          <Space size={4}>{acts(row)}</Space>
        </ConfigProvider>
      ),
    });

  const filterOf = (name: string) => {
    const codes = filters[name];
    const put = (value: string | undefined) => {
      const next = new URLSearchParams(search);
      if (value) next.set(name, value);
      else next.delete(name);
      setSearch(next, { replace: true });
    };
    if (codes === "text" || codes === "date")
      return (
        <Input.Search
          key={name}
          allowClear
          style={{ width: 220 }}
          type={codes === "date" ? "date" : "search"}
          aria-label={named(words, name)}
          placeholder={named(words, name)}
          defaultValue={search.get(name) ?? ""}
          onSearch={put}
        />
      );
    return (
      <Select
        key={name}
        allowClear
        style={{ minWidth: 150 }}
        aria-label={named(words, name)}
        placeholder={named(words, name)}
        value={search.get(name)}
        onChange={put}
        options={(codes ?? []).map((code) => ({ value: code, label: said(words, code) }))}
      />
    );
  };

  return (
    <ProTable<RowOf<P>>
      className="listing"
      size="small"
      columns={shown}
      dataSource={rows}
      loading={found.isFetching && !found.isFetchingNextPage}
      rowKey={(row) => ("id" in row ? String(row.id) : JSON.stringify(row))}
      search={false}
      pagination={false}
      virtual={rows.length > AT_ONCE}
      scroll={rows.length > AT_ONCE ? { y: TALL, x: 1100 } : { x: "max-content" }}
      options={{ density: false, reload: false, setting: { draggable: false } }}
      cardBordered
      headerTitle={<Space wrap>{Object.keys(filters).map(filterOf)}</Space>}
      toolBarRender={() => [
        <Button
          key="again"
          icon={<ReloadOutlined aria-hidden />}
          onClick={() => found.refetch()}
          aria-label={words.states.reload}
        />,
        !stays && (
          <Button key="file" icon={<DownloadOutlined aria-hidden />} loading={exporting} onClick={exported}>
            {words.states.export}
          </Button>
        ),
      ]}
      locale={{ emptyText: <None what={empty ?? words.states.none} /> }}
      onRow={(row) =>
        to
          ? {
              tabIndex: 0,
              className: "opens",
              onClick: () => go(to(row)),
              onKeyDown: (event) => step(event, () => go(to(row))),
            }
          : {}
      }
      footer={
        found.hasNextPage
          ? () => (
              <Button block type="text" loading={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
                {words.states.more}
              </Button>
            )
          : undefined
      }
    />
  );
}

/** Rows by keyboard: Enter opens, j and k (or the arrows) go down and up. */
function step(event: KeyboardEvent<HTMLElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return;
  const row = event.currentTarget;
  const to =
    event.key === "j" || event.key === "ArrowDown"
      ? row.nextElementSibling
      : event.key === "k" || event.key === "ArrowUp"
        ? row.previousElementSibling
        : null;
  if (event.key === "Enter") open();
  else if (to instanceof HTMLElement) to.focus();
  else return;
  event.preventDefault();
}
