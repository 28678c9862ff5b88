/** A scorecard's document as `xindai train` writes it. */
export interface Bin {
  logit: number;
  points: number;
  share?: number;
  bad_rate?: number;
  below?: string | null;
  names?: string[];
}

export interface Characteristic {
  name: string;
  en: string;
  zh: string;
  type: "number" | "text";
  value: number;
  bins: Bin[];
  missing: Bin;
  neutral: number;
}

export interface Scorecard {
  name: string;
  intercept: number;
  scaling: { score: number; odds: number; points_to_double: number };
  characteristics: Characteristic[];
}

export function label(one: Bin, before?: Bin): string {
  if (one.names) return one.names.join(", ");
  if (one.below === undefined) return "∅";
  const from = before?.below ? `${before.below} ≤ ` : "";
  return one.below === null ? `${from}…` : `${from}… < ${one.below}`;
}

/** The bin a value lies in, with its label. */
export function placed(of: Characteristic, value: number | string | null): Bin & { label: string } {
  if (value === null) return { ...of.missing, label: "∅" };
  const at =
    of.type === "text"
      ? of.bins.findIndex((one) => one.names?.includes(String(value)))
      : of.bins.findIndex((one) => one.below === null || Number(value) < Number(one.below));
  const bin = of.bins[at];
  return bin ? { ...bin, label: label(bin, of.bins[at - 1]) } : { ...of.missing, label: "∅" };
}
