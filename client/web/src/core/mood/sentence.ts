// The room in one sentence. The thresholds are here, the words in locale/.

import type { Standing } from "./air";
import { TAPS } from "./generated";
import type { Trend } from "./level";
import type { TapKind } from "./session";

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
const STICKS = 0.03;

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
