/** The catalogues: English has the keys of Chinese, or it does not compile. */
import { useLanguage } from "../base/language";
import { en } from "./en";
import { zh } from "./zh";

export type Words = typeof zh;
export type Field = keyof Words["fields"];
export type Act = keyof Words["acts"];

const CATALOGUES: Record<"zh" | "en", Words> = { zh, en };

export function useWords(): Words {
  return CATALOGUES[useLanguage()];
}

/** A code of the server (a status, a kind) in words; a code without words is shown as it is, and told to the console. */
export function said(words: Words, code: string): string {
  const known = (words.codes as Record<string, string>)[code];
  if (known === undefined) console.warn(`no word for the code "${code}"`);
  return known ?? code;
}

/** A role of ours in words; one of the lender's own by its name. */
export function roleName(words: Words, role: string): string {
  return (words.codes as Record<string, string>)[role] ?? role;
}

/** The name of a field of the server. */
export function named(words: Words, field: string): string {
  const known = (words.fields as Record<string, string>)[field];
  if (known === undefined) console.warn(`no word for the field "${field}"`);
  return known ?? field;
}
