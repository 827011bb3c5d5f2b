// Seven weights as integers of sum 255: the same arithmetic as kuuki/mood/labels.py, so both languages send the same bytes.

import { LABELS, type Label, WHOLE } from "./generated";

/** The order in which pages show the seven: the smile first. The protocol's order is that of LABELS. */
export const SHOWN_ORDER: readonly Label[] = ["happy", "neutral", "surprise", "sad", "angry", "fear", "disgust"];

/** By largest remainder; ties go to the earlier label. Raises RangeError unless seven, finite, none negative, not all zero. */
export function toIntegers(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (weights.length !== LABELS.length || !(total > 0) || total === Infinity || Math.min(...weights) < 0) {
    throw new RangeError("weights are seven finite numbers, none negative, not all zero");
  }
  const shares = weights.map((weight) => (weight / total) * WHOLE);
  const whole = shares.map(Math.floor);
  const left = WHOLE - whole.reduce((sum, value) => sum + value, 0);
  const remainder = (i: number): number => whole[i]! - shares[i]!;
  const order = LABELS.map((_, i) => i).sort((a, b) => remainder(a) - remainder(b) || a - b);
  const rounded = new Set(order.slice(0, left));
  return whole.map((value, i) => value + (rounded.has(i) ? 1 : 0));
}
