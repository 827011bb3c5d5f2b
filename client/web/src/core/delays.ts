// How long an event was under way, as far as a reader can tell whose clock is another: beyond the quickest lately.
// What waited in a socket, in a proxy or for a page that slept is older than it says.

/** The quickest is looked for in the last one to two of these: a way that became longer, or a server's clock that stood
 * still for a while, is the new measure after a minute. */
const WINDOW_MS = 30_000;

export class Delays {
  #quickestMs = Infinity;
  #quickestBeforeMs = Infinity;
  #sinceMs = 0;

  /** Milliseconds beyond the quickest, of an event whose id says when it was written; 0 if it does not say. */
  over(id: string, nowMs: number): number {
    const writtenMs = id === "" ? NaN : Number(id);
    if (!Number.isFinite(writtenMs)) return 0;
    const tookMs = nowMs - writtenMs;
    if (nowMs - this.#sinceMs > WINDOW_MS) {
      this.#quickestBeforeMs = nowMs - this.#sinceMs > 2 * WINDOW_MS ? Infinity : this.#quickestMs;
      this.#quickestMs = Infinity;
      this.#sinceMs = nowMs;
    }
    this.#quickestMs = Math.min(tookMs, this.#quickestMs);
    return tookMs - Math.min(this.#quickestMs, this.#quickestBeforeMs);
  }
}
