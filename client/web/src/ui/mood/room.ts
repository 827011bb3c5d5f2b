// What a page needs of a snapshot in order to show the room: one place for the Air, the sentence, the word, the trend.

import { MIN_GROUP } from "../../core/generated";
import { type AirShape, airShape } from "../../core/mood/air";
import { loudestTap, type Share, sentence, share, type Telling, type Word, word } from "../../core/mood/sentence";
import type { Snapshot } from "../../core/mood/session";
import { type Softened, soften, WORDS } from "../../core/mood/smooth";
import { extend, type Point, trend } from "../../core/mood/trend";
import type { Words } from "../../locale";

/** Points are kept one a second, as in a record. */
const PAST_EVERY_MS = 1000;

/** One second of the room as it was shown. */
export interface Past {
  readonly atMs: number;
  readonly smiling: number;
  readonly energy: number;
}

export interface RoomNow extends Telling {
  readonly shape: AirShape;
  readonly word: Word | null;
  /** Softened; null unless live. */
  readonly smiling: number | null;
}

/** Follows a session's snapshots. Holds nothing but what was shown. */
export class RoomStory {
  #shape: AirShape | null = null;
  #points: Point[] = [];
  readonly #past: Past[] = [];
  #softened: Softened | null = null;
  #share: Share | null = null;
  #trend: Telling["trend"] = null;
  #seen: string | null = null;
  readonly #keepMs: number;

  /** `keepMs`: how long what was shown is kept. */
  constructor(keepMs = 0) {
    this.#keepMs = keepMs;
  }

  /** What was shown, oldest first. */
  get past(): readonly Past[] {
    return this.#past;
  }

  /** The state of the room at `nowMs` (any monotonic clock). */
  tell(snapshot: Snapshot, nowMs: number): RoomNow {
    const minGroup = snapshot.facts?.minGroup ?? MIN_GROUP;
    const shape = airShape(snapshot.link, snapshot.mix, minGroup, this.#shape);
    this.#shape = shape;
    const body = shape.standing === "live" ? (snapshot.mix?.body ?? null) : null;
    if (body && this.#isNew(snapshot)) this.#take(body.smiling, body.energy, nowMs);
    if (!body) this.#forget();
    return {
      standing: shape.standing,
      shape,
      share: this.#share ?? "hardly_any",
      trend: this.#trend,
      tap: body ? loudestTap(body.taps) : null,
      minGroup,
      word: body ? word(body) : null,
      smiling: body && this.#softened ? this.#softened.value : null,
    };
  }

  #isNew({ mix }: Snapshot): boolean {
    const mark = `${mix?.term}.${mix?.seq}`;
    const fresh = mark !== this.#seen;
    this.#seen = mark;
    return fresh;
  }

  #take(smiling: number, energy: number, atMs: number): void {
    this.#softened = soften(this.#softened, smiling, atMs, WORDS);
    this.#points = extend(this.#points, { atMs, value: smiling });
    this.#share = share(this.#softened.value, this.#share);
    this.#trend = trend(this.#points, atMs, this.#trend);
    const last = this.#past.at(-1);
    if (this.#keepMs === 0 || (last && atMs - last.atMs < PAST_EVERY_MS)) return;
    this.#past.push({ atMs, smiling, energy });
    if (atMs - this.#past[0]!.atMs > this.#keepMs) this.#past.shift();
  }

  #forget(): void {
    this.#points = [];
    this.#softened = null;
    this.#share = null;
    this.#trend = null;
  }
}

export function sentenceOf(telling: Telling, words: Words): string {
  return sentence(telling, words.room);
}
