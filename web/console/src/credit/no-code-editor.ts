/** What the graph editor takes of the code editor for function nodes, which our graphs may not hold. */
export enum MarkerSeverity {
  Hint = 1,
  Info = 2,
  Warning = 4,
  Error = 8,
}
