// What a tract is excited by: pulses of the vocal folds, and breath.

import { BLOCK, FAINTEST, NOISE_UNIT, noiseStep, ROUNDING_S, SINE_HZ, wayOf } from "./block";
import { scatter } from "./random";

/** The part of a cycle in which the folds are open (Klatt & Klatt 1990: .5 pressed, .8 breathy). */
const OPEN = 0.62;
/** Of breath, while the folds are shut. */
const SHUT_BREATH = 0.4;

export class Glottis {
  readonly #rate: number;
  readonly #sine: boolean;
  readonly #tilt: number;
  readonly #rounding: number;
  #noise: number;
  #phase = 0;
  #tilted = 0;
  #sinePhase = 0;
  #step: number;
  #voice = 0;
  #breath = 0;
  /** The same, rounded: what was heard last. */
  #heardVoice = 0;
  #heardBreath = 0;

  /** `cornerHz`: from here on the pulses are 6 dB an octave softer than their corners make them. */
  constructor(rate: number, seed: number, cornerHz: number, sine: boolean) {
    this.#rate = rate;
    this.#sine = sine;
    this.#tilt = 1 - Math.exp((-2 * Math.PI * cornerHz) / rate);
    this.#rounding = wayOf(1 / rate, ROUNDING_S);
    this.#noise = scatter(seed);
    this.#step = 200 / rate;
  }

  /** Nothing comes, and nothing came in the last block. */
  get isStill(): boolean {
    return this.#voice === 0 && this.#breath === 0 && this.#heardVoice + this.#heardBreath < FAINTEST;
  }

  /**
   * A block, which ends at this pitch and these amplitudes, of pulses and of breath; between them straight lines
   * with rounded corners.
   * One pulse is the derivative of t^2 - t^3 (KLGLOTT88): its steepest end is -1.
   */
  fill(block: Float32Array, hz: number, voice: number, breath: number): void {
    if (this.#sine) {
      this.#fillSine(block, voice, breath);
      return;
    }
    const step = hz / this.#rate;
    const bend = (step - this.#step) / BLOCK;
    const voiceSlope = (voice - this.#voice) / BLOCK;
    const breathSlope = (breath - this.#breath) / BLOCK;
    const tilt = this.#tilt;
    let phase = this.#phase;
    let pace = this.#step;
    let v = this.#voice;
    let b = this.#breath;
    let heardVoice = this.#heardVoice;
    let heardBreath = this.#heardBreath;
    const rounding = this.#rounding;
    let tilted = this.#tilted;
    let noise = this.#noise;
    for (let i = 0; i < BLOCK; i++) {
      pace += bend;
      v += voiceSlope;
      b += breathSlope;
      heardVoice += rounding * (v - heardVoice);
      heardBreath += rounding * (b - heardBreath);
      phase += pace;
      if (phase >= 1) phase -= 1;
      noise = noiseStep(noise);
      const hiss = heardBreath * noise * NOISE_UNIT;
      if (phase < OPEN) {
        const t = phase * (1 / OPEN);
        tilted += tilt * (heardVoice * t * (2 - 3 * t) - tilted);
        block[i] = tilted + hiss;
      } else {
        tilted -= tilt * tilted;
        block[i] = tilted + SHUT_BREATH * hiss;
      }
    }
    this.#phase = phase;
    this.#tilted = tilted < 1e-20 && tilted > -1e-20 ? 0 : tilted;
    this.#noise = noise;
    this.#heardVoice = heardVoice;
    this.#heardBreath = heardBreath;
    this.#hold(step, voice, breath);
  }

  #hold(step: number, voice: number, breath: number): void {
    this.#step = step;
    this.#voice = voice;
    this.#breath = breath;
  }

  #fillSine(block: Float32Array, voice: number, breath: number): void {
    const from = this.#voice + this.#breath;
    const slope = (voice + breath - from) / BLOCK;
    for (let i = 0; i < BLOCK; i++) {
      this.#sinePhase += (2 * Math.PI * SINE_HZ) / this.#rate;
      this.#heardVoice += this.#rounding * (from + slope * (i + 1) - this.#heardVoice);
      block[i] = this.#heardVoice * Math.sin(this.#sinePhase);
    }
    this.#hold(this.#step, voice, breath);
  }
}
