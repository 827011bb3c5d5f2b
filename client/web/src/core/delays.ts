// How long an event was under way, as far as a reader can tell whose clock is another: beyond the quickest so far.
// What waited in a socket, in a proxy or for a page that slept is older than it says.

/** Two clocks may run apart by so much: the quickest counts for less as time goes by. */
const DRIFT = 1e-4;

export class Delays {
  #quickestMs = Infinity;
  #atMs = 0;

  /** Milliseconds beyond the quickest, of an event whose id says when it was written; 0 if it does not say. */
  over(id: string, nowMs: number): number {
    const writtenMs = id === "" ? NaN : Number(id);
    if (!Number.isFinite(writtenMs)) return 0;
    const tookMs = nowMs - writtenMs;
    this.#quickestMs = Math.min(tookMs, this.#quickestMs + (nowMs - this.#atMs) * DRIFT);
    this.#atMs = nowMs;
    return tookMs - this.#quickestMs;
  }
}
