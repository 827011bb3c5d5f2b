// The seven of one person: what stands out, and the light they make.

import type { PastScore } from "../../core/call/session";
import type { AirShape } from "../../core/mood/air";
import { AROUSAL, LABELS, type Label, VALENCE } from "../../core/mood/generated";
import { SHOWN_ORDER } from "../../core/mood/labels";

export const HAPPY: Label = "happy";

/** Where valence and arousal of one face are as far as they go; see docs/mix.md for the room's. */
const FULL_VALENCE = 0.65;
const AROUSAL_LEAST = -0.27;
const AROUSAL_RANGE = 0.94;
const SMALLEST = 0.38;

export function weightOf(weights: readonly number[], label: Label): number {
  return weights[LABELS.indexOf(label)] ?? 0;
}

/** Of two alike, the one that is shown first. */
export function strongest(weights: readonly number[]): Label {
  return SHOWN_ORDER.reduce<Label>(
    (most, label) => (weightOf(weights, label) > weightOf(weights, most) ? label : most),
    HAPPY,
  );
}

/** One person's Air: size is arousal, colour valence, and the edge how clear the expression is. */
export function airOf(weights: readonly number[] | null): AirShape {
  const still = { size: 0.62, tone: 0, edge: 0, light: 0, rings: 0, seeds: 1 };
  if (weights === null) return { ...still, standing: "stale" };
  const along = (axis: readonly number[]) =>
    weights.reduce((sum, weight, index) => sum + weight * (axis[index] ?? 0), 0);
  const energy = Math.min(1, Math.max(0, (along(AROUSAL) - AROUSAL_LEAST) / AROUSAL_RANGE));
  return {
    ...still,
    standing: "live",
    size: SMALLEST + (1 - SMALLEST) * energy,
    tone: Math.min(1, Math.max(-1, along(VALENCE) / FULL_VALENCE)),
    edge: Math.max(...weights),
    light: 1,
  };
}

export interface Span {
  readonly low: number;
  readonly high: number;
  readonly now: number | null;
}

/** The least and the most of one label in the past, and where it stands; null if nothing came. */
export function spanOf(past: readonly PastScore[], label: Label): Span | null {
  const values = past.flatMap(({ weights }) => (weights ? [weightOf(weights, label)] : []));
  if (values.length === 0) return null;
  const last = past.at(-1)?.weights;
  return { low: Math.min(...values), high: Math.max(...values), now: last ? weightOf(last, label) : null };
}

/** Pieces of a curve in a box of 1 by 1, the newest at the right; a gap where nothing came. One piece is one path. */
export function curveOf(past: readonly PastScore[], label: Label, nowMs: number, spanMs: number): string[] {
  const pieces: string[][] = [[]];
  for (const { atMs, weights } of past) {
    if (weights === null || nowMs - atMs > spanMs) pieces.push([]);
    else
      pieces.at(-1)?.push(`${(1 - (nowMs - atMs) / spanMs).toFixed(4)} ${(1 - weightOf(weights, label)).toFixed(3)}`);
  }
  return pieces.filter((piece) => piece.length > 1).map((piece) => `M${piece.join("L")}`);
}
