/** The decision graph, drawn and edited; fetched only when somebody looks at one. */
import { DecisionGraph, type DecisionGraphType, JdmConfigProvider, type Simulation } from "@gorules/jdm-editor";
import "@gorules/jdm-editor/dist/style.css";
import { useMemo } from "react";
import { useShade } from "../base/language";

export type Graph = DecisionGraphType;
/** What went through each node of a graph, by its name. */
export type Trace = Record<string, { output?: unknown; traceData?: unknown }>;

interface Props {
  graph: Graph;
  change?: (next: Graph) => void;
  trace?: Trace | undefined;
}

export function GraphEditor({ graph, change, trace }: Props) {
  const shade = useShade();
  const simulate = useMemo(() => (trace ? lit(graph, trace) : undefined), [graph, trace]);
  return (
    <div className="editor">
      <JdmConfigProvider theme={{ mode: shade }}>
        <DecisionGraph
          value={graph}
          disabled={!change}
          onReactFlowInit={(flow) => setTimeout(() => flow.fitView({ padding: 0.15, maxZoom: 1.2 }), 50)}
          {...(change ? { onChange: change } : {})}
          {...(simulate ? { simulate } : {})}
        />
      </JdmConfigProvider>
    </div>
  );
}

/** The editor lights up the nodes, and the rows of tables, that a trace went through. */
function lit(graph: Graph, trace: Trace): Simulation {
  const nodes = graph.nodes.filter((node) => trace[node.name]);
  return {
    result: {
      performance: "",
      result: {},
      snapshot: graph,
      trace: Object.fromEntries(
        nodes.map((node) => [
          node.id,
          {
            id: node.id,
            name: node.name,
            input: null,
            output: trace[node.name]?.output ?? null,
            performance: null,
            traceData: trace[node.name]?.traceData ?? null,
          },
        ]),
      ),
    },
  } as Simulation;
}
