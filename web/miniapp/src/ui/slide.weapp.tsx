import { Slider } from "@tarojs/components";
import type { SlideProps } from "./slide";

/** A slider over whole steps. */
export function Slide({ label, value, most, onSlide }: SlideProps) {
  return (
    <Slider
      ariaLabel={label}
      activeColor="#0b6650"
      min={0}
      max={most}
      step={1}
      value={value}
      onChanging={(event) => onSlide(event.detail.value)}
      onChange={(event) => onSlide(event.detail.value)}
    />
  );
}
