// A room that is there: the murmur of 30 talkers in six throats of breath, 25 dB below the room's laughter.

import { BLOCK, type Hooks, wayOf } from "./block";
import type { Bus } from "./bus";
import { Tract } from "./formants";
import { Hiss } from "./hiss";
import { Random } from "./random";
import { type Seat, seatOf } from "./seats";
import { Talk } from "./talk";

const THROATS = 6;
const TALKERS = 30;
/** Amplitude of one throat of full envelope: 30 people at rest are 25 dB below the same 30 laughing. */
const GAIN = 0.023;
/** At rest, and what smiling adds. */
const REST = 0.7;
const SMILING = 0.6;
/** Of it, while the whole room laughs: who laughs does not talk. */
const LAUGHING = 0.4;
const FOLLOWING_S = 0.3;
const FLOOR_HZ = 130;
const CORNER_HZ = 500;

export class Murmur {
  readonly #hisses: readonly Hiss[];
  readonly #tracts: readonly Tract[];
  readonly #seats: readonly Seat[];
  readonly #talkers: readonly Talk[];
  readonly #powers = new Float64Array(THROATS);
  readonly #stepS: number;
  readonly #isHeard: boolean;
  #gain = 0;

  constructor(rate: number, seed: number, hooks: Hooks) {
    const each = <T>(make: (index: number) => T): T[] => Array.from({ length: THROATS }, (_, i) => make(i));
    this.#hisses = each((i) => new Hiss(rate, seed + i, FLOOR_HZ, CORNER_HZ, 0.02, hooks.sine ?? false));
    this.#tracts = each((i) => new Tract(rate, 1.5 - 0.09 * i, 0.6));
    this.#seats = each((i) => seatOf(4 * i + 3));
    this.#talkers = Array.from({ length: TALKERS }, (_, i) => new Talk(new Random(seed + 13 * i)));
    this.#stepS = BLOCK / rate;
    this.#isHeard = hooks.solo === undefined;
  }

  /** Adds a block. +10 dB for ten times as many people, of whom one alone says nothing. */
  add(bus: Bus, people: number, level: number, laughing: number): void {
    const wanted =
      GAIN * Math.sqrt(Math.max(0, people - 1)) * (REST + SMILING * level) * (1 - (1 - LAUGHING) * laughing);
    this.#gain += wayOf(this.#stepS, FOLLOWING_S) * (wanted - this.#gain);
    if (this.#gain < 1e-7) this.#gain = 0;
    this.#talk();
    for (let i = 0; i < THROATS; i++) this.#throat(bus, i);
  }

  #throat(bus: Bus, index: number): void {
    const hiss = this.#hisses[index]!;
    const amplitude = this.#gain * Math.sqrt(this.#powers[index]!);
    if (this.#gain === 0 && hiss.isStill) return;
    hiss.fill(bus.block, amplitude);
    this.#tracts[index]!.run(bus.block);
    if (this.#isHeard) bus.seat(this.#seats[index]!, 1);
  }

  #talk(): void {
    this.#powers.fill(0);
    for (let i = 0; i < TALKERS; i++) {
      const talker = this.#talkers[i]!;
      talker.step(this.#stepS);
      this.#powers[i % THROATS]! += talker.amplitude * talker.amplitude;
    }
  }
}
