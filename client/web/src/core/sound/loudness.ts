// Loudness as ITU-R BS.1770-4 weighs it: what K-weighting lets through of a block, in LUFS.

import { BLOCK } from "./block";

/** LUFS of no sound. */
export const NOTHING_LUFS = -120;

/** The two filters of the standard for any rate: a shelf of the head, and a high-pass. Two ears, four outputs each. */
export class KWeighting {
  readonly #shelf: Float64Array;
  readonly #pass: Float64Array;
  readonly #memories = [new Float64Array(4), new Float64Array(4)];

  constructor(rate: number) {
    this.#shelf = shelf(rate);
    this.#pass = pass(rate);
  }

  /** The mean power of both ears, added, over a block. */
  power(left: Float32Array, right: Float32Array): number {
    return (this.#sum(left, this.#memories[0]!) + this.#sum(right, this.#memories[1]!)) / BLOCK;
  }

  #sum(block: Float32Array, m: Float64Array): number {
    const s = this.#shelf;
    const p = this.#pass;
    let sum = 0;
    for (let i = 0; i < BLOCK; i++) {
      const x = block[i]!;
      const y = s[0]! * x + m[0]!;
      m[0] = s[1]! * x - s[3]! * y + m[1]!;
      m[1] = s[2]! * x - s[4]! * y;
      const z = p[0]! * y + m[2]!;
      m[2] = p[1]! * y - p[3]! * z + m[3]!;
      m[3] = p[2]! * y - p[4]! * z;
      sum += z * z;
    }
    return sum;
  }
}

export function lufsOf(power: number): number {
  return power > 1e-12 ? -0.691 + 10 * Math.log10(power) : NOTHING_LUFS;
}

/** Coefficients b0, b1, b2, a1, a2 of the shelf, +4 dB above some 1.7 kHz. Its constants are the standard's, at 48 kHz. */
function shelf(rate: number): Float64Array {
  const k = Math.tan((Math.PI * 1681.974450955533) / rate);
  const q = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  return Float64Array.of(
    (high + (band * k) / q + k * k) / a0,
    (2 * (k * k - high)) / a0,
    (high - (band * k) / q + k * k) / a0,
    (2 * (k * k - 1)) / a0,
    (1 - k / q + k * k) / a0,
  );
}

/** Of the high-pass at some 38 Hz. */
function pass(rate: number): Float64Array {
  const k = Math.tan((Math.PI * 38.13547087602444) / rate);
  const q = 0.5003270373238773;
  const a0 = 1 + k / q + k * k;
  return Float64Array.of(1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0);
}
