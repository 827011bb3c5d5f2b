// Wow: a swell that rises and falls in pitch while the mouth opens and closes, u - a - o.

import { BLOCK, type Hooks } from "./block";
import type { Bus } from "./bus";
import { Random } from "./random";
import { Voice } from "./voice";

/** Voices of their own; of more people, each stands for several. */
const VOICES = 12;
const PITCH_HZ: readonly [number, number] = [165, 270];
const PITCH_SPREAD = 0.12;
/** A swell's length, the wait before it, and the rest after it, in seconds. */
const LENGTH_S: readonly [number, number] = [0.7, 1.4];
const START_S = 0.18;
const REST_S = 0.9;
/** First and second formant in Hz with the mouth shut to an u, and how much it opens. */
const SHUT_HZ: readonly [number, number] = [360, 780];
const OPENING: readonly [number, number] = [1.0, 0.55];
const GAIN = 0.5;

class Wower {
  readonly voice: Voice;
  readonly hz: number;
  readonly #chance: Random;
  #clock = 0;
  #lengthS = 0;
  #force = 0;
  isStill = true;

  constructor(rate: number, index: number, seed: number, hooks: Hooks) {
    this.#chance = new Random(seed);
    this.hz = PITCH_HZ[(index & 1) as 0 | 1] * Math.exp(this.#chance.normal(0, PITCH_SPREAD));
    this.voice = new Voice(rate, index, this.#chance, hooks);
  }

  /** 0..1 over a swell; below 0: none now. */
  step(stepS: number, wows: boolean): number {
    if (this.isStill && wows) this.#begin(-this.#chance.exponential(START_S));
    if (this.isStill) return -1;
    this.#clock += stepS;
    if (this.#clock < this.#lengthS) return this.#clock / this.#lengthS;
    this.isStill = !wows;
    if (wows) this.#begin(-this.#chance.exponential(REST_S));
    return -1;
  }

  #begin(clock: number): void {
    this.isStill = false;
    this.#clock = clock;
    this.#lengthS = this.#chance.between(LENGTH_S[0], LENGTH_S[1]);
    this.#force = this.#chance.between(0.6, 1);
  }

  get force(): number {
    return this.#force;
  }
}

export class Wows {
  readonly #all: readonly Wower[];
  readonly #stepS: number;
  #each = 1;

  constructor(rate: number, seed: number, hooks: Hooks) {
    this.#all = Array.from({ length: VOICES }, (_, i) => new Wower(rate, i, seed + 77 * i, hooks));
    this.#stepS = BLOCK / rate;
  }

  /** Adds a block of `count` who say wow. */
  add(bus: Bus, count: number): void {
    if (count > 0) this.#each += 0.02 * (Math.sqrt(Math.max(1, count / VOICES)) - this.#each);
    for (let i = 0; i < VOICES; i++) {
      const wower = this.#all[i]!;
      const part = wower.step(this.#stepS, count > i + 0.5);
      this.#say(bus, wower, Math.max(0, part));
    }
  }

  #say(bus: Bus, { voice, hz, force }: Wower, part: number): void {
    const arch = Math.sin(Math.PI * part ** 0.8);
    const swell = arch * arch;
    if (swell > 0) {
      voice.tract.tune(0, SHUT_HZ[0] * (1 + OPENING[0] * arch), 90, 1);
      voice.tract.tune(1, SHUT_HZ[1] * (1 + OPENING[1] * arch), 110, 0.8);
    }
    const amplitude = GAIN * this.#each * force * swell;
    voice.add(bus, hz * (0.9 + 0.35 * arch - 0.2 * part), amplitude, 0.12 * amplitude);
  }
}
