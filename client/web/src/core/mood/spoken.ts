// When a screen reader is told of the room anew. Who listens hears the show, too: so only what matters is said, and seldom.

import type { Standing } from "./air";
import type { Share } from "./sentence";
import type { Word } from "./words";

/** What of the room decides whether its sentence is worth hearing. */
export interface Gist {
  readonly standing: Standing;
  /** null unless live. */
  readonly word: Word | null;
  /** Means nothing unless live. */
  readonly share: Share;
}

/** A change within a live room is said at most this often. */
export const SPOKEN_EVERY_MS = 20_000;

/** A share that moved by one step may have stood at the border of two. */
const NOTABLE_STEPS = 2;

const STEPS: Readonly<Record<Share, number>> = {
  hardly_any: 0,
  one_in_ten: 1,
  one_in_five: 2,
  one_in_four: 3,
  one_in_three: 4,
  two_in_five: 5,
  half: 6,
  three_in_five: 7,
  two_in_three: 8,
  three_in_four: 9,
  four_in_five: 10,
  nine_in_ten: 11,
  almost_all: 12,
};

/** Remembers what was said last. Clocks are the caller's: any monotonic one. */
export class Spoken {
  #said: Gist | null = null;
  #saidMs = Number.NEGATIVE_INFINITY;

  /** In how many ms the room is worth a sentence if it stays as `now` is: 0 at once, null never. */
  waitMs(now: Gist, nowMs: number): number | null {
    const said = this.#said;
    if (said === null || now.standing !== said.standing) return 0;
    if (!differs(now, said)) return null;
    return Math.max(0, this.#saidMs + SPOKEN_EVERY_MS - nowMs);
  }

  /** `now` was said at `nowMs`. */
  say(now: Gist, nowMs: number): void {
    this.#said = now;
    this.#saidMs = nowMs;
  }
}

/** Both of the same standing. Trends and taps alone are no reason: they come and go. */
function differs(now: Gist, said: Gist): boolean {
  if (now.standing !== "live") return false;
  return now.word !== said.word || Math.abs(STEPS[now.share] - STEPS[said.share]) >= NOTABLE_STEPS;
}
