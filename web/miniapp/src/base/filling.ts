/** How a form is filled in, counted on the phone: how many characters and how long, never which. */
import Taro from "@tarojs/taro";
import { signs } from "./signs";

/** So many characters at once come from a clipboard, not from a finger. */
const PASTED = 4;
const MOST = 1_000_000;

interface Counts {
  typed: number;
  taken_back: number;
  pastes: number;
  leaves: number;
  refusals: number;
  seconds: number;
  reading_seconds: number;
}

const NONE: Counts = { typed: 0, taken_back: 0, pastes: 0, leaves: 0, refusals: 0, seconds: 0, reading_seconds: 0 };
let counts = { ...NONE };
let since = 0;
let isReading = false;

/** A field went from one text to another. */
export function countTyping(before: string, after: string): void {
  const more = after.length - before.length;
  if (more >= PASTED) counts.pastes += 1;
  else if (more > 0) counts.typed += more;
  else counts.taken_back -= more;
}

/** The form was sent back. */
export function countRefusal(): void {
  counts.refusals += 1;
}

/** Begin to count, until what is returned is called. */
export function beginFilling(): () => void {
  counts = { ...NONE };
  since = Date.now();
  const leave = () => {
    pass();
    since = 0;
    counts.leaves += 1;
  };
  const come = () => {
    since = Date.now();
  };
  Taro.onAppHide(leave);
  Taro.onAppShow(come);
  return () => {
    Taro.offAppHide(leave);
    Taro.offAppShow(come);
  };
}

/** Whether what is before one's eyes now are the words of consents. */
export function reads(now: boolean): void {
  pass();
  isReading = now;
}

/** What was counted; `corrections` are fields that were read from papers and changed by hand. */
export function filledIn(corrections: number) {
  pass();
  const whole = { ...counts, seconds: Math.round(counts.seconds), reading_seconds: Math.round(counts.reading_seconds) };
  const most = Object.fromEntries(Object.entries(whole).map(([name, one]) => [name, Math.min(MOST, one)]));
  return { ...(most as unknown as Counts), corrections, signs: signs() };
}

function pass(): void {
  const now = Date.now();
  const passed = since ? (now - since) / 1000 : 0;
  counts.seconds += passed;
  if (isReading) counts.reading_seconds += passed;
  since = now;
}
