// Those who laugh beyond the 32 with voices of their own. Each is still there, as the envelope of a laugher whom nobody
// hears alone; their powers add up in eight throats of breath. So rhythm and the law of loudness stay: +10 dB for ten
// times as many.

import { BLOCK, type Hooks, wayOf } from "./block";
import { Bouts } from "./bouts";
import type { Bus } from "./bus";
import { Tract } from "./formants";
import { Hiss } from "./hiss";
import { excitedGain, LAUGH_GAIN, LAUGHERS } from "./laughers";
import { Random, spread } from "./random";
import { meanPower, type Seat, seatOf } from "./seats";

/** Envelopes at most. Of more people, each stands for several. */
const MOST = 480;
const THROATS = 8;
/** A throat's noise beside a voice of the same envelope: measured, so that 64 laughers are 3 dB louder than 32. */
const NOISE = 2.2;
const NOISE_FLOOR_HZ = 220;
const NOISE_CORNER_HZ = 700;
const NOISE_BRIGHTNESS = 0.08;
/** How fast the weight of an envelope follows the crowd, in seconds. */
const FOLLOWING_S = 0.1;

class Throat {
  readonly seat: Seat;
  readonly tract: Tract;
  readonly hiss: Hiss;
  power = 0;
  #ringing = 0;

  constructor(rate: number, index: number, seed: number, hooks: Hooks) {
    const direction = seatOf(3 * index + 1);
    const evened = Math.sqrt(meanPower()) / Math.hypot(direction.left, direction.right);
    this.seat = { ...direction, left: direction.left * evened, right: direction.right * evened };
    this.tract = new Tract(rate, 0.86 + 0.28 * spread(index, 2), 0.5);
    this.hiss = new Hiss(rate, seed + index, NOISE_FLOOR_HZ, NOISE_CORNER_HZ, NOISE_BRIGHTNESS, hooks.sine ?? false);
  }

  add(bus: Bus, gain: number): void {
    const breath = gain * Math.sqrt(this.power);
    if (breath === 0 && this.hiss.isStill && --this.#ringing < 0) return;
    if (breath > 0) this.#ringing = 14;
    this.hiss.fill(bus.block, breath);
    this.tract.run(bus.block);
    bus.seat(this.seat, 1);
  }
}

export class LaughBed {
  readonly #throats: readonly Throat[];
  readonly #crowd: readonly Bouts[];
  /** Of each one's power, 1 on average: near or far, loud or soft. A crowd of equals would have no rhythm. */
  readonly #weights = new Float64Array(MOST);
  readonly #stepS: number;
  readonly #isHeard: boolean;
  #each = 1;

  constructor(rate: number, seed: number, hooks: Hooks) {
    const chance = new Random(seed);
    this.#throats = Array.from({ length: THROATS }, (_, i) => new Throat(rate, i, seed, hooks));
    this.#crowd = Array.from({ length: MOST }, (_, i) => new Bouts(new Random(seed + 31 * i), chance.next()));
    for (let i = 0; i < MOST; i++) this.#weights[i] = weightOf(i, chance);
    this.#stepS = BLOCK / rate;
    this.#isHeard = hooks.solo === undefined;
  }

  /** Adds a block of all who laugh but the first 32. */
  add(bus: Bus, count: number, excitement: number): void {
    const envelopes = Math.min(MOST, Math.max(0, count - LAUGHERS));
    if (envelopes > 0) this.#each += wayOf(this.#stepS, FOLLOWING_S) * ((count - LAUGHERS) / envelopes - this.#each);
    this.#gather(envelopes);
    if (!this.#isHeard) return;
    const gain = NOISE * LAUGH_GAIN * excitedGain(excitement) * Math.sqrt(this.#each);
    for (let i = 0; i < THROATS; i++) this.#throats[i]!.add(bus, gain);
  }

  #gather(envelopes: number): void {
    for (let i = 0; i < THROATS; i++) this.#throats[i]!.power = 0;
    for (let i = 0; i < MOST; i++) {
      const bouts = this.#crowd[i]!;
      const laughs = envelopes > i + 0.5;
      if (!laughs && bouts.isStill) continue;
      bouts.step(this.#stepS, laughs);
      const power = bouts.voice * bouts.voice + 0.5 * bouts.breath * bouts.breath;
      this.#throats[i % THROATS]!.power += this.#weights[i]! * power;
    }
  }
}

/** The power of somebody in a seat behind the first 32, beside the mean over all seats. */
function weightOf(index: number, chance: Random): number {
  const { left, right } = seatOf(LAUGHERS + index);
  return ((left * left + right * right) / meanPower()) * 10 ** (chance.normal(0, 2) / 10);
}
