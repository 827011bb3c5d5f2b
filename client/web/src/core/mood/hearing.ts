// What of a room's mixes is heard: from the level and the taps of this moment to the numbers that the sound follows.

import { MIN_GROUP } from "../generated";
import { type RoomAir, SILENCE } from "../sound/air";
import type { Player } from "../sound/player";
import { LABELS, TAPS } from "./generated";
import { Level, type Shown, spread, threshold } from "./level";
import type { Mix } from "./mix";
import type { Snapshot } from "./session";
import { goesOn } from "./waves";

/** A rise above the mood between waves begins to be a laugh where a wave would (surges.py), and is one altogether at … */
const IS_ONE = 1.4;
/** Coverage goes in steps of .05: less than half of one is said as none. */
const COVERED_LEAST = 0.025;
/** What the mood is when a room rests, 0..1: its spread is no smaller. */
const REST = [0.15, 0.5] as const;

/**
 * The room as it is heard. Who smiles while the room stands out of its mood laughs: the level says so with the first mix
 * of a laugh, before anybody has called it a wave. `shown`: what the level showed after this mix; null unless it is live.
 */
export function heardOf(mix: Mix | null, shown: Shown | null, minGroup: number): RoomAir {
  if (mix === null || mix.state === "stale" || mix.state === "empty") return SILENCE;
  const people = mix.atLeast ?? (mix.tapped ? minGroup : 0);
  if (people === 0) return SILENCE;
  const covered = mix.state === "live" ? Math.max(COVERED_LEAST, mix.coverage ?? 1) : 1;
  const present = Math.max(people / covered, ...(mix.tapped ?? []));
  const tapped = (kind: (typeof TAPS)[number]) => (mix.tapped?.[TAPS.indexOf(kind)] ?? 0) / present;
  return {
    people: present,
    level: shown?.share ?? 0,
    laughing: Math.max(shown ? laughing(mix, shown, people) : 0, tapped("laugh")),
    clapping: tapped("applause"),
    wowing: tapped("wow"),
  };
}

function laughing(mix: Mix, shown: Shown, people: number): number {
  const { mood } = shown;
  const isWave = mix.waves.some((wave) => !wave.isTapped && goesOn(wave));
  const rest = Math.min(REST[1], Math.max(REST[0], mood));
  // What is seen fades as light does; a laugh has an end of its own, and would be heard long after it.
  const share = Math.min(shown.share, (mix.body?.smiling ?? 0) + spread(people, rest));
  const above = (share - mood) / threshold(people, rest);
  return share * Math.min(1, Math.max(0, isWave ? above : (above - 1) / (IS_ONE - 1)));
}

/** One smiles oneself from this weight on, … */
const OWN_SMILE = 0.4;
/** … and for so long after it: faces blink and turn. */
const OWN_MS = 1500;
const HAPPY = LABELS.indexOf("happy");

/** The sound of a room for whoever visits it. */
export interface Listening {
  readonly player: Player;
  /** Whether it is heard only while one smiles too: a laugh track bores whoever does not laugh. */
  isShared: boolean;
}

/** What of a visit is heard. */
export type Audible = Pick<Snapshot, "mix" | "facts" | "reading">;

/** Follows a visit for the sound of its room. */
export class Hearing {
  readonly #level = new Level();
  #mix: Mix | null = null;
  #reading: Audible["reading"] = null;
  #air: RoomAir = SILENCE;
  #smiledMs = Number.NEGATIVE_INFINITY;
  isShared = false;

  /** What is to be heard after this change of a visit, at `nowMs` (any monotonic clock). */
  hear({ mix, facts, reading }: Audible, nowMs: number): RoomAir {
    if (mix !== this.#mix) this.#air = heardOf(mix, mix && this.#level.hear(mix, nowMs), facts?.minGroup ?? MIN_GROUP);
    this.#mix = mix;
    if (reading !== this.#reading && (reading?.shown[HAPPY] ?? 0) >= OWN_SMILE) this.#smiledMs = nowMs;
    this.#reading = reading;
    return this.isShared && nowMs - this.#smiledMs > OWN_MS ? SILENCE : this.#air;
  }
}
