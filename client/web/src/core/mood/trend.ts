// Where a number of the room is heading: a straight line through its last ten seconds.

export type Trend = "rising" | "falling" | "steady";

export interface Point {
  /** Any monotonic clock. */
  readonly atMs: number;
  readonly value: number;
}

export const TREND_WINDOW_MS = 10_000;

/** With less history than this there is no trend to speak of. */
export const TREND_LEAST_MS = 3_000;

/** A change over the window that is worth a word; the room's own error is about 0.05 for 20 people. */
const NOTABLE = 0.08;

/** A trend once said is kept until the change is smaller than this, so that the word does not flicker. */
const KEEP = 0.04;

/** Least-squares change over the whole window, in units of the value; null when there is too little history. */
export function change(points: readonly Point[], nowMs: number, windowMs = TREND_WINDOW_MS): number | null {
  const recent = points.filter((point) => point.atMs > nowMs - windowMs && point.atMs <= nowMs);
  const first = recent[0];
  const last = recent.at(-1);
  if (!first || !last || last.atMs - first.atMs < TREND_LEAST_MS) return null;
  const middle = mean(recent.map((point) => point.atMs));
  const level = mean(recent.map((point) => point.value));
  let together = 0;
  let spread = 0;
  for (const { atMs, value } of recent) {
    together += (atMs - middle) * (value - level);
    spread += (atMs - middle) ** 2;
  }
  return (together / spread) * windowMs;
}

/** The trend in words' terms; `before` is what was said last. */
export function trend(points: readonly Point[], nowMs: number, before: Trend | null = null): Trend | null {
  const moved = change(points, nowMs);
  if (moved === null) return null;
  if (moved >= (before === "rising" ? KEEP : NOTABLE)) return "rising";
  if (moved <= -(before === "falling" ? KEEP : NOTABLE)) return "falling";
  return "steady";
}

/** `points` with one more, without those older than `keepMs`. */
export function extend(points: readonly Point[], point: Point, keepMs = TREND_WINDOW_MS): Point[] {
  return [...points.filter((old) => old.atMs > point.atMs - keepMs), point];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
