// A line of text that comes and goes must not flicker: what is said changes at most once in a while.

export class Steady {
  readonly #leastMs: number;
  #said = false;
  #changedMs = Number.NEGATIVE_INFINITY;

  /** `leastMs`: how long a change holds, whatever comes. */
  constructor(leastMs: number) {
    this.#leastMs = leastMs;
  }

  /** Whether to say it at `nowMs` (any monotonic clock), if `holds` is what is so now. */
  next(holds: boolean, nowMs: number): boolean {
    if (holds !== this.#said && nowMs - this.#changedMs >= this.#leastMs) {
      this.#said = holds;
      this.#changedMs = nowMs;
    }
    return this.#said;
  }
}
