import { typed } from "./parts";
import type { SlideProps } from "./slide";

/** A slider over whole steps. */
export function Slide({ label, value, most, said, onSlide }: SlideProps) {
  return (
    <input
      type="range"
      className="slide"
      aria-label={label}
      aria-valuetext={said}
      min={0}
      max={most}
      step={1}
      value={value}
      onInput={(event) => onSlide(Number(typed(event)))}
      onChange={() => undefined}
    />
  );
}
