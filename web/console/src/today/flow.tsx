/** The last days as two rows of columns; light enough to be there at once. */
import type { Answer } from "../base/api";
import { drawn, money } from "../base/shown";
import { useWords } from "../words";

type Found = Answer<"get", "/v1/staff/today">;
interface Pair {
  day: string;
  one: number;
  other: number;
  said: string;
}

export function Flow({ of }: { of: Found }) {
  const words = useWords();
  return (
    <div className="cards wide">
      <Columns
        title={words.today.moneyByDay}
        names={[words.today.out, words.today.in]}
        days={of.flow.map((one) => ({
          day: one.day,
          one: drawn(one.money_out),
          other: drawn(one.money_in),
          said: `${words.today.out} ${money(one.money_out)}, ${words.today.in} ${money(one.money_in)}`,
        }))}
      />
      <Columns
        title={words.today.peopleByDay}
        names={[words.today.steps.decided, words.today.steps.paid_out]}
        days={of.flow.map((one) => ({
          day: one.day,
          one: one.decided,
          other: one.paid_out,
          said: `${words.today.steps.decided} ${one.decided}, ${words.today.steps.paid_out} ${one.paid_out}`,
        }))}
      />
    </div>
  );
}

function Columns({ title, names, days }: { title: string; names: [string, string]; days: Pair[] }) {
  const most = Math.max(1, ...days.flatMap((day) => [day.one, day.other]));
  return (
    <section className="panel">
      <h2>
        {title}
        <small className="quiet">
          <span className="key">{names[0]}</span>
          <span className="key other">{names[1]}</span>
        </small>
      </h2>
      <div className="columns" role="img" aria-label={days.map((day) => `${day.day}: ${day.said}`).join("; ")}>
        {days.map((day) => (
          <div key={day.day} title={`${day.day}: ${day.said}`}>
            <span style={{ height: `${(100 * day.one) / most}%` }} />
            <span className="other" style={{ height: `${(100 * day.other) / most}%` }} />
          </div>
        ))}
      </div>
      <div className="columns-names" aria-hidden="true">
        <span>{days[0]?.day.slice(5)}</span>
        <span>{days.at(-1)?.day.slice(5)}</span>
      </div>
    </section>
  );
}
