import type { Answer } from "../base/api";
import { shown } from "../base/money";
import { Tag, type Tone } from "../ui/parts";
import { useWords } from "../words";

type Loan = Answer<"get", "/v1/loans/{loan_id}">;

const TONES: Record<string, Tone> = {
  current: "good",
  overdue: "bad",
  charged_off: "bad",
  sold: "bad",
  closed: "plain",
  awaiting_pay_out: "warn",
};

/** How a loan stands, in a word. */
export function LoanTag({ loan }: { loan: Pick<Loan, "status"> }) {
  const w = useWords();
  return (
    <Tag tone={TONES[loan.status] ?? "plain"}>
      {w.loanStatus[loan.status as keyof typeof w.loanStatus] ?? loan.status}
    </Tag>
  );
}

/** When how much is due. */
export function Schedule({
  of,
}: {
  of: { number: number; due_on: string; total: string; principal: string; interest: string; status?: string }[];
}) {
  const w = useWords();
  return (
    <ul className="list">
      {of.map((row) => (
        <li className="item" key={row.number}>
          <div>
            <div>{w.instalment(row.number)}</div>
            <div className="quiet">{row.due_on}</div>
          </div>
          <div className="item-end">
            <div>¥{shown(row.total)}</div>
            <div className="quiet">
              {row.status && row.status !== "upcoming"
                ? (w.instalmentStatus[row.status as keyof typeof w.instalmentStatus] ?? row.status)
                : w.principalAndInterest(shown(row.principal), shown(row.interest))}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Products for people before those for businesses; otherwise as the server lists them. */
export function peopleFirst<T extends { audience: string }>(sold: T[]): T[] {
  return [...sold.filter((one) => one.audience === "person"), ...sold.filter((one) => one.audience !== "person")];
}
