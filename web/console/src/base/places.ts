/** The sections of the console: where each stands, and who may look. The server decides; this only spares dead ends. */
import type { Role } from "./session";

const DESK: Role[] = ["admin", "officer", "finance", "auditor"];
export const OFFICER: Role[] = ["admin", "officer"];
export const FINANCE: Role[] = ["admin", "finance"];
export const EITHER: Role[] = ["admin", "officer", "finance"];
export const COLLECTOR: Role[] = ["admin", "officer", "collector"];
const ALL: Role[] = [...DESK, "collector"];

export const SECTIONS = {
  today: { today: ALL },
  onboarding: { applications: DESK, duplicates: EITHER, watchLists: OFFICER },
  credit: { reviews: DESK, strategies: DESK, models: DESK, features: DESK },
  lending: {
    loans: DESK,
    lines: DESK,
    adjustments: DESK,
    classes: DESK,
    products: DESK,
    merchants: DESK,
    partners: DESK,
  },
  postloan: {
    workList: COLLECTOR,
    cases: COLLECTOR,
    disputes: COLLECTOR,
    hardship: [...EITHER, "collector"] as Role[],
    warnings: [...DESK, "collector"] as Role[],
    legalCases: [...DESK, "collector"] as Role[],
    agencies: [...DESK, "collector"] as Role[],
    sales: DESK,
    agencyCases: ["agent"] as Role[],
  },
  payments: {
    payments: DESK,
    files: DESK,
    reconciliation: DESK,
    discrepancies: DESK,
    receipts: FINANCE,
    limits: DESK,
  },
  books: { ledger: DESK, books: DESK, provisions: DESK, portfolio: DESK, bureauFiles: DESK },
  governance: { alarms: DESK, amlCases: DESK, compliance: DESK, dataMap: DESK, rights: DESK, audit: DESK },
  settings: { settings: ALL },
} as const satisfies Record<string, Record<string, Role[]>>;

export type Part = keyof typeof SECTIONS;
export type Section = { [P in Part]: keyof (typeof SECTIONS)[P] }[Part];

/** The address of a section: `watchLists` is `/watch-lists`. */
export function address(section: Section): string {
  return `/${section.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function sectionsOf(role: Role): [Part, Section[]][] {
  const parts = Object.entries(SECTIONS) as [Part, Record<string, Role[]>][];
  return parts
    .map(([part, all]): [Part, Section[]] => [
      part,
      Object.keys(all).filter((one) => all[one]?.includes(role)) as Section[],
    ])
    .filter(([, all]) => all.length > 0);
}

export function mayOpen(role: Role, path: string): boolean {
  const first = `/${path.split("/")[1] ?? ""}`;
  const all = Object.values(SECTIONS).flatMap((part) => Object.entries(part)) as [Section, Role[]][];
  const found = all.find(([section]) => address(section) === first);
  return !found || found[1].includes(role);
}

/** The page of a thing by its id. */
const PAGES: Record<string, string> = {
  app: "/applications",
  loan: "/loans",
  line: "/lines",
  pay: "/payments",
  case: "/cases",
  per: "/people",
  hrd: "/hardship",
  rgt: "/rights",
  aml: "/aml-cases",
  leg: "/legal-cases",
  sal: "/sales",
};

export function placeOf(id: string): string | undefined {
  const page = PAGES[id.split("_")[0] ?? ""];
  return page && /^[a-z]+_[0-9a-z-]{8,}$/.test(id) ? `${page}/${id}` : undefined;
}
