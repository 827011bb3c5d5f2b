// The sound of a room: numbers of the mix in, two ears out. Pure: the same seed and the same numbers at the same frames
// give the same sound, in an audio thread and without one. Nothing allocates after it was made.

import { countOf, inRange, type RoomAir, SILENCE } from "./air";
import { BLOCK, type Hooks, wayOf } from "./block";
import { Bus } from "./bus";
import { ClapBed } from "./clap-bed";
import { Clappers } from "./clappers";
import { LaughBed } from "./laugh-bed";
import { Laughers } from "./laughers";
import { Mastering } from "./mastering";
import { Murmur } from "./murmur";
import { scatter } from "./random";
import { Space } from "./space";
import { Wows } from "./wow";

export type { RoomAir } from "./air";

/** Makes the sound of a room. */
export interface Engine {
  /** What the room does from the next block on. Numbers out of range are taken for the nearest that may be. */
  set(air: RoomAir): void;
  /** The next frames, as many as both arrays hold. */
  render(left: Float32Array, right: Float32Array): void;
}

export interface EngineOptions {
  /** Frames a second: 8,000 to 192,000. */
  readonly sampleRate: number;
  readonly seed: number;
  /** false: as loud as the room is, with no ceiling. */
  readonly master?: boolean;
  readonly hooks?: Hooks;
}

/** How fast excitement follows the room, in seconds. */
const EXCITEMENT_S = 0.2;

class Room implements Engine {
  readonly #bus = new Bus();
  readonly #laughers: Laughers;
  readonly #laughBed: LaughBed;
  readonly #clappers: Clappers;
  readonly #clapBed: ClapBed;
  readonly #wows: Wows;
  readonly #murmur: Murmur;
  readonly #space: Space | null;
  readonly #mastering: Mastering | null;
  readonly #following: number;
  #air = SILENCE;
  #excitement = 0;
  /** Frames of the block that were given away. */
  #given = BLOCK;

  constructor({ sampleRate, seed, master = true, hooks = {} }: EngineOptions) {
    const of = (part: number) => scatter(seed * 8 + part) >>> 1;
    this.#laughers = new Laughers(sampleRate, of(0), hooks);
    this.#laughBed = new LaughBed(sampleRate, of(1), hooks);
    this.#clappers = new Clappers(sampleRate, of(2), hooks);
    this.#clapBed = new ClapBed(sampleRate, of(3), hooks);
    this.#wows = new Wows(sampleRate, of(4), hooks);
    this.#murmur = new Murmur(sampleRate, of(5), hooks);
    this.#space = hooks.dry ? null : new Space(sampleRate);
    this.#mastering = master ? new Mastering(sampleRate) : null;
    this.#following = wayOf(BLOCK / sampleRate, EXCITEMENT_S);
  }

  set(air: RoomAir): void {
    this.#air = inRange(air);
  }

  render(left: Float32Array, right: Float32Array): void {
    for (let i = 0; i < left.length; i++) {
      if (this.#given === BLOCK) this.#block();
      left[i] = this.#bus.left[this.#given]!;
      right[i] = this.#bus.right[this.#given]!;
      this.#given++;
    }
  }

  #block(): void {
    const bus = this.#bus;
    const { people, level, laughing, clapping, wowing } = this.#air;
    this.#excitement += this.#following * (laughing - this.#excitement);
    bus.clear();
    const laughers = countOf(people, laughing);
    this.#laughers.add(bus, laughers, people, level, this.#excitement);
    this.#laughBed.add(bus, laughers, this.#excitement);
    const clappers = countOf(people, clapping);
    this.#clappers.add(bus, clappers);
    this.#clapBed.add(bus, clappers);
    this.#wows.add(bus, countOf(people, wowing));
    this.#murmur.add(bus, people, level, laughing);
    this.#space?.run(bus);
    this.#mastering?.run(bus);
    this.#given = 0;
  }
}

/** The engine of one room. Its first 400 blocks or so cost more, until they are compiled: let them pass unheard. */
export function createEngine(options: EngineOptions): Engine {
  return new Room(options);
}
