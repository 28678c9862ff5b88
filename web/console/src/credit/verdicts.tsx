import { useLanguage } from "../base/language";
import { useWords } from "../words";

/** Every rule's verdict: what held, and what did not. */
export function Verdicts({ of }: { of: Record<string, unknown>[] }) {
  const language = useLanguage();
  const words = useWords();
  return (
    <ul className="rules">
      {of.map((one) => (
        <li key={String(one.rule)}>
          <span className={one.passed ? "held" : "failed"} aria-hidden="true">
            {one.passed ? "✓" : "✗"}
          </span>
          <span className={one.passed ? "" : "failed"}>
            {String(one[language])}
            <span className="unseen">{one.passed ? words.decision.held : words.decision.failed}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
