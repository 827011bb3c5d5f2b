// What the Air looks like for a mix: size is energy, colour warmth, edge agreement, light coverage.
// Pure; the drawing softens over time, this does not.

import type { Pulse } from "./heard";
import type { Light } from "./level";
import type { Mix } from "./mix";
import type { Ring } from "./rings";
import type { Link } from "./session";

/** What the room can be said to be, before any number. */
export type Standing = "connecting" | "empty" | "few" | "live" | "stale" | "over";

export interface AirShape {
  readonly standing: Standing;
  /** Diameter of the light as a share of its box, 0..1. */
  readonly size: number;
  /** -1 cool .. 1 warm. */
  readonly tone: number;
  /** 0 mist .. 1 a sharp edge. */
  readonly edge: number;
  /** Brightness, 0..1. */
  readonly light: number;
  /** Plain rings that leave the light by themselves, per second, 0..2: it rings for a call. */
  readonly rings: number;
  /** The newest ring of a tap, */
  readonly ring?: Ring | null;
  /** and the newest swelling: another object is another one. */
  readonly pulse?: Pulse | null;
  /** Small lights that wait on a circle while few share: as many as the room needs, at most 12. */
  readonly seeds: number;
}

const SMALLEST = 0.38;
/** What rooms of real faces reach (docs/models.md): energy of a room at rest, and of one that laughs, … */
const ENERGY = [0.4, 0.8] as const;
/** … agreement of a room of two minds, and of one, … */
const AGREEMENT = [0.55, 0.95] as const;
/** … warmth of a room that smiles, and of one that does not: already there the light is as warm, or cool, as it gets. */
const FULL_WARMTH = 0.65;
const FULL_COOLNESS = 0.35;
/** From this coverage on the light is full. */
const FULL_COVERAGE = 0.5;
const DIMMEST = 0.4;
const MOST_SEEDS = 12;

const DARK: Omit<AirShape, "standing" | "seeds"> = { size: SMALLEST, tone: 0, edge: 0, light: 0, rings: 0 };

/** What stands between the room and us. A room that is over, or gone quiet, is never shown as live. */
export function standing(link: Link, mix: Mix | null): Standing {
  if (link === "closed") return "over";
  if (mix === null) return "connecting";
  if (mix.state === "live" && mix.body === null) return "stale";
  return mix.state;
}

/** The paced light of the level; null while there is none. `last`: the shape before; a stale outline keeps its size. */
export function airShape(
  link: Link,
  mix: Mix | null,
  minGroup: number,
  light: Light | null,
  last: AirShape | null = null,
): AirShape {
  const now = standing(link, mix);
  const seeds = Math.min(Math.max(Math.round(minGroup), 1), MOST_SEEDS);
  if (now !== "live" || !mix || !light) {
    const size = now === "stale" || now === "over" ? (last?.size ?? 0.6) : SMALLEST;
    return { ...DARK, standing: now, size, seeds };
  }
  const { energy, warmth, agreement } = light;
  return {
    standing: now,
    size: SMALLEST + (1 - SMALLEST) * within(energy, ENERGY),
    tone: clamp(warmth / (warmth < 0 ? FULL_COOLNESS : FULL_WARMTH), -1, 1),
    edge: within(agreement, AGREEMENT),
    light: DIMMEST + (1 - DIMMEST) * clamp((mix.coverage ?? 0) / FULL_COVERAGE, 0, 1),
    rings: 0,
    seeds,
  };
}

/** Where a value lies between two, 0..1. */
function within(value: number, [low, high]: readonly [number, number]): number {
  return clamp((value - low) / (high - low), 0, 1);
}

/** Whether a difference could be seen; drawing skips the rest. */
export function looksSame(a: AirShape, b: AirShape, just = 0.01): boolean {
  return (
    a.standing === b.standing &&
    a.seeds === b.seeds &&
    (a.ring ?? null) === (b.ring ?? null) &&
    (a.pulse ?? null) === (b.pulse ?? null) &&
    Math.abs(a.size - b.size) < just &&
    Math.abs(a.tone - b.tone) < just &&
    Math.abs(a.edge - b.edge) < just &&
    Math.abs(a.light - b.light) < just &&
    Math.abs(a.rings - b.rings) < just
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Number.isFinite(value) ? value : low));
}
