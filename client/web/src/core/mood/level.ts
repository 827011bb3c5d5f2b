// The level: what of a room's mixes is shown and heard, paced. One for everything: number, word, trend, light, sound.
// The browser's half of kuuki/mood/level.py, which has the reasons; tests/golden/levels.json holds both to each other.

import { FRESH } from "../generated";
import { GAIN, LEAST, PEOPLE, SPREADS, STEADIED } from "./generated";
import type { Mix, MixBody } from "./mix";
import { goesOn } from "./waves";
import { distances, followed, type Mood, type MoodWord, moodOf, WAVE_WORDS, type Word, waveWord } from "./words";

/** These seconds against the last minute. */
export type Trend = "rising" | "falling" | "steady";

export interface Shown {
  /** The paced share of people who smile, 0..1. */
  readonly share: number;
  /** Those of the mix, at the same pace. */
  readonly light: Light;
  /** The share that words are of: that between waves, over some seconds, unless the number is far from it. */
  readonly told: number;
  /** The share between waves. */
  readonly mood: number;
  /** The number, 0..100, in steps. */
  readonly percent: number;
  readonly word: Word;
  /** null while there is too little to compare. */
  readonly trend: Trend | null;
}

export type Light = Readonly<Record<"energy" | "warmth" | "agreement", number>>;

const ATTACK_MS = 200;
const RELEASE_MS = 900;
const CALM_MS = 3000;
const MOOD_MS = 6000;
const NOW_MS = 5000;
const BEFORE_MS = 45_000;
const GAP_MS = 3000;
const BEYOND = 1.6;
const NEAR = 0.02;
const AFTER_MS = 4000;
const FAR_LEAST = 0.1;
const MANY = 50;
const STEPS = 3;
const NEIGHBOURS_MS = 400;
const STICKS = 0.6;
const STICKS_LEAST = 0.03;
const WORD_LEAST_MS = 1500;
const NOTABLE = 0.06;
const NOTABLE_SPREADS = 0.6;
const STEP = 0.05;
const STEP_OF_FEW = 0.1;
const FEW = 20;
const STEP_STICKS = 0.7;

/** The standard deviation of the share of `people` that smiles, each on their own; `rest`: how many do, 0..1. */
export function spread(people: number, rest: number): number {
  return Math.sqrt((rest * (1 - rest)) / people + ((STEADIED * FRESH) / (GAIN * people)) ** 2);
}

/** From which rise on a room of at least so many people has a wave. */
export function threshold(people: number, rest: number): number {
  return Math.max(LEAST, SPREADS * spread(people, rest) + PEOPLE / people);
}

/** What is needed of a mix. */
export type Heard = Pick<Mix, "term" | "seq" | "draw" | "atLeast" | "body" | "waves">;

/** The level of one room, from its mixes. */
export class Level {
  #atMs: number | null = null;
  #last: Heard | null = null;
  #share = 0;
  #light: Light = { energy: 0, warmth: 0, agreement: 0 };
  #wavedMs = Number.NEGATIVE_INFINITY;
  #isRising = false;
  #isFalling = false;
  #mood: Mood | null = null;
  #now = 0;
  #before: number | null = null;
  #sinceMs = 0;
  #firstMs = 0;
  #percent: number | null = null;
  #word: Word | null = null;
  #moodWord: MoodWord | null = null;
  #wordMs = 0;
  #trend: Trend | null = null;

  /** A mix came at `nowMs` (any monotonic clock). null where it is not live: what was shown may stay, dimmed. */
  hear(mix: Heard, nowMs: number): Shown | null {
    const { body } = mix;
    if (body === null) return null;
    if (this.#atMs === null || nowMs - this.#atMs > GAP_MS) this.#begin(body, nowMs);
    else {
      this.#move(mix, body, nowMs);
      this.#follow(mix, body, nowMs - this.#atMs, nowMs);
    }
    this.#atMs = nowMs;
    this.#last = mix;
    const people = Math.max(1, mix.atLeast ?? 1);
    const told = this.#tell(mix, people);
    return {
      told,
      percent: this.#count(people),
      word: this.#say(mix, told, people, nowMs),
      trend: this.#compare(people, nowMs),
      share: this.#share,
      light: this.#light,
      mood: clip(this.#mood?.smiling ?? 0),
    };
  }

  #begin(body: MixBody, nowMs: number): void {
    this.#share = this.#now = body.smiling;
    this.#light = { energy: body.energy, warmth: body.warmth, agreement: body.agreement };
    this.#mood = moodOf(body);
    this.#moodWord = this.#word = this.#percent = this.#trend = null;
    this.#isRising = this.#isFalling = false;
    this.#sinceMs = nowMs;
    if (this.#before === null) {
      this.#before = body.smiling;
      this.#firstMs = nowMs;
    }
  }

  /** Other people count: what is remembered takes the step. */
  #move(mix: Heard, body: MixBody, nowMs: number): void {
    const last = this.#last;
    if (!last?.body || last.draw === mix.draw || (mix.atLeast ?? 0) >= MANY) return;
    const isNext = last.term === mix.term && mix.seq - last.seq === 1;
    if (!isNext && nowMs - (this.#atMs ?? nowMs) > NEIGHBOURS_MS) return;
    const most = (STEPS * STEADIED * FRESH) / (GAIN * Math.max(1, mix.atLeast ?? 1));
    const by = Math.min(most, Math.max(-most, body.smiling - last.body.smiling));
    this.#share = clip(this.#share + by);
    this.#now += by;
    if (this.#before !== null) this.#before += by;
    if (this.#mood) this.#mood = { ...this.#mood, smiling: this.#mood.smiling + by };
  }

  #follow(mix: Heard, body: MixBody, afterMs: number, nowMs: number): void {
    const isWaving = mix.waves.some(goesOn);
    if (isWaving) this.#wavedMs = nowMs;
    this.#pace(body, Math.max(1, mix.atLeast ?? 1), afterMs, nowMs - this.#wavedMs <= AFTER_MS);
    this.#now += (body.smiling - this.#now) * part(afterMs, NOW_MS);
    const grownMs = Math.min(BEFORE_MS, Math.max(NOW_MS, nowMs - this.#firstMs));
    if (this.#before !== null) this.#before += (body.smiling - this.#before) * part(afterMs, grownMs);
    if (this.#mood && !isWaving) this.#mood = followed(this.#mood, moodOf(body), part(afterMs, MOOD_MS));
  }

  #pace(body: MixBody, people: number, afterMs: number, isNear: boolean): void {
    const share = body.smiling;
    const beyond = BEYOND * spread(people, rest(this.#share));
    this.#isRising = share - this.#share > (this.#isRising || isNear ? NEAR : beyond);
    this.#isFalling = this.#share - share > (this.#isFalling || isNear ? NEAR : beyond);
    const constantMs = this.#isRising ? ATTACK_MS : this.#isFalling ? RELEASE_MS : CALM_MS;
    const much = part(afterMs, constantMs);
    this.#share += (share - this.#share) * much;
    const { energy, warmth, agreement } = this.#light;
    this.#light = {
      energy: energy + (body.energy - energy) * much,
      warmth: warmth + (body.warmth - warmth) * much,
      agreement: agreement + (body.agreement - agreement) * much,
    };
  }

  /** The mood, unless the number is far from it. */
  #tell(mix: Heard, people: number): number {
    const mood = clip(this.#mood?.smiling ?? 0);
    const far = Math.max(FAR_LEAST, BEYOND * spread(people, rest(mood)));
    return waveWord(mix) !== null || Math.abs(this.#share - mood) >= far ? this.#share : mood;
  }

  #count(people: number): number {
    const step = people >= FEW ? STEP : STEP_OF_FEW;
    if (this.#percent === null || Math.abs(this.#share - this.#percent / 100) >= STEP_STICKS * step)
      this.#percent = Math.round(100 * step * Math.floor(this.#share / step + 0.5));
    return this.#percent;
  }

  #say(mix: Heard, told: number, people: number, nowMs: number): Word {
    const isWave = WAVE_WORDS.some(([, word]) => word === this.#word);
    const stands = isWave && nowMs - this.#wordMs < WORD_LEAST_MS ? this.#word : null;
    this.#moodWord = this.#sayMood(people);
    const said = waveWord(mix) ?? stands ?? this.#wordOf(told) ?? this.#moodWord;
    if (said !== this.#word) {
      this.#word = said;
      this.#wordMs = nowMs;
    }
    return said;
  }

  /** Of what is told, where that is not the mood. */
  #wordOf(told: number): MoodWord | null {
    if (!this.#mood || told === clip(this.#mood.smiling)) return null;
    return distances({ ...this.#mood, smiling: told }).find(([, above]) => above >= 0)?.[0] ?? "quiet";
  }

  #sayMood(people: number): MoodWord {
    const mood = this.#mood;
    if (!mood) return "quiet";
    const sticks = Math.max(STICKS_LEAST, STICKS * spread(people, rest(mood.smiling)));
    const least = (word: MoodWord) => (word === this.#moodWord ? -sticks : this.#moodWord === null ? 0 : sticks);
    return distances(mood).find(([word, above]) => above - least(word) >= 0)?.[0] ?? "quiet";
  }

  #compare(people: number, nowMs: number): Trend | null {
    if (this.#before === null || nowMs - this.#sinceMs < NOW_MS) return null;
    const notable = Math.max(NOTABLE, NOTABLE_SPREADS * spread(people, rest(this.#before)));
    const change = this.#now - this.#before;
    const least = (trend: Trend) => (this.#trend === trend ? notable / 2 : notable);
    this.#trend = change >= least("rising") ? "rising" : -change >= least("falling") ? "falling" : "steady";
    return this.#trend;
  }
}

function part(afterMs: number, constantMs: number): number {
  return 1 - Math.exp(-Math.max(0, afterMs) / constantMs);
}

function rest(share: number): number {
  return Math.min(0.5, Math.max(0.15, share));
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}
