// Waves of smiling in a record that tells of none: its rows' peaks, by how far they stand out. Afterwards one sees both
// sides of a peak, which somebody who is in the middle of it does not.
// Prominence as scipy.signal.find_peaks has it, within a window.

import { GAP_MS, type Span } from "./curve";
import type { EveningWave } from "./evening";
import type { Row } from "./history";

/** What stands out less is no wave: the error of a room of 20 is half of that. */
const LEAST = 0.1;
/** Nor what stands out less than so many of the room's usual deviations. */
const DEVIATIONS = 3;
/** What stands out by so much is one, also where people laugh so often that it is usual. */
const ENOUGH = 0.4;
/** On each side of a peak: a room that grows warmer for minutes does not laugh for minutes. */
const WINDOW_MS = 30_000;
/** What is usual is judged by the minute, for the same reason. */
const MINUTE_MS = 60_000;

/** One row that has a value. */
interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** The peaks of smiling within a span, by time. A silence ends what is before it. */
export function peaksOf(rows: readonly Row[], span: Span): EveningWave[] {
  const known: Point[] = [];
  for (const { atMs, smiling } of rows)
    if (smiling !== null && atMs >= span.fromMs && atMs <= span.toMs) known.push({ atMs, value: smiling });
  const least = Math.min(ENOUGH, Math.max(LEAST, DEVIATIONS * usual(known)));
  const found = stretches(known).flatMap((points) => summits(points).map((i) => waveAt(points, i)));
  return found.filter(({ rise }) => rise >= least).map((wave, i) => ({ ...wave, number: i + 1 }));
}

/** The median over minutes of the median deviation within each. */
function usual(points: readonly Point[]): number {
  const minutes = new Map<number, number[]>();
  for (const { atMs, value } of points) {
    const minute = Math.floor(atMs / MINUTE_MS);
    const known = minutes.get(minute);
    if (known) known.push(value);
    else minutes.set(minute, [value]);
  }
  return median([...minutes.values()].map(deviation));
}

function deviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}

function stretches(points: readonly Point[]): Point[][] {
  const found: Point[][] = [];
  for (const [i, point] of points.entries()) {
    const before = points[i - 1];
    if (before && point.atMs - before.atMs <= GAP_MS) found.at(-1)!.push(point);
    else found.push([point]);
  }
  return found;
}

/** Points above both neighbours; of a flat top its first. */
function summits(points: readonly Point[]): number[] {
  const found: number[] = [];
  let rose = -1;
  for (let i = 1; i < points.length; i++) {
    const step = points[i]!.value - points[i - 1]!.value;
    if (step > 0) rose = i;
    if (step < 0 && rose > 0) found.push(rose);
    if (step < 0) rose = -1;
  }
  return found;
}

function waveAt(points: readonly Point[], i: number): EveningWave {
  const { atMs, value } = points[i]!;
  const rise = value - Math.max(valley(points, i, -1), valley(points, i, 1));
  const beganMs = crossing(points, i, -1, value - rise / 2);
  const lastsMs = crossing(points, i, 1, value - rise / 2) - beganMs;
  return { number: 0, kind: "smiles", isTapped: false, beganMs, lastsMs, peakMs: atMs, top: value, rise, share: value };
}

/** The lowest on one side, as far as the window or the next higher point. */
function valley(points: readonly Point[], i: number, way: 1 | -1): number {
  const top = points[i]!;
  let low = top.value;
  for (let j = i + way; ; j += way) {
    const point = points[j];
    if (!point || point.value > top.value || Math.abs(point.atMs - top.atMs) > WINDOW_MS) return low;
    low = Math.min(low, point.value);
  }
}

/** When, on one side, the curve passes that value. */
function crossing(points: readonly Point[], i: number, way: 1 | -1, value: number): number {
  for (let j = i; ; j += way) {
    const [here, next] = [points[j]!, points[j + way]];
    if (!next) return here.atMs;
    if (next.value <= value)
      return here.atMs + ((here.value - value) / (here.value - next.value)) * (next.atMs - here.atMs);
  }
}
