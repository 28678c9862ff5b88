/** Whom an applicant is tied to, drawn without names, as the decision saw it. */
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { lazy, Suspense, useMemo } from "react";
import { type Answer, get } from "../base/api";
import { Loaded, None } from "../ui/states";
import { said, useWords } from "../words";

const Chart = lazy(() => import("../ui/chart").then((all) => ({ default: all.Chart })));
type Found = NonNullable<Answer<"get", "/v1/staff/applications/{application_id}/net">>;

export function Net({ application }: { application: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/applications", application, "net"],
    queryFn: async () => ({
      net: await get("/v1/staff/applications/{application_id}/net", { application_id: application }),
    }),
  });
  return <Loaded of={found}>{({ net }) => (net ? <Drawn of={net} /> : <None what={words.applicant.noNet} />)}</Loaded>;
}

const MARKED = ["fraud", "defaulted", "overdue", "refused", "paid", "customer"] as const;
const COLOUR: Record<string, string> = {
  self: "#0b6650",
  fraud: "#b3261e",
  defaulted: "#d4552f",
  overdue: "#d08a1d",
  refused: "#8a6d4f",
  paid: "#5f9d3b",
  customer: "#3d6fb4",
  unknown: "#b8c0bc",
};

function Drawn({ of }: { of: Found }) {
  const words = useWords();
  const option = useMemo(() => {
    const kinds = ["self", ...MARKED, "unknown"];
    const kindOf = (one: Found["nodes"][number]) =>
      one.number === 0 ? "self" : (MARKED.find((mark) => one.marks.includes(mark)) ?? "unknown");
    return {
      tooltip: { trigger: "item" },
      legend: { data: kinds.map((kind) => said(words, kind)), top: 0 },
      color: kinds.map((kind) => COLOUR[kind] ?? "#b8c0bc"),
      series: [
        {
          type: "graph",
          layout: "force",
          roam: true,
          force:
            of.nodes.length < 40
              ? { repulsion: 900, edgeLength: [120, 220] }
              : { repulsion: 90, edgeLength: [40, 110] },
          categories: kinds.map((kind) => ({ name: said(words, kind) })),
          data: of.nodes.map((one) => ({
            name: String(one.number),
            category: kinds.indexOf(kindOf(one)),
            symbolSize: one.number === 0 ? 26 : one.steps === 1 ? 14 : 8,
          })),
          links: of.links.map((one) => ({
            source: String(one.one),
            target: String(one.other),
            value: said(words, one.kind),
            lineStyle: { opacity: 0.5, type: one.kind === "device" || one.kind === "address" ? "dashed" : "solid" },
          })),
        },
      ],
    };
  }, [of, words]);
  return (
    <Suspense fallback={<Skeleton active />}>
      <Chart
        title={words.applicant.netTitle(of.nodes.length - 1, of.left_out)}
        option={option}
        tall={520}
        numbers={of.links.map((one) => ({
          [words.applicant.from]: one.one,
          [words.applicant.to]: one.other,
          [words.fields.kind]: said(words, one.kind),
        }))}
      />
    </Suspense>
  );
}
