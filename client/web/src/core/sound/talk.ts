// Syllables: 3 to 5 a second, in phrases, as somebody talks under their breath.

import type { Random } from "./random";

const SYLLABLE_S: readonly [number, number] = [0.2, 0.33];
const PHRASE_SYLLABLES = 6;
const REST_S = 0.9;

export class Talk {
  amplitude = 0;
  readonly #chance: Random;
  #clock: number;
  #lengthS = 0.25;
  #stress = 1;

  constructor(chance: Random) {
    this.#chance = chance;
    this.#clock = -chance.exponential(REST_S);
  }

  step(stepS: number): void {
    this.#clock += stepS;
    if (this.#clock >= this.#lengthS) this.#next();
    const part = this.#clock / this.#lengthS;
    this.amplitude = part > 0 ? this.#stress * (0.5 - 0.5 * Math.cos(2 * Math.PI * part)) : 0;
  }

  #next(): void {
    const chance = this.#chance;
    const isOver = chance.next() < 1 / PHRASE_SYLLABLES;
    this.#clock = isOver ? -chance.exponential(REST_S) : 0;
    this.#lengthS = chance.between(SYLLABLE_S[0], SYLLABLE_S[1]);
    this.#stress = chance.between(0.45, 1);
  }
}
