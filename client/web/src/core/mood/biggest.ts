// Where an evening stood out most: its waves, each stretch of time once.

import type { Span } from "./curve";
import type { EveningWave } from "./evening";
import { WAVE_KINDS, type WaveKind } from "./generated";
import type { Row } from "./history";
import { peaksOf } from "./peaks";

/** Waves of one time: the biggest of them, with the largest share and all kinds. */
export interface Surge extends EveningWave {
  readonly kinds: readonly WaveKind[];
}

/**
 * How big a wave was: by how much of the room it rose, for how long, in milliseconds of the whole room. Without its
 * length a giggle of one second would stand above a laugh that the room could not end; without its rise an hour of
 * smiling would.
 */
export function bulkOf({ rise, lastsMs }: Pick<EveningWave, "rise" | "lastsMs">): number {
  return Math.min(1, rise) * lastsMs;
}

/** The waves of a span: of faces as the record tells them, or, where it tells of none, as its rows show them. */
export function wavesIn(span: Span, told: readonly EveningWave[], rows: readonly Row[]): EveningWave[] {
  const within = told.filter(({ peakMs }) => peakMs >= span.fromMs && peakMs <= span.toMs);
  return within.some(({ isTapped }) => !isTapped) ? within : [...within, ...peaksOf(rows, span)];
}

/** The `count` biggest, the biggest first. Waves that overlap are one surge: a laugh is smiled and tapped. */
export function biggest(waves: readonly EveningWave[], count: number): Surge[] {
  const surges: Surge[] = [];
  for (const wave of [...waves].sort((one, other) => bulkOf(other) - bulkOf(one))) {
    const at = surges.findIndex((surge) => overlaps(surge, wave));
    if (at >= 0) surges[at] = joined(surges[at]!, wave);
    else if (surges.length < count) surges.push({ ...wave, kinds: [wave.kind] });
  }
  return surges;
}

function overlaps(one: EveningWave, other: EveningWave): boolean {
  return one.beganMs < other.beganMs + other.lastsMs && other.beganMs < one.beganMs + one.lastsMs;
}

function joined(surge: Surge, { kind, share }: EveningWave): Surge {
  const kinds = WAVE_KINDS.filter((each) => each === kind || surge.kinds.includes(each));
  return { ...surge, kinds, share: Math.max(share, surge.share) };
}
