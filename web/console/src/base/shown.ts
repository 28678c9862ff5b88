/** How values become text. Amounts and rates are decimal texts from the server to the screen; nothing is computed in floats. */
export interface Amount {
  amount: string;
  currency?: string;
}

export function isAmount(value: unknown): value is Amount {
  return typeof value === "object" && value !== null && "amount" in value && typeof value.amount === "string";
}

/** `-1234.50` as `-1,234.50`. */
export function money(one: Amount): string {
  return grouped(one.amount);
}

export function grouped(text: string): string {
  const [whole = "0", part] = text.split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part === undefined ? thousands : `${thousands}.${part}`;
}

/** A fraction such as `0.125006` as `12.50%`. For reading only. */
export function percent(fraction: string | number): string {
  return `${(Number(fraction) * 100).toFixed(2)}%`;
}

/** `14.4` per cent, as typed, as the fraction `0.144`: by moving the point. */
export function fraction(perCent: string): string {
  const [whole = "0", part = ""] = perCent.trim().split(".");
  const digits = whole.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${part}`;
}

/** For a chart's axis only: pictures are drawn in floating point, figures never come from them. */
export function drawn(one: Amount): number {
  return Number(one.amount);
}

/** An instant of the server, in the lender's own time: `2026-03-01 09:30:12`. */
export function instant(text: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "medium",
    timeZone: "Asia/Shanghai",
  });
  return parts.format(new Date(text));
}

/** An id is a kind and a long number: the kind and its end tell it apart for a reader. */
export function short(id: string): string {
  const [kind, number] = id.split("_");
  return number && number.length > 10 ? `${kind}_…${number.slice(-6)}` : id;
}
