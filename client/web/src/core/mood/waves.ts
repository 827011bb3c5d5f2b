// Waves: surges of the room, as every mix says those that go on and those that have just ended. kuuki/mood/waves.py has
// the bytes, kuuki/mood/surges.py finds them: pages find none of their own.

import { WAVES_SAID } from "../generated";
import { BadFrame, type Item } from "../msgpack";
import { GRID, WAVE_KINDS, type WaveKind } from "./generated";

/** One wave as one mix says it. */
export interface Wave {
  /** Counts up within one aggregator's term. */
  readonly number: number;
  readonly kind: WaveKind;
  /** Seen in taps; else in faces. */
  readonly isTapped: boolean;
  /** Before that mix. */
  readonly beganMs: number;
  /** null while it goes on. */
  readonly lastsMs: number | null;
  /** How far the share of the room rose, 0..1. */
  readonly rise: number;
  /** The greatest share of the room, 0..1. */
  readonly share: number;
}

const WAVE_BYTES = 14;
const GOES_ON = 0xffff;

/** The waves in a mix frame; raises BadFrame. */
export function unpackWaves(item: Item | undefined): Wave[] {
  if (!(item instanceof Uint8Array)) throw new BadFrame("waves");
  if (item.length > WAVES_SAID * WAVE_BYTES || item.length % WAVE_BYTES) throw new BadFrame("waves");
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  return Array.from({ length: item.length / WAVE_BYTES }, (_, i) => waveAt(view, i * WAVE_BYTES));
}

function waveAt(view: DataView, at: number): Wave {
  const kind = WAVE_KINDS[view.getUint8(at + 4)];
  const source = view.getUint8(at + 5);
  const [beganMs, lasts, rise, share] = [6, 8, 10, 12].map((offset) => view.getUint16(at + offset)) as [
    number,
    number,
    number,
    number,
  ];
  if (kind === undefined || source > 1 || beganMs === GOES_ON || rise > GRID || share > GRID)
    throw new BadFrame("integer");
  return {
    number: view.getUint32(at),
    kind,
    isTapped: source === 1,
    beganMs,
    lastsMs: lasts === GOES_ON ? null : lasts,
    rise: rise / GRID,
    share: share / GRID,
  };
}

/** The field `waves` of a mix as JSON. What is no wave is passed over. */
export function parseWaves(value: unknown): Wave[] {
  return Array.isArray(value) ? value.map(waveIn).filter((wave) => wave !== null) : [];
}

function waveIn(value: unknown): Wave | null {
  if (typeof value !== "object" || value === null) return null;
  const { number, kind, tapped, began_ms: beganMs, lasts_ms: lasts, rise, share } = value as Record<string, unknown>;
  const lastsMs = lasts ?? null;
  if (!WAVE_KINDS.includes(kind as WaveKind) || !isAmount(number) || !Number.isInteger(number)) return null;
  if (!isAmount(beganMs) || !isAmount(rise) || !isAmount(share) || share > 1) return null;
  if (lastsMs !== null && !isAmount(lastsMs)) return null;
  return { number, kind: kind as WaveKind, isTapped: tapped === true, beganMs, lastsMs, rise, share };
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** Whether a wave goes on. */
export function goesOn({ lastsMs }: Wave): boolean {
  return lastsMs === null;
}
