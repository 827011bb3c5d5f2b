// Waves as a room's record tells them: each row's mix names those of its last seconds, so a wave stands in many rows.
// docs/protocol.md, section Timeline.

import { TAPS, type WaveKind } from "./generated";
import type { Mix, MixBody } from "./mix";
import type { Wave } from "./waves";

/** One wave of an evening. Times are UTC milliseconds. */
export interface EveningWave {
  readonly number: number;
  /** It may have become another one as it went on. */
  readonly kind: WaveKind;
  /** Seen in taps; else in faces. */
  readonly isTapped: boolean;
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

/** The same as JSON has it. */
export function waveFields({ number, kind, isTapped, beganMs, lastsMs, rise, share }: Wave): object {
  return {
    number,
    kind,
    tapped: isTapped,
    began_ms: beganMs,
    ...(lastsMs !== null && { lasts_ms: lastsMs }),
    rise,
    share,
  };
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

type Named = Pick<EveningWave, "number" | "isTapped" | "beganMs">;

function isSame(one: Named, other: Named): boolean {
  return (
    one.number === other.number && one.isTapped === other.isTapped && Math.abs(one.beganMs - other.beganMs) <= SAME_MS
  );
}

/** Where what it is of stood highest in its time. */
function peakOf({ kind, isTapped, beganMs, lastsMs, peakMs, top }: EveningWave, told: readonly Told[]): Peak {
  let best = { peakMs, top };
  for (const { atMs, mix } of told) {
    if (mix.body === null || atMs < beganMs || atMs > beganMs + lastsMs) continue;
    const value = isTapped ? rateOf(mix.body, kind) : mix.body.smiling;
    if (value > best.top) best = { peakMs: atMs, top: value };
  }
  return best;
}

type Peak = Pick<EveningWave, "peakMs" | "top">;

function rateOf({ taps }: MixBody, kind: WaveKind): number {
  return taps[(TAPS as readonly string[]).indexOf(kind)] ?? 0;
}
