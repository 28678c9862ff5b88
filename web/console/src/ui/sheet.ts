/** Rows as a file that a spreadsheet opens: amounts as their figures, a mark in front so that Chinese is read as Chinese. */
import { isAmount } from "../base/shown";

export function sheet(rows: Record<string, unknown>[]): Blob {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => cell(row[name])))];
  return new Blob([`\ufeff${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`], {
    type: "text/csv;charset=utf-8",
  });
}

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (isAmount(value)) return value.amount;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What a spreadsheet would take for a formula is marked as text (CSV injection). */
function quoted(text: string): string {
  const safe = /^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
