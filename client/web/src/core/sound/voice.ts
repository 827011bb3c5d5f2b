// One person's voice: folds and breath, tract, seat.

import type { Hooks } from "./block";
import type { Bus } from "./bus";
import { Tract } from "./formants";
import { Glottis } from "./glottis";
import type { Random } from "./random";
import { type Seat, seatOf } from "./seats";

/** How long a tract still rings when nothing comes any more: 14 blocks. Cut sooner, it clicks. */
const RINGING = 14;
/** Of tracts: a man's, a woman's, relative to the table of formants, and how far they differ. */
const LENGTHS: readonly [number, number] = [1.06, 0.92];
const LENGTH_SD = 0.04;
/** How much louder, or softer, than the mean somebody's voice is at most, in decibels. */
const LOUDER_DB = 2.8;
/** Where pulses begin to fall off faster, in Hz. */
const TILT_HZ: readonly [number, number] = [5000, 8500];

export class Voice {
  readonly seat: Seat;
  readonly #glottis: Glottis;
  readonly #tract: Tract;
  readonly #gain: number;
  readonly #isHeard: boolean;
  #ringing = 0;

  constructor(rate: number, index: number, chance: Random, hooks: Hooks) {
    this.seat = seatOf(index);
    const length = LENGTHS[(index & 1) as 0 | 1] * Math.exp(chance.normal(0, LENGTH_SD));
    this.#tract = new Tract(rate, length, this.seat.depth);
    const tilt = chance.between(TILT_HZ[0], TILT_HZ[1]);
    this.#glottis = new Glottis(rate, Math.floor(chance.next() * 2 ** 31), tilt, hooks.sine ?? false);
    this.#gain = 10 ** (chance.between(-LOUDER_DB, LOUDER_DB) / 20);
    this.#isHeard = hooks.solo === undefined || hooks.solo === index;
  }

  get tract(): Tract {
    return this.#tract;
  }

  /** Adds a block that ends at this pitch and these amplitudes.  */
  add(bus: Bus, hz: number, voice: number, breath: number): void {
    if (voice === 0 && breath === 0 && this.#glottis.isStill) {
      if (this.#ringing === 0) return;
      this.#ringing--;
    } else this.#ringing = RINGING;
    this.#glottis.fill(bus.block, hz, this.#gain * voice, this.#gain * breath);
    this.#tract.run(bus.block);
    if (this.#isHeard) bus.seat(this.seat, 1);
  }
}
