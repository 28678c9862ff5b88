/** Amounts are decimal texts from the server to the screen; nothing is computed in floating point. */
export interface Amount {
  amount: string;
  currency?: string;
}

/** `1234.50` as `1,234.50`; whole amounts lose their zeros when `short`. */
export function shown(amount: Amount | string, { short = false } = {}): string {
  const text = typeof amount === "string" ? amount : amount.amount;
  const [whole = "0", part = ""] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return part && !(short && /^0*$/.test(part)) ? `${grouped}.${part}` : grouped;
}

/** Whether it is more than nothing. */
export function isSome(amount: Amount): boolean {
  return /[1-9]/.test(amount.amount);
}

/** A fraction such as `0.125006` as `12.50%`: rounded half up in whole hundredths of a per cent. */
export function percent(fraction: string): string {
  const [whole = "0", part = ""] = fraction.split(".");
  const digits = Number(whole + part.padEnd(6, "0").slice(0, 6));
  const hundredths = Math.floor((digits + 50) / 100);
  const text = hundredths.toString().padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}%`;
}

/** What somebody typed as an amount of yuan, or nothing: at most two decimals, no sign. */
export function typedAmount(text: string): string | undefined {
  const clean = text.replace(/[,，\s¥￥]/g, "");
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(clean) || !/[1-9]/.test(clean)) return undefined;
  const [whole = "0", part = ""] = clean.split(".");
  return `${whole.replace(/^0+(?=\d)/, "")}.${part.padEnd(2, "0")}`;
}

/** Whether `left` is more than `right`; both decimal texts with two decimals. */
export function isMore(left: string, right: string): boolean {
  return minor(left) > minor(right);
}

function minor(text: string): number {
  const [whole = "0", part = ""] = text.split(".");
  return Number(whole + part.padEnd(2, "0").slice(0, 2));
}
