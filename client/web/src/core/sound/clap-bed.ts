// Those who clap beyond the 64: a compound Poisson process of claps, 4.55 a person and second, on four pairs of hands.

import { BLOCK, type Hooks, wayOf } from "./block";
import type { Bus } from "./bus";
import { Bursts, HANDS, Hands } from "./clap";
import { CLAP_GAIN, CLAPPERS } from "./clappers";
import { Random } from "./random";
import { meanPower, type Seat, seatOf } from "./seats";

/** Claps of one person, a second. */
const CLAPS_HZ = 4.55;
/** Claps a second at most; beyond, each stands for several. */
const MOST_HZ = 3000;
/** How fast it follows the crowd, in seconds: people come in and fall out one by one. */
const FOLLOWING_S = 0.16;
/** Power of one clap of the bed beside one of the clappers': measured, so that 128 are 3 dB louder than 64. */
const EVENED = 1.1;

class Pair {
  readonly seat: Seat;
  readonly hands: Hands;
  readonly bursts: Bursts;
  /** Of the claps that begin in each frame of a block. */
  readonly powers = new Float32Array(BLOCK);

  constructor(rate: number, index: number, seed: number, hooks: Hooks) {
    const direction = seatOf(5 * index + 2);
    const evened = Math.sqrt(meanPower()) / Math.hypot(direction.left, direction.right);
    this.seat = { ...direction, left: direction.left * evened, right: direction.right * evened };
    this.hands = new Hands(rate, index, 1);
    this.bursts = new Bursts(rate, seed + index, hooks.sine ?? false);
  }

  add(bus: Bus): void {
    this.bursts.fill(bus.block, this.powers);
    this.hands.run(bus.block);
    bus.seat(this.seat, CLAP_GAIN);
  }
}

export class ClapBed {
  readonly #pairs: readonly Pair[];
  readonly #chance: Random;
  readonly #rate: number;
  readonly #isHeard: boolean;
  #people = 0;
  /** Frames until the next clap. */
  #due = 0;
  #ringing = 0;

  constructor(rate: number, seed: number, hooks: Hooks) {
    this.#pairs = HANDS.map((_, i) => new Pair(rate, i, seed, hooks));
    this.#chance = new Random(seed);
    this.#rate = rate;
    this.#isHeard = hooks.solo === undefined;
  }

  /** Adds a block of all who clap but the first 64. */
  add(bus: Bus, count: number): void {
    this.#people += wayOf(BLOCK / this.#rate, FOLLOWING_S) * (Math.max(0, count - CLAPPERS) - this.#people);
    if (this.#people >= 0.5) this.#ringing = 28;
    else if (--this.#ringing < 0) return;
    this.#fall();
    if (!this.#isHeard) return;
    for (let i = 0; i < this.#pairs.length; i++) this.#pairs[i]!.add(bus);
  }

  /** Who claps when, in this block. */
  #fall(): void {
    for (let i = 0; i < this.#pairs.length; i++) this.#pairs[i]!.powers.fill(0);
    if (this.#people < 0.5) return;
    const hz = Math.min(MOST_HZ, CLAPS_HZ * this.#people);
    const power = (EVENED * CLAPS_HZ * this.#people) / hz;
    for (; this.#due < BLOCK; this.#due += this.#chance.exponential(this.#rate / hz)) {
      const pair = Math.floor(this.#chance.next() * HANDS.length);
      this.#pairs[pair]!.powers[Math.floor(this.#due)]! += power * this.#force();
    }
    this.#due -= BLOCK;
  }

  /** The squared loudness of somebody somewhere: seats differ more than people do. */
  #force(): number {
    const amplitude = 10 ** (this.#chance.normal(0, 3.5) / 20);
    return amplitude * amplitude * 0.75;
  }
}
