/** The sections of the console: where each stands, and what it reads; whoever may not read that does not see it. */
import type { At } from "./api";
import { type Me, may } from "./me";

export const SECTIONS = {
  today: { today: "/v1/staff/today" },
  onboarding: {
    applications: "/v1/staff/applications",
    duplicates: "/v1/staff/duplicates",
    watchLists: "/v1/staff/watch-lists/{name}/entries",
  },
  credit: {
    reviews: "/v1/staff/reviews",
    strategies: "/v1/staff/strategies",
    models: "/v1/staff/models",
    features: "/v1/staff/features",
  },
  lending: {
    loans: "/v1/staff/loans",
    lines: "/v1/staff/lines",
    adjustments: "/v1/staff/adjustments",
    classes: "/v1/staff/class-judgements",
    products: "/v1/staff/products",
    merchants: "/v1/staff/merchants",
    partners: "/v1/staff/partners",
  },
  postloan: {
    workList: "/v1/staff/work-list",
    cases: "/v1/staff/collection-cases",
    disputes: "/v1/staff/disputes",
    hardship: "/v1/staff/hardship-requests",
    warnings: "/v1/staff/warnings",
    legalCases: "/v1/staff/legal-cases",
    agencies: "/v1/staff/agencies",
    sales: "/v1/staff/sales",
    agencyCases: "/v1/agency/cases",
  },
  payments: {
    payments: "/v1/staff/payments",
    files: "/v1/staff/payment-files",
    reconciliation: "/v1/staff/reconciliation",
    discrepancies: "/v1/staff/discrepancies",
    receipts: "/v1/staff/receipts",
    limits: "/v1/staff/payment-limits",
  },
  books: {
    ledger: "/v1/staff/ledger/balances",
    books: "/v1/staff/books",
    provisions: "/v1/staff/portfolio/ageing",
    portfolio: "/v1/staff/portfolio/at-risk",
    capital: "/v1/staff/capital",
    returns: "/v1/staff/returns",
    bureauFiles: "/v1/staff/bureau-files",
  },
  governance: {
    alarms: "/v1/staff/alarms",
    amlCases: "/v1/staff/aml-cases",
    compliance: "/v1/staff/compliance-rules",
    dataMap: "/v1/staff/data-map",
    rights: "/v1/staff/rights-requests",
    audit: "/v1/staff/audit-notes",
  },
  settings: { roles: "/v1/staff/permissions", settings: "/v1/staff/me" },
} as const satisfies Record<string, Record<string, At<"get">>>;

export type Part = keyof typeof SECTIONS;
export type Section = { [P in Part]: keyof (typeof SECTIONS)[P] }[Part];

/** The address of a section: `watchLists` is `/watch-lists`. */
export function address(section: Section): string {
  return `/${section.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function sectionsOf(me: Me): [Part, Section[]][] {
  const parts = Object.entries(SECTIONS) as [Part, Record<string, string>][];
  return parts
    .map(([part, all]): [Part, Section[]] => [
      part,
      Object.keys(all).filter((one) => may(me, "GET", all[one] ?? "")) as Section[],
    ])
    .filter(([, all]) => all.length > 0);
}

export function mayOpen(me: Me, path: string): boolean {
  const first = `/${path.split("/")[1] ?? ""}`;
  const all = Object.values(SECTIONS).flatMap((part) => Object.entries(part)) as [Section, string][];
  const found = all.find(([section]) => address(section) === first);
  return !found || may(me, "GET", found[1]);
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
