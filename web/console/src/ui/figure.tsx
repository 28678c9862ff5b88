import type { ReactNode } from "react";

/** One number that matters, and what it is of. */
export function Figure({ name, number, note }: { name: ReactNode; number: ReactNode; note?: ReactNode }) {
  return (
    <div className="figure">
      <div className="name">{name}</div>
      <div className="number">{number}</div>
      {note && <div className="note">{note}</div>}
    </div>
  );
}

/** A share of the widest as a bar, with its name and number. */
export function Bar({
  name,
  share,
  number,
  against,
}: {
  name: ReactNode;
  share: number;
  number: ReactNode;
  against?: boolean;
}) {
  return (
    <div className="bar">
      <span>{name}</span>
      <span className="track">
        <span
          className={against ? "fill against" : "fill"}
          style={{ display: "block", width: `${Math.max(0, Math.min(1, share)) * 100}%` }}
        />
      </span>
      <span className="sum">{number}</span>
    </div>
  );
}
