/** What differs between two graphs, node by node, value by value; where a node stands in the drawing is no difference. */
import type { Graph } from "./graph-editor";

export interface Difference {
  node: string;
  what: "added" | "removed" | "altered";
  lines: { where: string; before: string; after: string }[];
}

export function differences(before: Graph, after: Graph): Difference[] {
  const [old, fresh] = [byId(before), byId(after)];
  const found: Difference[] = [];
  for (const [id, node] of old) {
    const next = fresh.get(id);
    if (!next) found.push({ node: node.name, what: "removed", lines: [] });
    else {
      const lines = values({ name: node.name, content: node.content }, { name: next.name, content: next.content });
      if (lines.length) found.push({ node: node.name, what: "altered", lines });
    }
  }
  for (const [id, node] of fresh) if (!old.has(id)) found.push({ node: node.name, what: "added", lines: [] });
  const [was, is] = [ways(before), ways(after)];
  const lines = [...new Set([...was, ...is])]
    .filter((way) => was.has(way) !== is.has(way))
    .map((way) => ({ where: way, before: was.has(way) ? "●" : "", after: is.has(way) ? "●" : "" }));
  if (lines.length) found.push({ node: "→", what: "altered", lines });
  return found;
}

function byId(graph: Graph): Map<string, Graph["nodes"][number]> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

function ways(graph: Graph): Set<string> {
  const names = new Map(graph.nodes.map((node) => [node.id, node.name]));
  return new Set(graph.edges.map((edge) => `${names.get(edge.sourceId)} → ${names.get(edge.targetId)}`));
}

function values(before: unknown, after: unknown, where = ""): Difference["lines"] {
  if (before === after) return [];
  if (isTree(before) && isTree(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => values(before[name], after[name], where ? `${where}.${name}` : name));
  }
  const [old, fresh] = [text(before), text(after)];
  return old === fresh ? [] : [{ where, before: old, after: fresh }];
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
}
