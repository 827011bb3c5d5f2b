// What a page needs of a snapshot in order to show the room: one place for the Air, the sentence, the word, the trend.

import { MIN_GROUP } from "../../core/generated";
import { type AirShape, airShape, looksSame, type Standing, standing } from "../../core/mood/air";
import { HeardWaves, type LastWave } from "../../core/mood/heard";
import { Level, type Shown } from "../../core/mood/level";
import { Minute } from "../../core/mood/minute";
import type { Mix, MixBody } from "../../core/mood/mix";
import { type Ring, Rings } from "../../core/mood/rings";
import { loudestTap, type Share, sentence, share, type Telling } from "../../core/mood/sentence";
import type { Snapshot, TapKind } from "../../core/mood/session";
import { Steady } from "../../core/mood/steady";
import { goesOn, type Wave } from "../../core/mood/waves";
import { type Word, waveWord } from "../../core/mood/words";
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
  /** That of the last minute, 0..1; null unless live and enough of it was seen. */
  readonly minute: number | null;
  /** The newest wave of faces and of taps that the mixes say. */
  readonly wave: Wave | null;
  /** The last wave, also after the mixes have ceased to say it. */
  readonly last: LastWave | null;
  /** Whether the word is that of taps, and of no faces. */
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
  #minute = new Minute();
  readonly #waves = new HeardWaves();
  readonly #rings = new Rings();
  #ring: Ring | null = null;
  #shown: Shown | null = null;
  #share: Share | null = null;
  #word: Word | null = null;
  #isTapped = false;
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

  /** A tap of one's own at `nowMs`, which has its ring by itself. */
  tapped(kind: TapKind, nowMs: number): void {
    this.#rings.own(kind, nowMs);
  }

  /** The state of the room at `nowMs` (any monotonic clock); the same object as before if it would be drawn alike. */
  tell({ facts, link, mix }: RoomSeen, nowMs: number): RoomNow {
    const now = standing(link, mix);
    if (now !== "live" && now !== "stale") this.#forgetFaces();
    if (mix && now !== "over" && this.#isNew(mix)) this.#take(mix, nowMs);
    if (now === "over" || now === "empty") this.#say(null, false);
    this.#draw(link, mix, now, facts?.minGroup ?? MIN_GROUP);
    this.#told = sameOr(this.#told, { ...this.#telling(now, facts), ...this.#moment(now, mix, nowMs, facts) });
    return this.#told;
  }

  #draw(link: Snapshot["link"], mix: Mix | null, now: Standing, minGroup: number): void {
    const shape = airShape(link, mix, minGroup, this.#shown?.light ?? null, this.#shape);
    const moves = now === "live" || now === "few";
    const next = moves ? { ...shape, ring: this.#ring, pulse: this.#waves.pulse } : shape;
    this.#shape = next;
  }

  #telling(now: Standing, facts: Snapshot["facts"]): Telling {
    const isLive = now === "live";
    return {
      standing: now,
      share: this.#share ?? "hardly_any",
      trend: isLive ? (this.#shown?.trend ?? null) : null,
      tap: isLive ? this.#tap : null,
      minGroup: facts?.minGroup ?? MIN_GROUP,
    };
  }

  #moment(now: Standing, mix: Mix | null, nowMs: number, facts: Snapshot["facts"]): Omit<RoomNow, keyof Telling> {
    const isLive = now === "live";
    const wave = now === "over" ? null : (mix?.waves.at(-1) ?? null);
    const before = this.#told;
    return {
      shape: before && this.#shape && looksSame(before.shape, this.#shape) ? before.shape : this.#shape!,
      word: this.#word,
      percent: this.#shown?.percent ?? null,
      level: isLive && this.#shown ? hundredths(this.#shown.share) : null,
      minute: isLive ? hundredths(this.#minute.level) : null,
      wave: before?.wave && isSame(before.wave, wave) ? before.wave : wave,
      last: now === "over" ? null : this.#waves.last,
      isTapped: this.#isTapped,
      rough: isLive && mix !== null && this.#rough.next(isRough(mix, facts), nowMs),
    };
  }

  #isNew({ term, seq }: Mix): boolean {
    const order = `${term}.${seq}`;
    const fresh = order !== this.#seen;
    this.#seen = order;
    return fresh;
  }

  #take(mix: Mix, nowMs: number): void {
    if (mix.state === "stale") return; // what was shown stays
    this.#waves.hear(mix, nowMs);
    this.#ring = this.#rings.hear(mix.tapped, nowMs);
    const shown = this.#level.hear(mix, nowMs);
    if (shown !== null && mix.body !== null) this.#show(mix, mix.body, shown, nowMs);
    else this.#say(waveWord(mix), waveWord(mix) !== null);
  }

  #show(mix: Mix, body: MixBody, shown: Shown, nowMs: number): void {
    const wave = waveWord(mix);
    this.#shown = shown;
    this.#minute.hear(shown.share, nowMs);
    this.#say(shown.word, wave === shown.word ? isOfTaps(mix, wave) : shown.word === this.#word && this.#isTapped);
    this.#share = share(shown.percent / 100, this.#share); // what stands beside it
    this.#tap = loudestTap(body.taps, this.#tap);
    this.#keep(body, nowMs);
  }

  #say(word: Word | null, isTapped: boolean): void {
    this.#word = word;
    this.#isTapped = isTapped;
  }

  /** As it was shown: what is kept is not moved. */
  #keep({ smiling, energy }: MixBody, atMs: number): void {
    const last = this.#past.at(-1);
    if (this.#keepMs === 0 || (last && atMs - last.atMs < PAST_EVERY_MS)) return;
    this.#past.push({ atMs, smiling, energy });
    if (atMs - this.#past[0]!.atMs > this.#keepMs) this.#past.shift();
  }

  /** Fewer people share than may be shown, or nobody: what comes after that is another room. */
  #forgetFaces(): void {
    if (this.#shown === null) return;
    this.#shown = this.#share = this.#tap = null;
    this.#level = new Level();
    this.#minute = new Minute();
    this.#say(null, false);
  }
}

/** Whether a wave's word is said of taps alone. */
function isOfTaps({ waves }: Mix, word: Word): boolean {
  const own = waves.filter((wave) => goesOn(wave) && waveWord({ waves: [wave] }) === word);
  return own.length > 0 && own.every(({ isTapped }) => isTapped);
}

function hundredths<Share extends number | null>(share: Share): Share {
  return (share === null ? null : Math.round(share * 100) / 100) as Share;
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
