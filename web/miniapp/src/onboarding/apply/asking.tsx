import { useState } from "react";
import { shown, typedAmount } from "../../base/money";
import { peopleFirst } from "../../lending/said";
import { Choices, Field, Notice, Tick } from "../../ui/parts";
import { useLanguage, useWords } from "../../words";
import { type Form, outOfRange, type Product, productOf } from "./form";

const OF_PEOPLE = ["shopping", "travel", "education", "medical", "renovation", "rent"] as const;
const OF_BUSINESSES = ["working_capital", "stock", "equipment", "rent"] as const;

/** How much, for how long, for what, and from which income. */
export function Asking({ form, set, sold }: { form: Form; set: (patch: Partial<Form>) => void; sold: Product[] }) {
  const w = useWords();
  const language = useLanguage();
  const product = productOf(form, sold);
  const business = product?.audience === "business";
  const [amount, setAmount] = useState(plain(form.amount));
  const [income, setIncome] = useState(plain(form.monthly_income));
  const [revenue, setRevenue] = useState(plain(form.business?.yearly_revenue));
  const money = (text: string) => {
    const found = typedAmount(text);
    return found ? { amount: found, currency: "CNY" } : null;
  };
  const range = product
    ? w.apply.range(shown(product.least, { short: true }), shown(product.most, { short: true }))
    : "";
  const names = peopleFirst(sold).map((one) => [one.code, language === "zh" ? one.name_zh : one.name_en] as const);
  const purposes = (business ? OF_BUSINESSES : OF_PEOPLE).map((one) => [one, w.purposes[one]] as const);
  return (
    <>
      <Choices
        label={w.apply.product}
        of={names}
        value={form.product ?? undefined}
        onChoose={(code) => set(chosen(code, form, sold))}
      />
      {product && <p className="hint field">{w.apply.productText[product.form as keyof typeof w.apply.productText]}</p>}
      <Field
        label={w.apply.amount}
        value={amount}
        keyboard="digit"
        most={12}
        hint={range}
        wrong={(amount && !typedAmount(amount)) || outOfRange(form, product) ? range : undefined}
        onType={(text) => {
          setAmount(text);
          set({ amount: money(text) });
        }}
      />
      {product && (
        <Choices
          label={w.apply.months}
          of={product.months.map((one) => [one, w.months(one)] as const)}
          value={form.months ?? undefined}
          onChoose={(months) => set({ months })}
        />
      )}
      <Choices
        label={w.apply.purpose}
        of={purposes}
        value={form.purpose as (typeof OF_PEOPLE)[number] | undefined}
        onChoose={(purpose) => set({ purpose })}
      />
      <p className="hint field">{w.apply.forbidden}</p>
      <Field
        label={w.apply.income}
        value={income}
        keyboard="digit"
        most={12}
        hint={w.apply.incomeHint}
        onType={(text) => {
          setIncome(text);
          set({ monthly_income: money(text) });
        }}
      />
      {business && (
        <Field
          label={w.apply.revenue}
          value={revenue}
          keyboard="digit"
          most={13}
          onType={(text) => {
            setRevenue(text);
            set({ business: { ...form.business, yearly_revenue: money(text) } });
          }}
        />
      )}
      {!business && (
        <Tick on={form.is_student ?? false} onChange={(is_student) => set({ is_student })}>
          {w.apply.student}
        </Tick>
      )}
      {form.is_student && !business && <Notice tone="warn">{w.apply.studentText}</Notice>}
    </>
  );
}

function plain(amount: { amount: string } | null | undefined): string {
  return amount?.amount.replace(/\.00$/, "") ?? "";
}

/** Another product has other terms and purposes; a business is asked about only where it borrows. */
function chosen(code: string, form: Form, sold: Product[]): Partial<Form> {
  const forBusiness = sold.find((one) => one.code === code)?.audience === "business";
  return { product: code, months: null, purpose: null, business: forBusiness ? form.business : null };
}
