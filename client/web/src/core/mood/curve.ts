// What a chart of the evening is made of, in its own pixels: curves, times, the places of words. No drawing.

import type { Mark, Row } from "./history";

/** A stretch of time, UTC milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A value in each of many equal parts of a span; null where there was none. */
export type Column = number | null;

/** Rows come once a second; a gap of less is a lost one, not a silence. */
const GAP_MS = 4000;
const MINUTE_MS = 60_000;
/** Steps between two times on the axis that people count in. */
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS);

/** The mean of a number of the rows in each of `count` parts. Holes shorter than GAP_MS are bridged. */
export function columns(rows: readonly Row[], which: "smiling" | "energy", span: Span, count: number): Column[] {
  const partMs = (span.toMs - span.fromMs) / count;
  const sums = new Float64Array(count);
  const counts = new Uint32Array(count);
  for (const row of rows) {
    const value = row[which];
    const part = Math.floor((row.atMs - span.fromMs) / partMs);
    if (value === null || part < 0 || part >= count) continue;
    sums[part]! += value;
    counts[part]! += 1;
  }
  const means = Array.from(sums, (sum, part): Column => (counts[part] === 0 ? null : sum / counts[part]!));
  return bridged(means, Math.ceil(GAP_MS / partMs));
}

/** Holes of at most `most` columns become a straight line between their edges. */
function bridged(means: readonly Column[], most: number): Column[] {
  const whole = [...means];
  let last = -1;
  for (const [i, value] of means.entries()) {
    if (value === null) continue;
    const before = last < 0 ? null : whole[last]!;
    if (before !== null && i - last - 1 <= most)
      for (let j = last + 1; j < i; j++) whole[j] = before + ((value - before) * (j - last)) / (i - last);
    last = i;
  }
  return whole;
}

/** Runs of columns that have a value, as [first column, its values]. */
export function runs(all: readonly Column[]): [number, number[]][] {
  const found: [number, number[]][] = [];
  for (const [i, value] of all.entries()) {
    if (value === null) continue;
    const newest = found.at(-1);
    if (newest && newest[0] + newest[1].length === i) newest[1].push(value);
    else found.push([i, [value]]);
  }
  return found;
}

/** Round local times within a span, at most `most` of them. `offsetMs`: local time less UTC. */
export function times(span: Span, most: number, offsetMs: number): number[] {
  const lengthMs = span.toMs - span.fromMs;
  const stepMs = STEPS_MS.find((step) => lengthMs / step <= most) ?? STEPS_MS.at(-1)!;
  const first = Math.ceil((span.fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  return Array.from(
    { length: Math.max(0, Math.floor((span.toMs - first) / stepMs) + 1) },
    (_, i) => first + i * stepMs,
  );
}

/** A mark with the place of its line, and where its word goes: a lane from the top, to the left or right of the line. */
export interface Placed {
  readonly mark: Mark;
  readonly x: number;
  /** null: there is no room for its word. */
  readonly lane: number | null;
  readonly isLeft: boolean;
  readonly word: string;
}

const WORD_CHARS = 16;
const PAD_PX = 6;

/** Places words so that none covers another. `charPx`: the width of a Latin letter; Japanese ones take two. */
export function place(marks: readonly Mark[], span: Span, widthPx: number, lanes: number, charPx: number): Placed[] {
  const taken: number[] = Array.from({ length: lanes }, () => Number.NEGATIVE_INFINITY);
  const shown = marks.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs);
  return shown.map((mark) => {
    const x = ((mark.atMs - span.fromMs) / (span.toMs - span.fromMs)) * widthPx;
    const word = shortened(mark.text);
    const wide = widthOf(word) * charPx + 2 * PAD_PX;
    const isLeft = x + wide > widthPx;
    const from = isLeft ? x - wide : x;
    const lane = word === "" || from < 0 ? -1 : taken.findIndex((until) => until <= from);
    if (lane >= 0) taken[lane] = from + wide;
    return { mark, x, word, isLeft, lane: lane < 0 ? null : lane };
  });
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length > WORD_CHARS ? `${letters.slice(0, WORD_CHARS - 1).join("")}…` : text;
}

/** In Latin letters. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e7f ? 2 : 1), 0);
}

/** The newest, the lowest and the highest of a number that the rows of a span have; null if none has it. */
export function extremes(rows: readonly Row[], span: Span): { newest: Row; low: Row; high: Row } | null {
  const known = rows.filter(({ atMs, smiling }) => smiling !== null && atMs >= span.fromMs && atMs <= span.toMs);
  const newest = known.at(-1);
  if (newest === undefined) return null;
  const by = (row: Row) => row.smiling ?? 0;
  return {
    newest,
    low: known.reduce((least, row) => (by(row) < by(least) ? row : least)),
    high: known.reduce((most, row) => (by(row) > by(most) ? row : most)),
  };
}

/** The rows nearest to `count` equally spaced times, for a table. */
export function samples(rows: readonly Row[], span: Span, count: number): Row[] {
  const known = rows.filter(({ atMs, smiling }) => smiling !== null && atMs >= span.fromMs && atMs <= span.toMs);
  const step = Math.max(1, Math.ceil(known.length / count));
  return known.filter((_, i) => (known.length - 1 - i) % step === 0);
}
