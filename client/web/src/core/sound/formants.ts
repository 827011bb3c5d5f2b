// A vocal tract: five resonators side by side (Klatt 1980, the parallel branch), after a source.

import { BLOCK } from "./block";

export const FORMANTS = 5;

/** An open a, as in laughter: frequencies in Hz, bandwidths in Hz, gains at the peak. */
const A_HZ = [780, 1350, 2600, 3600, 5200] as const;
const A_WIDTH_HZ = [110, 130, 190, 260, 360] as const;
const A_GAIN = [0.8, 0.95, 0.92, 0.74, 0.55] as const;

export class Tract {
  /** For each formant: input gain, then the coefficients of the last and the last but one output. */
  readonly #coefficients = new Float64Array(3 * FORMANTS);
  readonly #memory = new Float64Array(2 * FORMANTS);
  readonly #rate: number;

  /** `length`: 1 is a tract of the length of the table above; a longer one sounds lower. */
  constructor(rate: number, length: number, depth: number) {
    this.#rate = rate;
    for (let i = 0; i < FORMANTS; i++) {
      // The back row hears 3 dB less of the highest formant than the front row.
      const gain = A_GAIN[i]! * 10 ** ((-0.15 * depth * i) / (FORMANTS - 1));
      this.tune(i, A_HZ[i]! / length, A_WIDTH_HZ[i]!, gain);
    }
  }

  /** Signs alternate, so that neighbours do not cancel between their peaks. */
  tune(index: number, hz: number, widthHz: number, gain: number): void {
    const radius = Math.exp((-Math.PI * widthHz) / this.#rate);
    const angle = (2 * Math.PI * Math.min(hz, 0.45 * this.#rate)) / this.#rate;
    const sign = index % 2 === 0 ? 1 : -1;
    this.#coefficients[3 * index] = sign * gain * (1 - radius * radius) * Math.sin(angle);
    this.#coefficients[3 * index + 1] = 2 * radius * Math.cos(angle);
    this.#coefficients[3 * index + 2] = -radius * radius;
  }

  /** A block through the tract, in place. Written out: the inner loop of the whole sound. */
  run(block: Float32Array): void {
    const c = this.#coefficients;
    const m = this.#memory;
    const g0 = c[0]!;
    const a0 = c[1]!;
    const b0 = c[2]!;
    const g1 = c[3]!;
    const a1 = c[4]!;
    const b1 = c[5]!;
    const g2 = c[6]!;
    const a2 = c[7]!;
    const b2 = c[8]!;
    const g3 = c[9]!;
    const a3 = c[10]!;
    const b3 = c[11]!;
    const g4 = c[12]!;
    const a4 = c[13]!;
    const b4 = c[14]!;
    let y0 = m[0]!;
    let z0 = m[1]!;
    let y1 = m[2]!;
    let z1 = m[3]!;
    let y2 = m[4]!;
    let z2 = m[5]!;
    let y3 = m[6]!;
    let z3 = m[7]!;
    let y4 = m[8]!;
    let z4 = m[9]!;
    for (let i = 0; i < BLOCK; i++) {
      const x = block[i]!;
      const n0 = g0 * x + a0 * y0 + b0 * z0;
      const n1 = g1 * x + a1 * y1 + b1 * z1;
      const n2 = g2 * x + a2 * y2 + b2 * z2;
      const n3 = g3 * x + a3 * y3 + b3 * z3;
      const n4 = g4 * x + a4 * y4 + b4 * z4;
      z0 = y0;
      y0 = n0;
      z1 = y1;
      y1 = n1;
      z2 = y2;
      y2 = n2;
      z3 = y3;
      y3 = n3;
      z4 = y4;
      y4 = n4;
      block[i] = n0 + n1 + n2 + n3 + n4;
    }
    m[0] = y0;
    m[1] = z0;
    m[2] = y1;
    m[3] = z1;
    m[4] = y2;
    m[5] = z2;
    m[6] = y3;
    m[7] = z3;
    m[8] = y4;
    m[9] = z4;
  }
}
