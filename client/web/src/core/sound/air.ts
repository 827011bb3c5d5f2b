// What the room does, as numbers of the mix, and what of it is heard: the laws of the sound.

/** What the room does now. */
export interface RoomAir {
  /** How many there are, 0 and up: the lower edge of the mix's bucket. 0: silence. */
  readonly people: number;
  /** 0..1: how much the room smiles, paced. Murmur and chuckles follow it. */
  readonly level: number;
  /** 0..1: the share of the room that laughs now, in a wave or by taps. */
  readonly laughing: number;
  /** 0..1: the share that claps, by taps. */
  readonly clapping: number;
  /** 0..1: the share that says wow, by taps. */
  readonly wowing: number;
}

export const SILENCE: RoomAir = { people: 0, level: 0, laughing: 0, clapping: 0, wowing: 0 };

/** More than this many are not louder: a hall's end. */
const MOST_PEOPLE = 100_000;
/** Below this level of smiling nobody chuckles. */
const CHUCKLES_FROM = 0.15;
/** Chuckles a second of one person in a room that smiles with all its faces, and of a whole room at most. */
const CHUCKLES_EACH = 0.12;
const CHUCKLES_MOST = 4;

/** The same, within its ranges, whatever came. */
export function inRange({ people, level, laughing, clapping, wowing }: RoomAir): RoomAir {
  const share = (value: number) => within(value, 1);
  return {
    people: within(people, MOST_PEOPLE),
    level: share(level),
    laughing: share(laughing),
    clapping: share(clapping),
    wowing: share(wowing),
  };
}

/** NaN is nothing. */
function within(value: number, most: number): number {
  return value > 0 ? Math.min(value, most) : 0;
}

/**
 * How many do what a share of the room does. One tap in a room of few is heard as one person: somebody did it.
 */
export function countOf(people: number, share: number): number {
  if (people <= 0 || share <= 0.005) return 0;
  return Math.max(people * share, Math.min(1, people));
}

/** Chuckles a second: none below a faint smile, then faster than the smiling grows. */
export function chucklesOf(people: number, level: number): number {
  const smile = Math.max(0, (level - CHUCKLES_FROM) / (1 - CHUCKLES_FROM));
  return Math.min(CHUCKLES_MOST, CHUCKLES_EACH * people) * smile ** 1.5;
}
