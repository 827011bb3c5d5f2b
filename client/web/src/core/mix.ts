// The mix as the browser holds it: the same numbers as kuuki/mix.py describes them.

export type MixState = "empty" | "few" | "live" | "stale";

export interface MixBody {
  /** 0..1, share of sensing people who smile (calibrated for rooms). */
  readonly smiling: number;
  /** Seven, 0..1, order of LABELS. */
  readonly weights: readonly number[];
  /** -1..1 */
  readonly warmth: number;
  /** 0..1 */
  readonly energy: number;
  /** 0..1 */
  readonly agreement: number;
  /** Per person and minute, order of TAPS. */
  readonly taps: readonly number[];
}

export interface Mix {
  readonly term: number;
  readonly seq: number;
  readonly state: MixState;
  /** 0..1 */
  readonly coverage: number;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** Present only while live. */
  readonly body: MixBody | null;
  /** Age of the fold behind it when it was received. */
  readonly ageMs: number;
}
