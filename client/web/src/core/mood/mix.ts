// The mix as the browser holds it: the same numbers as kuuki/mood/mix.py describes them.

import { MIX_STALE_MS } from "../generated";
import { LABELS, TAPS } from "./generated";
import { parseWaves, type Wave } from "./waves";

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
  /** 0..1, sensing of present; null unless it is live, or stale and was live: of few it would count them. */
  readonly coverage: number | null;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** Present only while live. */
  readonly body: MixBody | null;
  /** Another one than before: other people count, and the step between the two mixes is no mood. */
  readonly draw: number;
  /** How many people tapped each kind in the last second, at least, order of TAPS; null where too few are present. */
  readonly tapped: readonly number[] | null;
  /** Those that go on, and those that have just ended. */
  readonly waves: readonly Wave[];
  /** Age of the fold behind it when it was received. */
  readonly ageMs: number;
}

/** Whole milliseconds that a mix has, now that `sinceMs` have gone by since it was received. */
export function ageOf(mix: Mix, sinceMs: number): number {
  return mix.ageMs + Math.max(0, sinceMs);
}

/** The mix as it may be shown at that age: older than MIX_STALE_MS it is stale, whatever it was. */
export function shownAt(mix: Mix, sinceMs: number): Mix {
  if (mix.state === "stale" || ageOf(mix, sinceMs) <= MIX_STALE_MS) return mix;
  return { ...mix, state: "stale", body: null, tapped: null, waves: [] };
}

type Fields = Readonly<Record<string, unknown>>;

/** The mix in the JSON of `GET /rooms/{room}/mix`, parsed; null when it is not one. */
export function parseMix(value: unknown): Mix | null {
  try {
    return mixIn(fieldsOf(value));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function mixIn(fields: Fields): Mix {
  const state = fields["state"];
  if (state !== "empty" && state !== "few" && state !== "live" && state !== "stale") throw new TypeError("state");
  const people = fieldsOf(fields["people"]);
  return {
    term: number(fields, "term"),
    seq: number(fields, "seq"),
    state,
    coverage: state === "live" ? number(fields, "coverage") : state === "stale" ? optional(fields, "coverage") : null,
    atLeast: optional(people, "at_least"),
    atMost: optional(people, "at_most"),
    body: state === "live" ? bodyIn(fields) : null,
    draw: optional(fields, "draw") ?? 0,
    tapped: tappedIn(fields["tapped"]),
    waves: parseWaves(fields["waves"]),
    ageMs: number(fields, "age_ms"),
  };
}

function bodyIn(fields: Fields): MixBody {
  const weights = fieldsOf(fields["weights"]);
  const taps = fieldsOf(fields["taps"]);
  return {
    smiling: number(fields, "smiling"),
    weights: LABELS.map((label) => number(weights, label)),
    warmth: number(fields, "warmth", -1),
    energy: number(fields, "energy"),
    agreement: number(fields, "agreement"),
    taps: TAPS.map((kind) => number(taps, kind)),
  };
}

function tappedIn(value: unknown): number[] | null {
  return value === undefined || value === null ? null : TAPS.map((kind) => number(fieldsOf(value), kind));
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null) throw new TypeError("fields");
  return value as Fields;
}

function number(fields: Fields, name: string, low = 0): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isFinite(value) || value < low) throw new TypeError(name);
  return value;
}

function optional(fields: Fields, name: string): number | null {
  return fields[name] === undefined || fields[name] === null ? null : number(fields, name);
}
