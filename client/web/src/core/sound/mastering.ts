// From the room's own loudness to one for living rooms: a crowd of 300 is louder than one of 3, but not by 20 dB, and
// nothing is ever louder than it may be.

import { BLOCK, wayOf } from "./block";
import type { Bus } from "./bus";
import { KWeighting, lufsOf } from "./loudness";

/** 2 : 1 above this loudness, then so much up, and never louder than the ceiling (in LUFS and dB). */
const THRESHOLD_LUFS = -36;
const RATIO = 2;
const MAKEUP_DB = 8;
const CEILING_LUFS = -17.5;
/** How fast loudness is believed to rise and to fall, in seconds. */
const ATTACK_S = 0.02;
const RELEASE_S = 0.35;
/** No sample is beyond this (-2.5 dB of full scale: what lies between samples stays below -1 dB). */
const PEAK = 0.75;
/** How fast the limiter lets go, in seconds. */
const LIMITER_RELEASE_S = 0.12;

export class Mastering {
  readonly #weighting: KWeighting;
  readonly #attack: number;
  readonly #release: number;
  readonly #letGo: number;
  /** The limiter looks one block ahead (2.7 ms): this one is played next. */
  readonly #left = new Float32Array(BLOCK);
  readonly #right = new Float32Array(BLOCK);
  #power = 0;
  #gain = 1;
  #peakGain = 1;
  #limit = 1;

  constructor(rate: number) {
    this.#weighting = new KWeighting(rate);
    this.#attack = wayOf(BLOCK / rate, ATTACK_S);
    this.#release = wayOf(BLOCK / rate, RELEASE_S);
    this.#letGo = wayOf(BLOCK / rate, LIMITER_RELEASE_S);
  }

  /** The bus's block goes in; the one before comes out in its place. */
  run({ left, right }: Bus): void {
    const gain = this.#follow(left, right);
    const slope = (gain - this.#gain) / BLOCK;
    let peak = 0;
    for (let i = 0; i < BLOCK; i++) {
      const g = this.#gain + slope * (i + 1);
      left[i]! *= g;
      right[i]! *= g;
      peak = Math.max(peak, Math.abs(left[i]!), Math.abs(right[i]!));
    }
    this.#gain = gain;
    this.#play(left, right, peak > PEAK ? PEAK / peak : 1);
  }

  /** The gain for the loudness of now. */
  #follow(left: Float32Array, right: Float32Array): number {
    const power = this.#weighting.power(left, right);
    this.#power += (power > this.#power ? this.#attack : this.#release) * (power - this.#power);
    const lufs = lufsOf(this.#power);
    const over = Math.max(0, lufs - THRESHOLD_LUFS);
    const db = Math.min(MAKEUP_DB - over * (1 - 1 / RATIO), CEILING_LUFS - lufs);
    return 10 ** (db / 20);
  }

  /** `peakGain`: what the block that came asks for. The one that goes ends where both of them are safe. */
  #play(left: Float32Array, right: Float32Array, peakGain: number): void {
    const safe = Math.min(this.#peakGain, peakGain);
    const end = Math.min(safe, this.#limit + this.#letGo * (1 - this.#limit));
    const slope = (end - this.#limit) / BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      const g = this.#limit + slope * (i + 1);
      const l = this.#left[i]! * g;
      const r = this.#right[i]! * g;
      this.#left[i] = left[i]!;
      this.#right[i] = right[i]!;
      left[i] = l;
      right[i] = r;
    }
    this.#limit = end;
    this.#peakGain = peakGain;
  }
}
