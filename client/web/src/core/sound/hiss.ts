// Noise as a source: of a bed's throats, of murmur.

import { BLOCK, FAINTEST, NOISE_UNIT, noiseStep, ROUNDING_S, SINE_HZ, wayOf } from "./block";
import { scatter } from "./random";

export class Hiss {
  readonly #dull: number;
  readonly #brightness: number;
  readonly #floor: number;
  readonly #sineStep: number;
  readonly #rounding: number;
  #noise: number;
  #filtered = 0;
  #low = 0;
  #lower = 0;
  #amplitude = 0;
  /** The same, rounded: what was heard last. */
  #heard = 0;
  #sinePhase = 0;

  /**
   * Above `cornerHz` it falls off by 6 dB an octave, down to `brightness` (0..1) of white noise; below `floorHz` by 12, as
   * voices have nothing below their pitch.
   */
  constructor(rate: number, seed: number, floorHz: number, cornerHz: number, brightness: number, sine: boolean) {
    this.#noise = scatter(seed);
    this.#dull = 1 - Math.exp((-2 * Math.PI * cornerHz) / rate);
    this.#brightness = brightness;
    this.#floor = 1 - Math.exp((-2 * Math.PI * floorHz) / rate);
    this.#rounding = wayOf(1 / rate, ROUNDING_S);
    this.#sineStep = sine ? (2 * Math.PI * SINE_HZ) / rate : 0;
  }

  get isStill(): boolean {
    return this.#amplitude === 0 && this.#heard < FAINTEST;
  }

  /** A block that ends at this amplitude, to which a straight line with rounded corners leads. */
  fill(block: Float32Array, amplitude: number): void {
    if (this.#sineStep > 0) {
      this.#fillSine(block, amplitude);
      return;
    }
    const slope = (amplitude - this.#amplitude) / BLOCK;
    const dull = this.#dull;
    const brightness = this.#brightness;
    let a = this.#amplitude;
    let heard = this.#heard;
    const rounding = this.#rounding;
    let noise = this.#noise;
    let filtered = this.#filtered;
    let low = this.#low;
    let lower = this.#lower;
    const floor = this.#floor;
    for (let i = 0; i < BLOCK; i++) {
      a += slope;
      heard += rounding * (a - heard);
      noise = noiseStep(noise);
      const white = noise * NOISE_UNIT;
      filtered += dull * (white - filtered);
      low += floor * (filtered - low);
      const above = filtered - low;
      lower += floor * (above - lower);
      block[i] = heard * (above - lower + brightness * white);
    }
    this.#noise = noise;
    this.#filtered = filtered;
    this.#low = low;
    this.#lower = lower;
    this.#heard = heard;
    this.#amplitude = amplitude;
  }

  #fillSine(block: Float32Array, amplitude: number): void {
    const slope = (amplitude - this.#amplitude) / BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      this.#sinePhase += this.#sineStep;
      this.#heard += this.#rounding * (this.#amplitude + slope * (i + 1) - this.#heard);
      block[i] = this.#heard * Math.sin(this.#sinePhase);
    }
    this.#amplitude = amplitude;
  }
}
