// Waves as a room's record tells them: each row's mix names those of its last seconds, so a wave stands in many rows.
// docs/protocol.md, section Timeline.

import { TAPS } from "./generated";
import type { Mix, MixBody } from "./mix";

/** `smiles`: of faces; the others are of taps. */
export type WaveKind = "smiles" | "laugh" | "wow" | "applause";

/** In the order in which they are named. */
export const WAVE_KINDS: readonly WaveKind[] = ["smiles", "laugh", "wow", "applause"];

/** One wave as one mix tells it. */
export interface Wave {
  /** Counts the waves of a room and a kind, anew after a change of aggregator. */
  readonly number: number;
  readonly kind: WaveKind;
  /** Before that mix, 0.. */
  readonly beganMs: number;
  /** null while it goes on. */
  readonly lastsMs: number | null;
  /** By how much of the room it rose above what was usual then, 0.. */
  readonly rise: number;
  /** How much of the room it was at its peak, 0..1. */
  readonly share: number;
}

/** One wave of an evening. Times are UTC milliseconds. */
export interface EveningWave {
  readonly number: number;
  readonly kind: WaveKind;
  readonly beganMs: number;
  /** So far, while it goes on. */
  readonly lastsMs: number;
  readonly peakMs: number;
  /** What stood highest then: the share that smiles, or the rate of those taps. */
  readonly top: number;
  readonly rise: number;
  readonly share: number;
}

/** A row of the record with the waves that it tells of. */
export interface Told {
  readonly atMs: number;
  readonly mix: Pick<Mix, "body">;
  readonly waves: readonly Wave[];
}

/** A number that comes back within that time of the clock is the same wave; later it was counted anew. */
const SAME_MS = 10_000;

/** The field `waves` of a mix as JSON. What is no wave is passed over; where there is none, there is no field. */
export function parseWaves(value: unknown): Wave[] {
  return Array.isArray(value) ? value.map(waveIn).filter((wave) => wave !== null) : [];
}

function waveIn(value: unknown): Wave | null {
  if (typeof value !== "object" || value === null) return null;
  const { number, kind, began_ms: beganMs, lasts_ms: lasts, rise, share } = value as Record<string, unknown>;
  const lastsMs = lasts ?? null;
  if (!WAVE_KINDS.includes(kind as WaveKind) || !isAmount(number) || !Number.isInteger(number)) return null;
  if (!isAmount(beganMs) || !isAmount(rise) || !isAmount(share) || share > 1) return null;
  if (lastsMs !== null && !isAmount(lastsMs)) return null;
  return { number, kind: kind as WaveKind, beganMs, lastsMs, rise, share };
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The same as JSON has it. */
export function waveFields({ number, kind, beganMs, lastsMs, rise, share }: Wave): object {
  return { number, kind, began_ms: beganMs, ...(lastsMs !== null && { lasts_ms: lastsMs }), rise, share };
}

/** Each wave once, as the last row told it, by its beginning. `before`: what earlier rows told. */
export function wavesOf(told: readonly Told[], before: readonly EveningWave[] = []): EveningWave[] {
  const all = [...before];
  const touched = new Set<number>();
  for (const { atMs, waves } of told)
    for (const { beganMs: agoMs, lastsMs, ...wave } of waves) {
      const now = { ...wave, beganMs: atMs - agoMs, lastsMs: lastsMs ?? agoMs };
      const known = all.findLastIndex((other) => isSame(other, now));
      const { peakMs, top } = all[known] ?? { peakMs: now.beganMs, top: 0 };
      const at = known < 0 ? all.length : known;
      all[at] = { ...now, peakMs, top };
      touched.add(at);
    }
  for (const at of touched) all[at] = { ...all[at]!, ...peakOf(all[at]!, told) };
  return all.sort((one, other) => one.beganMs - other.beganMs);
}

type Named = Pick<EveningWave, "number" | "kind" | "beganMs">;

function isSame(one: Named, other: Named): boolean {
  return one.number === other.number && one.kind === other.kind && Math.abs(one.beganMs - other.beganMs) <= SAME_MS;
}

/** Where what it is of stood highest in its time. */
function peakOf({ kind, beganMs, lastsMs, peakMs, top }: EveningWave, told: readonly Told[]): Peak {
  let best = { peakMs, top };
  for (const { atMs, mix } of told) {
    if (mix.body === null || atMs < beganMs || atMs > beganMs + lastsMs) continue;
    const value = numberOf(mix.body, kind);
    if (value > best.top) best = { peakMs: atMs, top: value };
  }
  return best;
}

type Peak = Pick<EveningWave, "peakMs" | "top">;

function numberOf({ smiling, taps }: MixBody, kind: WaveKind): number {
  return kind === "smiles" ? smiling : (taps[TAPS.indexOf(kind)] ?? 0);
}
