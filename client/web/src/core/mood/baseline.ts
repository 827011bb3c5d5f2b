// Where other people count than in the mix before (another draw), what is shown takes a step that is no mood: some .4 of a
// person's part (docs/mix.md), more only when many came or went at once. In a small room a few of them could pass for a
// trend. So whoever compares mixes over time (trends, softened values, detectors) moves what it remembers by the step.
// Pure. Only for seconds: each step also holds what the room did between those two mixes, so sums of many wander off; over
// an evening the numbers as published are the better ones.

import { TICK_MS } from "../generated";
import type { Mix, MixBody } from "./mix";
import type { Softened } from "./smooth";
import type { Point } from "./trend";

/** What is needed of a live mix. `atMs`: when it came, by any monotonic clock. */
export interface Drawn extends Pick<Mix, "term" | "seq" | "draw" | "atLeast"> {
  readonly body: MixBody;
  readonly atMs: number;
}

/** Mixes that came no further apart have next to nothing of the room between them, even if one was lost. */
const NEAR_MS = 2 * TICK_MS;

/** From so many people on a step is less than a hundredth, and someone goes so often that moving would hide the room. */
const MANY = 50;

/** How far a number of the mix stepped from `before` to `after` by another draw, in its own unit; 0 for the same draw. */
export function step(before: Drawn | null, after: Drawn, which: (body: MixBody) => number): number {
  if (before === null || before.draw === after.draw || (after.atLeast ?? 0) >= MANY) return 0;
  return areNeighbours(before, after) ? which(after.body) - which(before.body) : 0;
}

/** With more lost in between, the room itself may have changed: that is not taken for a step. */
function areNeighbours(before: Drawn, after: Drawn): boolean {
  const isNext = after.term === before.term && after.seq - before.seq === 1;
  return isNext || after.atMs - before.atMs <= NEAR_MS;
}

/** `points` as they would stand if the newest draw had always held. They may leave the number's range. */
export function moved(points: readonly Point[], by: number): readonly Point[] {
  return by === 0 ? points : points.map(({ atMs, value }) => ({ atMs, value: value + by }));
}

/** A softened share (0..1) takes the step at once, instead of gliding there as if the room did; it stays a share. */
export function movedShare(softened: Softened | null, by: number): Softened | null {
  return softened && { ...softened, value: Math.min(1, Math.max(0, softened.value + by)) };
}
