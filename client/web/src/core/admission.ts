// How much a partner may ask of this page: a token bucket, as in kuuki/admission.py. Time is an argument.

export class Bucket {
  readonly #perS: number;
  readonly #burst: number;
  #left: number;
  #nowMs = 0;

  constructor(perS: number, burst: number) {
    this.#perS = perS;
    this.#burst = this.#left = burst;
  }

  /** Takes one; false: there is none left now. */
  take(nowMs: number): boolean {
    this.#left = Math.min(this.#burst, this.#left + (Math.max(0, nowMs - this.#nowMs) / 1000) * this.#perS);
    this.#nowMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
