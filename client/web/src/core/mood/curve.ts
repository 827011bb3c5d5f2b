// What a chart of the evening is made of, in its own pixels: curves and times. No drawing.

import type { Row } from "./history";

/** A stretch of time, UTC milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a number was in one of many equal parts of a span: the mean of its rows, the most and the least of them. */
export interface Reach {
  /** Of the most; the earliest, if there were some. */
  readonly atMs: number;
  readonly mean: number;
  readonly most: number;
  readonly least: number;
}

/** null where there was none. */
export type Column = Reach | null;

/** Rows come once a second; a gap of less is a lost one, not a silence. */
export const GAP_MS = 4000;
const MINUTE_MS = 60_000;
/** Steps between two times on the axis that people count in. */
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS);

/**
 * A number of the rows in each of `count` parts. Means alone would hide a laugh of two seconds in a part of thirty.
 * Holes shorter than GAP_MS are bridged.
 */
export function columns(rows: readonly Row[], which: "smiling" | "energy", span: Span, count: number): Column[] {
  const sums = Array.from({ length: count }, (): Sum | null => null);
  for (const { atMs, [which]: value } of rows) {
    const part = partAt(atMs, span, count);
    if (value === null || part === null) continue;
    sums[part] ??= { atMs, most: value, least: value, total: 0, rows: 0 };
    add(sums[part], atMs, value);
  }
  const found = sums.map(
    (sum): Column => sum && { atMs: sum.atMs, mean: sum.total / sum.rows, most: sum.most, least: sum.least },
  );
  return bridged(found, Math.floor((GAP_MS * count) / (span.toMs - span.fromMs)));
}

/** Of the rows of one part so far. */
type Sum = { -readonly [key in keyof Omit<Reach, "mean">]: number } & { total: number; rows: number };

function add(sum: Sum, atMs: number, value: number): void {
  sum.total += value;
  sum.rows += 1;
  sum.least = Math.min(sum.least, value);
  if (value <= sum.most) return;
  sum.most = value;
  sum.atMs = atMs;
}

/** Which of `count` equal parts of a span a time is in; its last instant is in the last. null: in none. */
export function partAt(atMs: number, { fromMs, toMs }: Span, count: number): number | null {
  if (atMs < fromMs || atMs > toMs) return null;
  return Math.min(count - 1, Math.floor(((atMs - fromMs) * count) / (toMs - fromMs)));
}

/** The middle of one of `count` equal parts of a span. */
export function middleOf(part: number, { fromMs, toMs }: Span, count: number): number {
  return fromMs + ((part + 0.5) * (toMs - fromMs)) / count;
}

/** Holes of at most `most` columns become a straight line between their edges. */
function bridged(found: readonly Column[], most: number): Column[] {
  const whole = [...found];
  let last = -1;
  for (const [i, column] of found.entries()) {
    if (column === null) continue;
    const before = last < 0 ? null : whole[last]!;
    if (before !== null && i - last - 1 <= most)
      for (let j = last + 1; j < i; j++) whole[j] = between(before, column, (j - last) / (i - last));
    last = i;
  }
  return whole;
}

function between(one: Reach, other: Reach, part: number): Reach {
  const at = (which: keyof Reach) => one[which] + (other[which] - one[which]) * part;
  return { atMs: at("atMs"), mean: at("mean"), most: at("most"), least: at("least") };
}

/** Runs of columns that have a value, as [first column, its values]. */
export function runs(all: readonly Column[]): [number, Reach[]][] {
  const found: [number, Reach[]][] = [];
  for (const [i, value] of all.entries()) {
    if (value === null) continue;
    const newest = found.at(-1);
    if (newest && newest[0] + newest[1].length === i) newest[1].push(value);
    else found.push([i, [value]]);
  }
  return found;
}

/** The column that a finger at column `part` means: the one that stands highest of those up to `reach` beside it. */
export function meant(all: readonly Column[], part: number, reach: number): number {
  let best = part;
  const mostAt = (i: number) => all[i]?.most ?? Number.NEGATIVE_INFINITY;
  for (let i = Math.max(0, part - reach); i <= Math.min(all.length - 1, part + reach); i++) {
    const isNearer = Math.abs(i - part) < Math.abs(best - part);
    if (mostAt(i) > mostAt(best) || (mostAt(i) === mostAt(best) && isNearer)) best = i;
  }
  return best;
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
