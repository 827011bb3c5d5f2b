// How long to wait before something is tried again; the same in kuuki/backoff.py. What is kept is the pause itself, never
// the number of tries: there is no power to overflow, however long an outage is.

import { RETRY_FIRST_MS, RETRY_MAX_MS, RETRY_MIN_MS } from "./generated";

/** A pause that doubles from the first up to the longest, and stays there. */
export class Doubling {
  readonly #firstMs: number;
  readonly #mostMs: number;
  #nextMs: number;

  constructor(firstMs: number, mostMs: number) {
    this.#firstMs = this.#nextMs = Math.min(firstMs, mostMs);
    this.#mostMs = mostMs;
  }

  beginAnew(): void {
    this.#nextMs = this.#firstMs;
  }

  nextMs(): number {
    const pauseMs = this.#nextMs;
    this.#nextMs = Math.min(2 * pauseMs, this.#mostMs);
    return pauseMs;
  }
}

/**
 * Full jitter: a thousand clients of a lost gateway must not come back at once. The first wait is anywhere in a second,
 * later ones reach from half a second to a ceiling that doubles up to 20 s.
 */
export class Backoff {
  readonly #dice: () => number;
  readonly #ceiling = new Doubling(RETRY_FIRST_MS, RETRY_MAX_MS);
  #isFirst = true;

  /** `dice` gives numbers in 0..1, as Math.random does. */
  constructor(dice: () => number) {
    this.#dice = dice;
  }

  succeeded(): void {
    this.#ceiling.beginAnew();
    this.#isFirst = true;
  }

  /** Milliseconds to wait now. `atLeastMs` is what the server asked for; the jitter comes on top of it. */
  nextMs(atLeastMs = 0): number {
    const lowMs = this.#isFirst ? 0 : RETRY_MIN_MS;
    this.#isFirst = false;
    return atLeastMs + lowMs + this.#dice() * (this.#ceiling.nextMs() - lowMs);
  }
}
