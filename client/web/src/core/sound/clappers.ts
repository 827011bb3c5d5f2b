// Those who clap with hands of their own: 64. More are a bed (clap-bed.ts).

import { BLOCK, type Hooks } from "./block";
import type { Bus } from "./bus";
import { Burst, Hands } from "./clap";
import { Random } from "./random";
import { type Seat, seatOf } from "./seats";

/** The most pairs of hands of their own. */
export const CLAPPERS = 64;
/** Onset to onset, in seconds: somebody's own tempo, and by what part of it each clap differs (Peltola 2004). */
const INTERVAL_S: readonly [number, number] = [0.15, 0.29];
const JITTER = 0.1;
/** Tempo drifts: a random walk, pulled back to one's own. */
const DRIFT = 0.012;
const RETURN = 0.12;
/** Who claps begins after, and goes on for, on average (seconds). */
const START_S = 0.12;
const STOP_S = 0.5;
/** The amplitude of one clap: 30 people clapping are as loud as 30 laughing. */
export const CLAP_GAIN = 1.5;
/** How far claps of one person differ in amplitude. */
const FORCE: readonly [number, number] = [0.7, 1.3];
const RINGING = 14;

class Clapper {
  readonly #chance: Random;
  readonly #burst: Burst;
  readonly #hands: Hands;
  readonly #seat: Seat;
  readonly #rate: number;
  readonly #tempoS: number;
  readonly #force: number;
  readonly #isHeard: boolean;
  #drift = 1;
  /** Frames until the next clap, from the beginning of the block; while nobody claps, none is due. */
  #due = Number.POSITIVE_INFINITY;
  #patience = 0;
  #ringing = 0;

  constructor(rate: number, index: number, seed: number, hooks: Hooks) {
    this.#chance = new Random(seed);
    this.#rate = rate;
    this.#burst = new Burst(rate, seed, hooks.sine ?? false);
    this.#hands = new Hands(rate, index, Math.exp(this.#chance.normal(0, 0.05)));
    this.#seat = seatOf(index);
    this.#tempoS = this.#chance.triangular(INTERVAL_S[0], INTERVAL_S[1]);
    this.#force = 10 ** (this.#chance.normal(0, 1.5) / 20);
    this.#isHeard = hooks.solo === undefined || hooks.solo === index;
  }

  add(bus: Bus, claps: boolean): void {
    this.#decide(claps);
    if (this.#due < BLOCK) this.#clap();
    this.#due -= BLOCK;
    if (!this.#burst.isOver) this.#ringing = RINGING;
    else if (--this.#ringing < 0) return;
    this.#burst.fill(bus.block);
    this.#hands.run(bus.block);
    if (this.#isHeard) bus.seat(this.#seat, 1);
  }

  #decide(claps: boolean): void {
    const isAtIt = this.#due !== Number.POSITIVE_INFINITY;
    if (claps && !isAtIt) {
      this.#due = Math.round(this.#rate * (this.#chance.exponential(START_S) + this.#chance.next() * this.#tempoS));
      this.#patience = this.#chance.exponential(STOP_S);
    } else if (!claps && isAtIt) {
      this.#patience -= BLOCK / this.#rate;
      if (this.#patience < 0) this.#due = Number.POSITIVE_INFINITY;
    }
  }

  #clap(): void {
    const chance = this.#chance;
    const force = chance.triangular(FORCE[0], FORCE[1]);
    this.#burst.begin(this.#due, CLAP_GAIN * this.#force * force);
    this.#drift += chance.normal(0, DRIFT) - RETURN * (this.#drift - 1);
    const jitter = chance.triangular(1 - JITTER, 1 + JITTER);
    this.#due += Math.max(BLOCK, Math.round(this.#rate * this.#tempoS * this.#drift * jitter));
  }
}

export class Clappers {
  readonly #all: readonly Clapper[];

  constructor(rate: number, seed: number, hooks: Hooks) {
    this.#all = Array.from({ length: CLAPPERS }, (_, i) => new Clapper(rate, i, seed + 57 * i, hooks));
  }

  /** Adds a block of `count` who clap. */
  add(bus: Bus, count: number): void {
    for (let i = 0; i < CLAPPERS; i++) this.#all[i]!.add(bus, count > i + 0.5);
  }
}
