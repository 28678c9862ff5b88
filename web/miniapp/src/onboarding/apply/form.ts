/** What an application is made of, and what each step still lacks. */
import type { Answer, Sent } from "../../base/api";
import { isMore } from "../../base/money";

export type Form = Sent<"put", "/v1/application-draft">["form"];
export type Product = Answer<"get", "/v1/products">["data"][number];
export type Text = Answer<"get", "/v1/consent-texts">["data"][number];
export type Grant = Answer<"get", "/v1/consents">["data"][number];
export type Paper = Answer<"get", "/v1/documents">["data"][number];
export type Kind = Paper["kind"];
export interface Known {
  sold: Product[];
  texts: Text[];
  granted: Grant[];
  papers: Paper[];
}

export const STEPS = ["asking", "permitting", "papers", "checking"] as const;
export type Step = (typeof STEPS)[number];

/** The papers that speak for a form, in the order in which they are asked for. */
export function kindsFor(form: Form, known: Known): Kind[] {
  const business = productOf(form, known.sold)?.audience === "business";
  return business
    ? ["id_card_front", "id_card_back", "bank_card", "business_licence"]
    : ["id_card_front", "id_card_back", "bank_card"];
}

export function productOf(form: Form, sold: Product[]): Product | undefined {
  return sold.find((one) => one.code === form.product);
}

/** The newest paper of a kind that was read. */
export function paperOf(kind: Kind, papers: Paper[]): Paper | undefined {
  const found = papers.filter((one) => one.kind === kind && one.status !== "deleted");
  return found.sort((left, right) => right.at.localeCompare(left.at))[0];
}

/** What a paper tells; corrections count. */
export function told(field: string, papers: Paper[]): string | undefined {
  for (const paper of [...papers].sort((left, right) => right.at.localeCompare(left.at))) {
    const found = paper.status === "read" ? paper.fields.find((one) => one.name === field) : undefined;
    if (found?.value) return found.value;
  }
  return undefined;
}

/** The people who are allowed, and have allowed us, to read papers need not type. */
export function mayPhotograph(granted: Grant[]): boolean {
  return granted.some((one) => one.scope === "documents" && !one.withdrawn_at);
}

/** Whether how the form is filled in may be told. */
export function letsBehaviour(granted: Grant[]): boolean {
  return granted.some((one) => one.scope === "behaviour" && !one.withdrawn_at);
}

/** How many fields that papers tell were typed otherwise. */
export function correctionsIn(form: Form, papers: Paper[]): number {
  const fields = ["name", "id_number", "card_number"] as const;
  return fields.filter((one) => form[one] && told(one, papers) && form[one] !== told(one, papers)).length;
}

export function lackingIn(step: Step, form: Form, known: Known): string[] {
  const product = productOf(form, known.sold);
  if (step === "asking") {
    const found = (["amount", "months", "purpose", "monthly_income"] as const).filter((one) => !form[one]);
    if (product?.audience === "business" && !form.business?.yearly_revenue) return [...found, "yearly_revenue"];
    return outOfRange(form, product) ? [...found, "amount"] : found;
  }
  if (step === "permitting") {
    const said = new Set(known.granted.filter((one) => !one.withdrawn_at).map((one) => one.scope));
    return known.texts.filter((one) => one.is_needed && !said.has(one.scope)).map((one) => one.scope);
  }
  if (step === "papers") {
    const person = (["name", "id_number", "card_number"] as const).filter(
      (one) => !form[one] && !told(one, known.papers),
    );
    if (product?.audience !== "business" || form.business?.uscc || told("uscc", known.papers)) return person;
    return [...person, "uscc"];
  }
  return STEPS.slice(0, -1).flatMap((one) => lackingIn(one, form, known));
}

export function outOfRange(form: Form, product: Product | undefined): boolean {
  if (!form.amount || !product) return false;
  return isMore(form.amount.amount, product.most.amount) || isMore(product.least.amount, form.amount.amount);
}
