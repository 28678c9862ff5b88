/** The catalogues, and the language somebody chose; Chinese unless they did. */
import { useEffect, useState } from "react";
import { keep, kept } from "../base/keep";
import { en } from "./en";
import { zh } from "./zh";

export type Language = "zh" | "en";
export type Words = typeof zh & { otherLanguage: string; switchLanguage: () => void };

const listeners = new Set<() => void>();

function language(): Language {
  return kept<Language>("language") === "en" ? "en" : "zh";
}

export function speak(next: Language): void {
  keep("language", next);
  if (process.env.TARO_ENV === "h5") document.documentElement.lang = next;
  for (const one of listeners) one();
}

export function useLanguage(): Language {
  const [now, setNow] = useState(language);
  useEffect(() => {
    const hear = () => setNow(language());
    listeners.add(hear);
    return () => {
      listeners.delete(hear);
    };
  }, []);
  return now;
}

const CATALOGUES: Record<Language, Words> = {
  zh: { ...zh, otherLanguage: "English", switchLanguage: () => speak("en") },
  en: { ...en, otherLanguage: "中文", switchLanguage: () => speak("zh") },
};

export function useWords(): Words {
  return CATALOGUES[useLanguage()];
}
