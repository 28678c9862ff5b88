import { Slider } from "antd";
import { useEffect, useState } from "react";
import { useMe } from "../base/me";

/** A day between the pay-out and today, by slider; asked for when the slider rests. */
export function Days({
  title,
  from,
  at,
  move,
}: {
  title: string;
  from: string;
  at: string;
  move: (day: string) => void;
}) {
  const me = useMe();
  const last = number(me.business_day) - number(from);
  const [held, setHeld] = useState<number>();
  const place = held ?? Math.min(last, number(at) - number(from));
  useEffect(() => {
    if (held === undefined) return;
    const rest = setTimeout(() => {
      move(day(number(from) + held));
      setHeld(undefined);
    }, 250);
    return () => clearTimeout(rest);
  });
  return (
    <div>
      {title} <b className="sum">{day(number(from) + place)}</b>
      <Slider
        min={0}
        max={Math.max(1, last)}
        value={place}
        onChange={setHeld}
        tooltip={{ formatter: (value) => day(number(from) + (value ?? 0)) }}
        ariaLabelForHandle={title}
      />
    </div>
  );
}

function number(text: string): number {
  return Math.round(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
}

function day(of: number): string {
  return new Date(of * 86_400_000).toISOString().slice(0, 10);
}
