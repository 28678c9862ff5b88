/** Days and moments as the server tells them, for people in China. */

/** `2026-12-26` as it is; years are shown, because a loan crosses them. */
export function day(text: string | null | undefined): string {
  return text ?? "";
}

/** An instant in Chinese time, to the minute. */
export function moment(text: string): string {
  const china = new Date(new Date(text).getTime() + 8 * 3_600_000).toISOString();
  return `${china.slice(0, 10)} ${china.slice(11, 16)}`;
}
