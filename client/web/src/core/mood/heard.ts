// The waves that a page has heard of: which one is new, and what the last one was after the mixes have ceased to say it.

import { sameOr } from "../same";
import type { WaveKind } from "./generated";
import type { Mix } from "./mix";
import { goesOn, type Wave } from "./waves";

/** The last wave, in the page's own time. */
export interface LastWave {
  readonly kind: WaveKind;
  readonly isTapped: boolean;
  readonly goesOn: boolean;
  readonly beganMs: number;
  /** null while it goes on, and for ever where no mix that said its end has come. */
  readonly lastsMs: number | null;
  /** The greatest share of the room, 0..1. */
  readonly share: number;
}

/** A swelling of the light: one for each wave that begins. Another object is another one. */
export interface Pulse {
  /** How far the share of the room rose, 0..1. */
  readonly rise: number;
}

/** Names are kept for as long as mixes may say them; there are never so many at a time. */
const NAMES = 16;

export class HeardWaves {
  #names: string[] = [];
  #lastName: string | null = null;
  #last: LastWave | null = null;
  #pulse: Pulse | null = null;
  /** What the first mix says began before it came: that is no pulse. */
  #hasBegun = false;

  /** The last wave that was heard of, the same object while nothing of it changes; null: none yet. */
  get last(): LastWave | null {
    return this.#last;
  }

  get pulse(): Pulse | null {
    return this.#pulse;
  }

  /** A mix came at `nowMs` (any monotonic clock). */
  hear({ term, waves }: Pick<Mix, "term" | "waves">, nowMs: number): void {
    const names = waves.map(({ isTapped, number }) => `${term}.${isTapped}.${number}`);
    for (const [at, name] of names.entries()) this.#hear(name, waves[at]!, nowMs);
    if (this.#last?.goesOn && !names.includes(this.#lastName ?? "")) this.#last = { ...this.#last, goesOn: false };
    if (!this.#last?.goesOn) this.#goBack(names, waves, nowMs);
    this.#hasBegun = true;
  }

  /** The last one has ended, and an earlier one goes on. */
  #goBack(names: readonly string[], waves: readonly Wave[], nowMs: number): void {
    const at = waves.findLastIndex(goesOn);
    if (at < 0) return;
    this.#lastName = names[at]!;
    this.#last = null;
    this.#hear(names[at]!, waves[at]!, nowMs);
  }

  #hear(name: string, wave: Wave, nowMs: number): void {
    if (!this.#names.includes(name)) {
      this.#names = [...this.#names, name].slice(-NAMES);
      if (goesOn(wave) && this.#hasBegun) this.#pulse = { rise: wave.rise };
      this.#lastName = name;
      this.#last = null;
    }
    if (name !== this.#lastName) return;
    const { kind, isTapped, lastsMs, share } = wave;
    const beganMs = this.#last?.beganMs ?? nowMs - wave.beganMs;
    this.#last = sameOr(this.#last, { kind, isTapped, goesOn: goesOn(wave), beganMs, lastsMs, share });
  }
}
