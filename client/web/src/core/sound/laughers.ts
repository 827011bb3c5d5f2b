// Those who laugh with a voice of their own: the nearest 32. More are a bed (laugh-bed.ts).

import { chucklesOf } from "./air";
import { BLOCK, type Hooks } from "./block";
import { Bouts } from "./bouts";
import type { Bus } from "./bus";
import { Random, spread } from "./random";
import { Voice } from "./voice";

/** The most voices of their own: beyond, one more is not heard as one. */
export const LAUGHERS = 32;
/** Mean pitches of laughter in Hz, of men and of women (Bachorowski et al. 2001), and the spread of its logarithm. */
const PITCH_HZ: readonly [number, number] = [282, 421];
const PITCH_SPREAD = 0.25;
/** A chuckle's loudness beside a laugh's, least and most. */
const CHUCKLE: readonly [number, number] = [0.16, 0.36];
/** The amplitude of one voice: 30 laughers are at -28 LUFS before mastering. */
export const LAUGH_GAIN = 1.85;

/** Pitch and loudness grow with the excitement of the room, 0..1 (contagious laughter is higher: OSF cnqs4). */
export function excitedPitch(excitement: number): number {
  return 0.92 + 0.4 * excitement;
}

export function excitedGain(excitement: number): number {
  return 0.55 + 0.45 * excitement;
}

class Laugher {
  readonly bouts: Bouts;
  readonly voice: Voice;
  readonly hz: number;

  constructor(rate: number, index: number, seed: number, hooks: Hooks) {
    const chance = new Random(seed);
    this.hz = PITCH_HZ[(index & 1) as 0 | 1] * Math.exp(chance.normal(0, PITCH_SPREAD));
    this.voice = new Voice(rate, index, chance, hooks);
    this.bouts = new Bouts(chance, 1 - spread(index, 5));
  }
}

export class Laughers {
  readonly #all: readonly Laugher[];
  readonly #chance: Random;
  readonly #stepS: number;

  constructor(rate: number, seed: number, hooks: Hooks) {
    this.#all = Array.from({ length: LAUGHERS }, (_, i) => new Laugher(rate, i, seed + 101 * i, hooks));
    this.#chance = new Random(seed + 7);
    this.#stepS = BLOCK / rate;
  }

  /** Adds a block of `count` who laugh and of those among `people` who chuckle by themselves. */
  add(bus: Bus, count: number, people: number, level: number, excitement: number): void {
    this.#chuckle(people, level);
    const pitch = excitedPitch(excitement);
    const gain = LAUGH_GAIN * excitedGain(excitement);
    for (let i = 0; i < LAUGHERS; i++) {
      const { bouts, voice, hz } = this.#all[i]!;
      bouts.step(this.#stepS, count > i + 0.5);
      voice.add(bus, hz * pitch * bouts.pitch, gain * bouts.voice, gain * bouts.breath);
    }
  }

  #chuckle(people: number, level: number): void {
    if (this.#chance.next() >= chucklesOf(people, level) * this.#stepS) return;
    const who = Math.floor(this.#chance.next() * Math.min(LAUGHERS, people));
    this.#all[who]!.bouts.chuckle(this.#chance.between(CHUCKLE[0], CHUCKLE[1]));
  }
}
