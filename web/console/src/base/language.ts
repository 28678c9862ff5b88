/** The language somebody chose, Chinese unless they did; and whether they want it dark. Kept in the browser. */
import { useSyncExternalStore } from "react";

export type Language = "zh" | "en";
export type Shade = "light" | "dark";

const listeners = new Set<() => void>();

export function language(): Language {
  return localStorage.getItem("xindai.language") === "en" ? "en" : "zh";
}

function shade(): Shade {
  const chosen = localStorage.getItem("xindai.shade");
  if (chosen === "dark" || chosen === "light") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function speak(next: Language): void {
  keep("xindai.language", next);
  document.documentElement.lang = next;
}

export function dim(next: Shade): void {
  keep("xindai.shade", next);
}

export function useLanguage(): Language {
  return useSyncExternalStore(listen, language);
}

export function useShade(): Shade {
  return useSyncExternalStore(listen, shade);
}

function keep(name: string, value: string): void {
  localStorage.setItem(name, value);
  for (const one of listeners) one();
}

function listen(one: () => void): () => void {
  listeners.add(one);
  return () => listeners.delete(one);
}
