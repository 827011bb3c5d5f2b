// The rings that leave the Air: one for each tap of somebody, at most two a second. Mixes say how many people tapped in
// the last second, so each tap is said by some five mixes: what is known already is no new ring.

import { TAPS } from "./generated";
import type { TapKind } from "./session";

/** Another object is another ring. */
export interface Ring {
  readonly kind: TapKind;
}

/** The taps of a second, and how late a mix may be that still says them. */
const KNOWN_MS = 1100;
/** One's own tap is known before the gateway has it. */
const OWN_KNOWN_MS = 1600;
const GAP_MS = 500;
/** Rings of one kind that may wait: what comes late is no answer any more. */
const MOST_WAITING = 2;

interface Known {
  readonly count: number;
  readonly untilMs: number;
}

export class Rings {
  readonly #known: Known[][] = TAPS.map(() => []);
  readonly #waiting = TAPS.map(() => 0);
  #lastMs = Number.NEGATIVE_INFINITY;
  #newest: Ring | null = null;

  /** The newest ring, now that a mix said how many people tapped; `tapped` in the order of TAPS, null: nobody knows. */
  hear(tapped: readonly number[] | null, nowMs: number): Ring | null {
    for (const at of TAPS.keys()) this.#learn(at, tapped?.[at] ?? 0, nowMs);
    if (tapped === null) this.#waiting.fill(0);
    const most = Math.max(...this.#waiting);
    const at = this.#waiting.indexOf(most);
    const kind = TAPS[at];
    if (most === 0 || kind === undefined || nowMs - this.#lastMs < GAP_MS) return this.#newest;
    this.#waiting[at] = most - 1;
    this.#lastMs = nowMs;
    this.#newest = { kind };
    return this.#newest;
  }

  /** A tap of one's own has its ring by itself: the mixes that will say it have nothing new. */
  own(kind: TapKind, nowMs: number): void {
    this.#known[TAPS.indexOf(kind)]?.push({ count: 1, untilMs: nowMs + OWN_KNOWN_MS });
  }

  #learn(at: number, count: number, nowMs: number): void {
    const known = (this.#known[at] ?? []).filter(({ untilMs }) => untilMs > nowMs);
    const fresh = count - known.reduce((total, each) => total + each.count, 0);
    if (fresh > 0) known.push({ count: fresh, untilMs: nowMs + KNOWN_MS });
    this.#known[at] = known;
    this.#waiting[at] = Math.min(MOST_WAITING, (this.#waiting[at] ?? 0) + Math.max(0, fresh));
  }
}
