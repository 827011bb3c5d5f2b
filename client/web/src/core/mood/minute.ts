// The level of the last minute, for a mark beside the level of now.

const MINUTE_MS = 60_000;
/** These seconds are now: they are no part of what was. */
const NOW_MS = 5000;
/** So much of a minute must have been heard, … */
const LEAST_MS = 15_000;
/** … one value a second. */
const EVERY_MS = 1000;

export class Minute {
  #heard: { readonly atMs: number; readonly share: number }[] = [];

  /** The mean of what was shown in the minute before these seconds, 0..1; null while too little of it was heard. */
  get level(): number | null {
    const nowMs = this.#heard.at(-1)?.atMs ?? 0;
    const before = this.#heard.filter(({ atMs }) => atMs <= nowMs - NOW_MS);
    if (before.length * EVERY_MS < LEAST_MS) return null;
    return before.reduce((total, { share }) => total + share, 0) / before.length;
  }

  /** The paced share that is shown at `nowMs` (any monotonic clock). A gap in what was heard is simply a gap. */
  hear(share: number, nowMs: number): void {
    const last = this.#heard.at(-1);
    if (last && nowMs - last.atMs < EVERY_MS) return;
    this.#heard.push({ atMs: nowMs, share });
    this.#heard = this.#heard.filter(({ atMs }) => nowMs - atMs <= MINUTE_MS);
  }
}
