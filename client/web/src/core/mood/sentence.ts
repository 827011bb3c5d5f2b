// The room in one sentence and in one word. The thresholds are here, the words in locale/.

import type { Standing } from "./air";
import { LABELS, TAPS } from "./generated";
import type { MixBody } from "./mix";
import type { TapKind } from "./session";
import type { Trend } from "./trend";

/** A share in the terms people use. */
export type Share =
  | "hardly_any"
  | "one_in_ten"
  | "one_in_five"
  | "one_in_four"
  | "one_in_three"
  | "two_in_five"
  | "half"
  | "three_in_five"
  | "two_in_three"
  | "three_in_four"
  | "four_in_five"
  | "nine_in_ten"
  | "almost_all";

/** Lower ends of the shares, midway between the fractions they are named after. */
const SHARES: readonly (readonly [number, Share])[] = [
  [0, "hardly_any"],
  [0.05, "one_in_ten"],
  [0.15, "one_in_five"],
  [0.225, "one_in_four"],
  [0.29, "one_in_three"],
  [0.365, "two_in_five"],
  [0.45, "half"],
  [0.55, "three_in_five"],
  [0.633, "two_in_three"],
  [0.708, "three_in_four"],
  [0.775, "four_in_five"],
  [0.85, "nine_in_ten"],
  [0.95, "almost_all"],
];

/** A share once said is kept until the number is this far outside of it. */
const STICKS = 0.015;

/** The share that `smiling` (0..1) is; `before` is what was said last. */
export function share(smiling: number, before: Share | null = null): Share {
  const at = SHARES.findIndex(([, name]) => name === before);
  if (at >= 0) {
    const low = SHARES[at]?.[0] ?? 0;
    const high = SHARES[at + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    if (smiling >= low - STICKS && smiling < high + STICKS) return SHARES[at]?.[1] ?? "hardly_any";
  }
  return SHARES.findLast(([low]) => smiling >= low)?.[1] ?? "hardly_any";
}

/** One word for the stage. */
export type Word = "laughing" | "warm" | "surprised" | "lively" | "mixed" | "heavy" | "gentle" | "quiet";

const NEGATIVE = (["angry", "disgust", "fear", "sad"] as const).map((label) => LABELS.indexOf(label));
const SURPRISE = LABELS.indexOf("surprise");
const LAUGH = TAPS.indexOf("laugh");
/** Laugh taps per person and minute from which a smiling room is called laughing. */
const LAUGH_RATE = 3;
/** All taps per person and minute that make a room lively whatever the faces do. */
const LIVELY_RATE = 8;
/** A word once said is kept until a share is this far below where the word begins, or a rate of taps a fifth. */
const WORD_STICKS = 0.05;
const RATE_STICKS = 0.2;

/** How far a rate of taps is above `threshold`, in the measure of shares: a fifth below is WORD_STICKS below. */
function above(rate: number, threshold: number): number {
  return ((rate / threshold - 1) * WORD_STICKS) / RATE_STICKS;
}

/** How far a live body is above where each word begins, in the order in which the words take precedence. */
function distances({ smiling, weights, agreement, taps }: MixBody): readonly (readonly [Word, number])[] {
  const weight = (label: number): number => weights[label] ?? 0;
  const negative = NEGATIVE.reduce((total, label) => total + weight(label), 0);
  const rate = taps.reduce((total, one) => total + one, 0);
  return [
    ["laughing", Math.max(smiling - 0.7, Math.min(smiling - 0.45, above(taps[LAUGH] ?? 0, LAUGH_RATE)))],
    ["surprised", weight(SURPRISE) - 0.35],
    ["warm", smiling - 0.45],
    ["lively", above(rate, LIVELY_RATE)],
    ["heavy", negative - 0.5],
    ["mixed", 0.4 - agreement - Number.EPSILON],
    ["gentle", smiling - 0.15],
  ];
}

/**
 * The word for a live body, from its published numbers alone; `before` is what was said last. A room that stands at the
 * border of two words crosses it with every other mix. So a word begins at its threshold and ends a little below it:
 * without that the largest word of the stage would change five times a second.
 */
export function word(body: MixBody, before: Word | null = null): Word {
  const least = (name: Word): number => (name === before ? -WORD_STICKS : 0);
  return distances(body).find(([name, distance]) => distance >= least(name))?.[0] ?? "quiet";
}

/** Taps of one kind per person and minute that are worth saying, and that are still worth it once they were said. */
const NOTABLE_RATE = 1;
const KEPT_RATE = 0.7;
/** Another kind is said in the place of the one before when it is tapped so many times as often. */
const LOUDER = 1.25;

/** The kind of tap that is worth a mention now, or null; `before` is what was said last. */
export function loudestTap(taps: readonly number[], before: TapKind | null = null): TapKind | null {
  const most = Math.max(0, ...taps);
  const kept = before === null ? 0 : (taps[TAPS.indexOf(before)] ?? 0);
  if (kept >= KEPT_RATE && (most < NOTABLE_RATE || most < kept * LOUDER)) return before;
  return most >= NOTABLE_RATE ? (TAPS[taps.indexOf(most)] ?? null) : null;
}

/** Everything the sentence depends on. */
export interface Telling {
  readonly standing: Standing;
  readonly share: Share;
  readonly trend: Trend | null;
  readonly tap: TapKind | null;
  readonly minGroup: number;
}

/** The phrases a language gives. */
export interface RoomPhrases {
  readonly connecting: string;
  readonly empty: string;
  readonly stale: string;
  readonly over: string;
  readonly few: (minGroup: number) => string;
  readonly share: Readonly<Record<Share, string>>;
  readonly trend: Readonly<Record<Trend, string>>;
  readonly taps: Readonly<Record<TapKind, string>>;
  /** Share, trend ("" when there is none yet) and taps ("" when quiet) in one line. */
  readonly join: (share: string, trend: string, taps: string) => string;
}

/** The one sentence beside the Air, which is also what a screen reader hears. */
export function sentence(telling: Telling, phrases: RoomPhrases): string {
  switch (telling.standing) {
    case "few":
      return phrases.few(telling.minGroup);
    case "live":
      return phrases.join(
        phrases.share[telling.share],
        telling.trend ? phrases.trend[telling.trend] : "",
        telling.tap ? phrases.taps[telling.tap] : "",
      );
    default:
      return phrases[telling.standing];
  }
}
