// One clap: a burst of noise on a hand's resonances (Peltola 2004; ClaPD; the shapes after Repp 1987).

import { BLOCK, NOISE_UNIT, noiseStep, SINE_HZ } from "./block";
import { scatter } from "./random";

/** Hands: the hollow between them in Hz, from cupped to fingers on a palm, and the slap of skin on skin in Hz. */
export const HANDS: readonly (readonly [number, number])[] = [
  [500, 2100],
  [820, 2500],
  [1180, 2900],
  [1562, 3400],
];
const HOLLOW_WIDTH_HZ = 260;
const SLAP_WIDTH_HZ = 900;
const SLAP = 0.5;
/**
 * A burst swells and dies away as t^4 exp(-t / constant), at its peak after 3.4 ms. ClaPD's rises by 1/0.99 a sample for
 * 3.2 ms, then falls with 2.3 ms: as fast, but with two corners, which are heard in whatever has no noise to hide them.
 */
const ORDER = 4;
const SWELL_S = 0.00085;
/** At this part of its peak a burst is over. */
const OVER = 1e-5;
/** Smaller numbers are slow on most machines. */
const FAINTEST = 1e-40;

/** The two resonances of a pair of hands, each with nothing at 0 Hz: hands do not thump. */
export class Hands {
  readonly #c = new Float64Array(6);
  readonly #m = new Float64Array(6);

  constructor(rate: number, shape: number, tuning: number) {
    const [hollow, slap] = HANDS[shape % HANDS.length]!;
    this.#tune(rate, 0, hollow * tuning, HOLLOW_WIDTH_HZ, 1);
    this.#tune(rate, 3, slap * tuning, SLAP_WIDTH_HZ, SLAP);
  }

  #tune(rate: number, at: number, hz: number, widthHz: number, gain: number): void {
    const radius = Math.exp((-Math.PI * widthHz) / rate);
    const angle = (2 * Math.PI * hz) / rate;
    this.#c[at] = (gain * (1 - radius * radius)) / 2;
    this.#c[at + 1] = 2 * radius * Math.cos(angle);
    this.#c[at + 2] = -radius * radius;
  }

  run(block: Float32Array): void {
    const c = this.#c;
    const m = this.#m;
    const g0 = c[0]!;
    const a0 = c[1]!;
    const b0 = c[2]!;
    const g1 = c[3]!;
    const a1 = c[4]!;
    const b1 = c[5]!;
    let y0 = m[0]!;
    let z0 = m[1]!;
    let y1 = m[2]!;
    let z1 = m[3]!;
    let x1 = m[4]!;
    let x2 = m[5]!;
    for (let i = 0; i < BLOCK; i++) {
      const x = block[i]!;
      const d = x - x2;
      x2 = x1;
      x1 = x;
      const n0 = g0 * d + a0 * y0 + b0 * z0;
      const n1 = g1 * d + a1 * y1 + b1 * z1;
      z0 = y0;
      y0 = n0;
      z1 = y1;
      y1 = n1;
      block[i] = n0 + n1;
    }
    m[0] = y0;
    m[1] = z0;
    m[2] = y1;
    m[3] = z1;
    m[4] = x1;
    m[5] = x2;
  }
}

/** `order` + 1 one-pole filters in a row: an impulse of 1 comes out as t^order exp(-t / constant), with a peak of 1. */
class Swell {
  readonly #fall: number;
  readonly #even: number;
  readonly #stages: Float64Array;

  constructor(frames: number, order: number) {
    this.#fall = Math.exp(-1 / frames);
    this.#stages = new Float64Array(order + 1);
    let even = (Math.E / (order * frames)) ** order;
    for (let k = 2; k <= order; k++) even *= k;
    this.#even = even;
  }

  next(impulse: number): number {
    const s = this.#stages;
    const first = this.#fall * s[0]! + this.#even * impulse;
    s[0] = first < FAINTEST ? 0 : first;
    for (let k = 1; k < s.length; k++) s[k] = this.#fall * s[k]! + s[k - 1]!;
    return s[s.length - 1]!;
  }

  rest(): void {
    this.#stages.fill(0);
  }
}

/** The burst of one person's claps. */
export class Burst {
  readonly #swell: Swell;
  readonly #noise: Noise;
  /** Frames until one begins; below 0 once it did. */
  #until = -1;
  #peak = 0;
  isOver = true;

  constructor(rate: number, seed: number, sine: boolean) {
    this.#swell = new Swell(SWELL_S * rate, ORDER);
    this.#noise = new Noise(rate, seed, sine);
  }

  /** One begins after so many frames, with this amplitude at its peak. */
  begin(frames: number, peak: number): void {
    this.#until = frames;
    this.#peak = peak;
    this.isOver = false;
  }

  fill(block: Float32Array): void {
    let most = 0;
    for (let i = 0; i < BLOCK; i++) {
      const envelope = this.#swell.next(this.#until-- === 0 ? this.#peak : 0);
      if (envelope > most) most = envelope;
      block[i] = envelope * this.#noise.next();
    }
    if (this.#until >= -BLOCK || most > OVER) return;
    this.isOver = true;
    this.#swell.rest();
  }
}

/** The bursts of many: whoever they are of, their powers add up. The square of a burst is one of twice the order. */
export class Bursts {
  readonly #swell: Swell;
  readonly #noise: Noise;

  constructor(rate: number, seed: number, sine: boolean) {
    this.#swell = new Swell((SWELL_S * rate) / 2, 2 * ORDER);
    this.#noise = new Noise(rate, seed, sine);
  }

  /** `powers`: of the peaks of those that begin in each frame. */
  fill(block: Float32Array, powers: Float32Array): void {
    for (let i = 0; i < BLOCK; i++) block[i] = Math.sqrt(this.#swell.next(powers[i]!)) * this.#noise.next();
  }
}

/** White, or the tests' sine. */
class Noise {
  readonly #sineStep: number;
  #state: number;
  #phase = 0;

  constructor(rate: number, seed: number, sine: boolean) {
    this.#sineStep = sine ? (2 * Math.PI * SINE_HZ) / rate : 0;
    this.#state = scatter(seed);
  }

  next(): number {
    if (this.#sineStep > 0) {
      this.#phase += this.#sineStep;
      return Math.sin(this.#phase);
    }
    this.#state = noiseStep(this.#state);
    return this.#state * NOISE_UNIT;
  }
}
