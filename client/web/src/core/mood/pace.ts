// When to look and when to speak, so that a show on the same machine never feels it.

import { KEEP_ALIVE_MS, TICK_MS } from "../generated";
import { toIntegers } from "./labels";

/** What a score says, before it has a seq. */
export interface Said {
  readonly weights: readonly number[];
  readonly sure: number;
}

/** A camera's frames and timers jitter; a tick that is a little early is still a tick. */
const EARLY_MS = 40;
/** Reading takes at most this share of the time. */
const SHARE_MAX = 0.25;
const SURE_WHOLE = 255;
/** Any weights: with sure 0 they count for nothing. */
const NOTHING: readonly number[] = [0, 0, 0, 0, 0, 0, 255];

/** Something that is done once in a while: single times may be a little early, but never more often in the long run. */
class Turn {
  #dueMs = -Infinity;

  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs - EARLY_MS;
  }

  taken(nowMs: number, gapMs: number): void {
    this.#dueMs = Math.max(this.#dueMs, nowMs) + gapMs;
  }
}

/** When the next picture is read: one in flight, once a tick, and less often where the device is slow. */
export class ReadPace {
  readonly #turn = new Turn();
  #gapMs = TICK_MS;
  #isBusy = false;

  isDue(nowMs: number): boolean {
    return !this.#isBusy && this.#turn.isDue(nowMs);
  }

  began(nowMs: number): void {
    this.#isBusy = true;
    this.#turn.taken(nowMs, this.#gapMs);
  }

  /** `tookMs` of work for the picture that began last. */
  ended(tookMs: number): void {
    this.#isBusy = false;
    this.#gapMs = Math.max(TICK_MS, tookMs / SHARE_MAX);
  }
}

/** When a score is sent: at most once a tick, when it changed, and at the latest KEEP_ALIVE_MS after the last. */
export class ScorePace {
  readonly #turn = new Turn();
  #last: Said | null = null;
  #sentMs = -Infinity;

  /**
   * What to send for this face, if anything. `weights`: any positive sum; `sure`: 0..1.
   * No face (null) withdraws the last score once, and then is silence.
   */
  next(face: Said | null, nowMs: number): Said | null {
    if (face === null) return this.#withdraw();
    if (!this.#turn.isDue(nowMs)) return null;
    const said = { weights: toIntegers(face.weights), sure: Math.round(face.sure * SURE_WHOLE) };
    if (isSame(said, this.#last) && nowMs - this.#sentMs < KEEP_ALIVE_MS - EARLY_MS) return null;
    this.#turn.taken(nowMs, TICK_MS);
    this.#last = said;
    this.#sentMs = nowMs;
    return said;
  }

  #withdraw(): Said | null {
    if (this.#last === null) return null;
    this.forget();
    return { weights: NOTHING, sure: 0 };
  }

  /** As if nothing had been sent: after a pause, or on a new channel. */
  forget(): void {
    this.#last = null;
    this.#sentMs = -Infinity;
  }
}

function isSame(one: Said, other: Said | null): boolean {
  return other !== null && one.sure === other.sure && one.weights.every((weight, i) => weight === other.weights[i]);
}
