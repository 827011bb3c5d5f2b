// What a page needs of a snapshot in order to show the room: one place for the Air, the sentence, the word, the trend.

import { MIN_GROUP } from "../../core/generated";
import { type AirShape, airShape, looksSame } from "../../core/mood/air";
import { type Drawn, moved, movedShare, step } from "../../core/mood/baseline";
import type { Mix, MixBody } from "../../core/mood/mix";
import { loudestTap, type Share, sentence, share, type Telling, type Word, word } from "../../core/mood/sentence";
import type { Snapshot } from "../../core/mood/session";
import { type Softened, soften, WORDS } from "../../core/mood/smooth";
import { Steady } from "../../core/mood/steady";
import { extend, type Point, trend } from "../../core/mood/trend";
import { sameOr } from "../../core/same";
import type { Words } from "../../locale";

/** Points are kept one a second, as in a record. */
const PAST_EVERY_MS = 1000;
/** With fewer people the veil's noise is large: the page says so. */
const ROUGH_BELOW = 10;
/** A room at that border says it, or not, for as long at least. */
const ROUGH_MS = 10_000;

/** What of a snapshot says how the room is. */
export type RoomSeen = Pick<Snapshot, "facts" | "link" | "mix">;

/** One second of the room as it was shown. */
export interface Past {
  readonly atMs: number;
  readonly smiling: number;
  readonly energy: number;
}

export interface RoomNow extends Telling {
  readonly shape: AirShape;
  readonly word: Word | null;
  /** The share of smiles, softened, 0..100; null unless live. */
  readonly percent: number | null;
  /** Whether to say that so small a room is shown roughly; false unless live. */
  readonly rough: boolean;
}

/** Follows a session's snapshots. Holds nothing but what was shown. */
export class RoomStory {
  /** The newest shape, which a stale outline takes its size from. */
  #shape: AirShape | null = null;
  /** The last live mix, while it is live. */
  #before: Drawn | null = null;
  #points: readonly Point[] = [];
  readonly #past: Past[] = [];
  #softened: Softened | null = null;
  #share: Share | null = null;
  #trend: Telling["trend"] = null;
  #word: Word | null = null;
  #tap: Telling["tap"] = null;
  #seen: string | null = null;
  #told: RoomNow | null = null;
  readonly #rough = new Steady(ROUGH_MS);
  readonly #keepMs: number;

  /** `keepMs`: how long what was shown is kept. */
  constructor(keepMs = 0) {
    this.#keepMs = keepMs;
  }

  /** What was shown, oldest first. */
  get past(): readonly Past[] {
    return this.#past;
  }

  /** The state of the room at `nowMs` (any monotonic clock); the same object as before if it would be drawn alike. */
  tell({ facts, link, mix }: RoomSeen, nowMs: number): RoomNow {
    const minGroup = facts?.minGroup ?? MIN_GROUP;
    this.#shape = airShape(link, mix, minGroup, this.#shape);
    const body = this.#shape.standing === "live" ? (mix?.body ?? null) : null;
    if (mix && body && this.#isNew(mix)) this.#take({ ...mix, body, atMs: nowMs });
    if (!body) this.#forget();
    this.#told = sameOr(this.#told, {
      standing: this.#shape.standing,
      shape: this.#told && looksSame(this.#told.shape, this.#shape) ? this.#told.shape : this.#shape,
      share: this.#share ?? "hardly_any",
      trend: this.#trend,
      tap: this.#tap,
      minGroup,
      word: this.#word,
      percent: this.#softened && Math.round(this.#softened.value * 100),
      rough: mix !== null && body !== null && this.#rough.next(isRough(mix, facts), nowMs),
    });
    return this.#told;
  }

  #isNew({ term, seq }: Mix): boolean {
    const order = `${term}.${seq}`;
    const fresh = order !== this.#seen;
    this.#seen = order;
    return fresh;
  }

  #take(now: Drawn): void {
    const { atMs, body } = now;
    const { smiling, taps } = body;
    this.#move(step(this.#before, now, smilingOf));
    this.#before = now;
    this.#softened = soften(this.#softened, smiling, atMs, WORDS);
    this.#points = extend(this.#points, { atMs, value: smiling });
    this.#share = share(this.#softened.value, this.#share);
    this.#trend = trend(this.#points, atMs, this.#trend);
    this.#word = word(body, this.#word);
    this.#tap = loudestTap(taps, this.#tap);
    this.#keep(body, atMs);
  }

  /** Others count: what is remembered takes the step too. */
  #move(by: number): void {
    if (by === 0) return;
    this.#points = moved(this.#points, by);
    this.#softened = movedShare(this.#softened, by);
  }

  /** As it was shown: what is kept is not moved. */
  #keep({ smiling, energy }: MixBody, atMs: number): void {
    const last = this.#past.at(-1);
    if (this.#keepMs === 0 || (last && atMs - last.atMs < PAST_EVERY_MS)) return;
    this.#past.push({ atMs, smiling, energy });
    if (atMs - this.#past[0]!.atMs > this.#keepMs) this.#past.shift();
  }

  #forget(): void {
    this.#before = null;
    this.#points = [];
    this.#softened = null;
    this.#share = this.#trend = this.#word = this.#tap = null;
  }
}

function smilingOf({ smiling }: MixBody): number {
  return smiling;
}

/** A room that is exact has no veil. */
function isRough({ atMost }: Mix, facts: Snapshot["facts"]): boolean {
  return facts?.privacy !== "exact" && atMost !== null && atMost < ROUGH_BELOW;
}

export function sentenceOf(telling: Telling, words: Words): string {
  return sentence(telling, words.room);
}
