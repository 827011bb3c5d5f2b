// Chance, by seed: the same seed gives the same room. Nothing here allocates.

/** Turns of a 32-bit integer into [0, 1). */
const UNIT = 2 ** -32;

/** One stream of chance (xorshift32, Marsaglia 2003). */
export class Random {
  #state: number;

  /** Streams of neighbouring seeds have nothing in common: the seed is scattered first. */
  constructor(seed: number) {
    this.#state = scatter(seed) | 1;
  }

  /** Uniform in [0, 1). */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) * UNIT;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Gaussian (Box and Muller 1958), at most three sd from the mean: nobody laughs at 2,000 Hz. */
  normal(mean: number, sd: number): number {
    const z = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return mean + sd * Math.max(-3, Math.min(3, z));
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Symmetric, between low and high. */
  triangular(low: number, high: number): number {
    return low + ((high - low) * (this.next() + this.next())) / 2;
  }
}

/** An integer that differs from the seed's neighbours in half of its bits (the end of MurmurHash3). */
export function scatter(seed: number): number {
  let x = Math.imul(seed + 0x9e3779b9, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Van der Corput's sequence: the digits of `index`, mirrored at the point. Fills (0, 1) evenly, however many are taken. */
export function spread(index: number, base: number): number {
  let left = index + 1;
  let place = 1 / base;
  let sum = 0;
  while (left > 0) {
    sum += (left % base) * place;
    left = Math.floor(left / base);
    place /= base;
  }
  return sum;
}
