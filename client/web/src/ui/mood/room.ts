// What a page needs of a snapshot in order to show the room: one place for the Air, the sentence, the word, the trend.

import { MIN_GROUP } from "../../core/generated";
import { type AirShape, airShape, looksSame, standing } from "../../core/mood/air";
import { Level, type Shown, type Word, waveWord } from "../../core/mood/level";
import type { Mix, MixBody } from "../../core/mood/mix";
import { loudestTap, type Share, sentence, share, type Telling } from "../../core/mood/sentence";
import type { Snapshot } from "../../core/mood/session";
import { Steady } from "../../core/mood/steady";
import { goesOn, type Wave } from "../../core/mood/waves";
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
  /** The share of smiles, 0..100 in steps; null unless live, or gone stale. */
  readonly percent: number | null;
  /** The paced share, 0..1, for what moves with it; null unless live. */
  readonly level: number | null;
  /** The newest wave of faces and of taps that the mixes say. */
  readonly wave: Wave | null;
  /** Whether taps lead: nobody's face may be shown, or most of what happens is tapped. */
  readonly isTapped: boolean;
  /** Whether to say that so small a room is shown roughly; false unless live. */
  readonly rough: boolean;
}

/** Follows a session's snapshots. Holds nothing but what was shown. */
export class RoomStory {
  /** The newest shape, which a stale outline takes its size from. */
  #shape: AirShape | null = null;
  readonly #past: Past[] = [];
  #level = new Level();
  #shown: Shown | null = null;
  #share: Share | null = null;
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
    const now = standing(link, mix);
    if (now !== "live" && now !== "stale") this.#forget();
    if (mix && this.#isNew(mix)) this.#take(mix, nowMs);
    this.#shape = airShape(link, mix, minGroup, this.#shown?.light ?? null, this.#shape);
    const isLive = now === "live";
    const wave = mix?.waves.at(-1) ?? null;
    this.#told = sameOr(this.#told, {
      standing: now,
      shape: this.#told && looksSame(this.#told.shape, this.#shape) ? this.#told.shape : this.#shape,
      share: this.#share ?? "hardly_any",
      trend: this.#shown?.trend ?? null,
      tap: isLive ? this.#tap : null,
      minGroup,
      word: this.#word,
      percent: this.#shown?.percent ?? null,
      level: isLive && this.#shown ? Math.round(this.#shown.share * 100) / 100 : null,
      wave: this.#told?.wave && isSame(this.#told.wave, wave) ? this.#told.wave : wave,
      isTapped: (mix?.waves ?? []).some((each) => each.isTapped && goesOn(each)),
      rough: isLive && mix !== null && this.#rough.next(isRough(mix, facts), nowMs),
    });
    return this.#told;
  }

  #isNew({ term, seq }: Mix): boolean {
    const order = `${term}.${seq}`;
    const fresh = order !== this.#seen;
    this.#seen = order;
    return fresh;
  }

  #take(mix: Mix, nowMs: number): void {
    const shown = this.#level.hear(mix, nowMs);
    const wave = waveWord(mix);
    if (shown === null || mix.body === null) {
      if (mix.state === "few") this.#word = wave;
      return;
    }
    this.#shown = shown;
    this.#word = shown.word;
    this.#share = share(wave ? shown.share : shown.mood, this.#share);
    this.#tap = loudestTap(mix.body.taps, this.#tap);
    this.#keep(mix.body, nowMs);
  }

  /** As it was shown: what is kept is not moved. */
  #keep({ smiling, energy }: MixBody, atMs: number): void {
    const last = this.#past.at(-1);
    if (this.#keepMs === 0 || (last && atMs - last.atMs < PAST_EVERY_MS)) return;
    this.#past.push({ atMs, smiling, energy });
    if (atMs - this.#past[0]!.atMs > this.#keepMs) this.#past.shift();
  }

  #forget(): void {
    this.#shown = this.#share = this.#word = this.#tap = null;
  }
}

/** A wave is told anew when something of it changed that is shown. */
function isSame(one: Wave, other: Wave | null): boolean {
  return (
    other !== null &&
    one.number === other.number &&
    one.isTapped === other.isTapped &&
    one.kind === other.kind &&
    one.lastsMs === other.lastsMs &&
    one.share === other.share
  );
}

/** A room that is exact has no veil. */
function isRough({ atMost }: Mix, facts: Snapshot["facts"]): boolean {
  return facts?.privacy !== "exact" && atMost !== null && atMost < ROUGH_BELOW;
}

export function sentenceOf(telling: Telling, words: Words): string {
  return sentence(telling, words.room);
}
