// Where a show is: since when it goes on, as far as a page knows. Someone pressed "start", or the room's mood was first
// shown then. Times are of the world (UTC), so that they outlast a reload.

export interface Begun {
  readonly atMs: number;
  readonly isPressed: boolean;
}

/** What is older was another evening's. */
const SAME_SHOW_MS = 12 * 3600 * 1000;

/** The earliest of what is known; a press overrules it. */
export function begunAt(pressedMs: number | null, seenMs: readonly (number | null)[], nowMs: number): Begun | null {
  const isOfNow = (atMs: number | null): atMs is number =>
    atMs !== null && atMs <= nowMs && nowMs - atMs < SAME_SHOW_MS;
  if (isOfNow(pressedMs)) return { atMs: pressedMs, isPressed: true };
  const seen = seenMs.filter(isOfNow);
  return seen.length > 0 ? { atMs: Math.min(...seen), isPressed: false } : null;
}

/** Whole minutes that the show goes on. */
export function minutesSince({ atMs }: Begun, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - atMs) / 60_000));
}
