// When to join again: full jitter, so that a thousand clients of a lost gateway do not come back at once.

import { RETRY_FIRST_MS, RETRY_MAX_MS, RETRY_MIN_MS } from "./generated";

/** The ceiling has long been reached by then; keeps the power finite. */
const DOUBLINGS_MAX = 10;

export class Retry {
  readonly #dice: () => number;
  #attempts = 0;

  /** `dice` gives numbers in 0..1, as Math.random does. */
  constructor(dice: () => number) {
    this.#dice = dice;
  }

  succeeded(): void {
    this.#attempts = 0;
  }

  /** Milliseconds to wait now. `atLeastMs` is what the server asked for; the jitter comes on top of it. */
  nextMs(atLeastMs = 0): number {
    const [low, high] = this.#attempts === 0 ? [0, RETRY_FIRST_MS] : [RETRY_MIN_MS, this.#ceilingMs()];
    this.#attempts += 1;
    return atLeastMs + low + this.#dice() * (high - low);
  }

  #ceilingMs(): number {
    return Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(this.#attempts, DOUBLINGS_MAX));
  }
}
