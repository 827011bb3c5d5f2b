// The room's answer: early reflections, then a network of eight delays (Jot & Chaigne 1991) that dies away in 0.8 s.

import { BLOCK } from "./block";
import type { Bus } from "./bus";

/** Early reflections: seconds and gains, to the left and to the right. */
const EARLY_S = [0.0091, 0.0137, 0.0196, 0.0253, 0.0318, 0.0404, 0.0517] as const;
const EARLY_GAIN = [0.62, -0.5, 0.45, 0.4, -0.34, 0.3, 0.24] as const;
/** The right ear's come a little later, by another little each. */
const EARLY_SKEW_S = [0.0012, -0.0009, 0.0021, -0.0017, 0.0013, 0.0026, -0.0022] as const;
/** The network's delays, in seconds: no two have a short common period. */
const LATE_S = [0.0297, 0.0341, 0.0371, 0.0411, 0.0437, 0.0479, 0.0523, 0.0571] as const;
/** Seconds to -60 dB. */
const DECAY_S = 0.8;
const LATE_GAIN = 0.5;
/** Walls keep this much less of what is above some 4 kHz, at each return. */
const DAMPING = 0.35;
const LINES = 8;
/** What is fainter is nothing: numbers that near to zero are slow on most machines. */
const FAINTEST = 1e-15;

export class Space {
  readonly #early: Float32Array;
  readonly #earlyAt: Int32Array;
  readonly #lines: Float32Array[] = [];
  readonly #gains = new Float64Array(LINES);
  readonly #places = new Int32Array(LINES);
  readonly #damped = new Float64Array(LINES);
  readonly #out = new Float64Array(LINES);
  #now = 0;

  constructor(rate: number) {
    this.#early = new Float32Array(2 ** Math.ceil(Math.log2(0.06 * rate + BLOCK)));
    const skewed = EARLY_S.map((s, i) => s + EARLY_SKEW_S[i]!);
    this.#earlyAt = Int32Array.from([...EARLY_S, ...skewed], (s) => Math.round(s * rate));
    for (const [i, seconds] of LATE_S.entries()) {
      this.#lines.push(new Float32Array(Math.round(seconds * rate)));
      this.#gains[i] = 10 ** ((-3 * seconds) / DECAY_S);
    }
  }

  /** Adds the answer to what is sent to what is heard. */
  run({ left, right, send }: Bus): void {
    for (let i = 0; i < BLOCK; i++) {
      const x = send[i]!;
      this.#listen(left, right, i, x);
      this.#ring(left, right, i, x);
    }
  }

  #listen(left: Float32Array, right: Float32Array, i: number, x: number): void {
    const line = this.#early;
    const mask = line.length - 1;
    const now = this.#now;
    line[now] = x;
    let l = 0;
    let r = 0;
    for (let k = 0; k < 7; k++) {
      l += EARLY_GAIN[k]! * line[(now - this.#earlyAt[k]!) & mask]!;
      r += EARLY_GAIN[k]! * line[(now - this.#earlyAt[k + 7]!) & mask]!;
    }
    left[i]! += l;
    right[i]! += r;
    this.#now = (now + 1) & mask;
  }

  /** Householder's matrix: each line gets itself less a quarter of the sum of all. */
  #ring(left: Float32Array, right: Float32Array, i: number, x: number): void {
    let sum = 0;
    for (let k = 0; k < LINES; k++) {
      const y = this.#lines[k]![this.#places[k]!]! * this.#gains[k]!;
      this.#damped[k]! += (1 - DAMPING) * (y - this.#damped[k]!);
      this.#out[k] = this.#damped[k]!;
      sum += this.#out[k]!;
    }
    const shared = 0.25 * sum;
    for (let k = 0; k < LINES; k++) {
      const place = this.#places[k]!;
      const line = this.#lines[k]!;
      const next = this.#out[k]! - shared + (k & 1 ? x : -x);
      line[place] = next > FAINTEST || next < -FAINTEST ? next : 0;
      this.#places[k] = place + 1 < line.length ? place + 1 : 0;
    }
    const o = this.#out;
    left[i]! += LATE_GAIN * (o[0]! - o[2]! + o[4]! - o[6]!);
    right[i]! += LATE_GAIN * (o[1]! - o[3]! + o[5]! - o[7]!);
  }
}
