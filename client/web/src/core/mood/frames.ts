// Frames: the language of a kuuki data channel, the browser's half of kuuki/mood/frames.py.
// A frame is the whole truth at its seq, and any bytes decode to a frame or raise BadFrame. See docs/protocol.md.
// Version 1 is written; of a gateway's frames version 2 is read too, which says `waits` in a
// beat, and in a mix `draw`, the taps of this second and the waves.

import { MIX_FRAME_BYTES, SEQ_MAX } from "../generated";
import { BadFrame, type Item, read } from "../msgpack";
import { GRID, Kind, LABELS, LATEST, Presence, READ, State, TAPS, VERSION } from "./generated";
import type { Mix, MixBody, MixState } from "./mix";
import { unpackWaves } from "./waves";

export { BadFrame } from "../msgpack";

/** Seven integers of sum 255 (labels.ts), and how sure the detector was, 0..255. */
export interface Score {
  readonly kind: "score";
  readonly seq: number;
  readonly weights: readonly number[];
  readonly sure: number;
}

/** How often each kind was tapped since this join, in the order of TAPS; counts only grow. */
export interface Tap {
  readonly kind: "tap";
  readonly seq: number;
  readonly counts: readonly number[];
}

/** A sign of life, both ways: kuuki/mood/frames.py says what each number means. */
export interface Beat {
  readonly kind: "beat";
  readonly seq: number;
  readonly presence: Presence;
  readonly answer: number;
  readonly taps: number;
  readonly code: number;
  readonly rttMs: number;
  /** From a gateway: one shares and is counted from the next moment on, not yet. */
  readonly waits: boolean;
}

/** What a client says of a beat; `waits` is a gateway's alone. */
export type OwnBeat = Omit<Beat, "waits">;

export interface MixFrame {
  readonly kind: "mix";
  readonly mix: Mix;
}

/** The versions that are read, the newest first, as a join names them. */
export const READS = READ.join(", ");

const AGE_MAX_MS = 0xffff;
const STATES: readonly MixState[] = ["empty", "few", "live"];
const MIX_NUMBERS_BYTES = 2 * (LABELS.length + TAPS.length);
const TAPPED_BYTES = 2 * TAPS.length;

export function encode(frame: Score | Tap | OwnBeat): Uint8Array {
  switch (frame.kind) {
    case "score":
      return pack(Kind.SCORE, frame.seq, Uint8Array.from(frame.weights), frame.sure);
    case "tap":
      return pack(Kind.TAP, frame.seq, ...frame.counts);
    case "beat":
      return pack(Kind.BEAT, frame.seq, frame.presence, frame.answer, frame.taps, frame.code, frame.rttMs);
  }
}

/** Numbers and bytes as a msgpack array, each in its shortest form. */
export function pack(kind: number, ...items: readonly (number | Uint8Array)[]): Uint8Array {
  const bytes = [0x90 + 2 + items.length, VERSION, kind];
  for (const item of items) {
    if (typeof item === "number") packInteger(bytes, item);
    else bytes.push(0xc4, item.length, ...item);
  }
  return Uint8Array.from(bytes);
}

function packInteger(bytes: number[], value: number): void {
  if (value < 0x80) bytes.push(value);
  else if (value < 0x100) bytes.push(0xcc, value);
  else if (value < 0x10000) bytes.push(0xcd, value >>> 8, value & 0xff);
  else bytes.push(0xce, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** What a client accepts: a Beat or a Mix, at most MIX_FRAME_BYTES; raises BadFrame. */
export function decode(data: Uint8Array): Beat | MixFrame {
  if (data.length > MIX_FRAME_BYTES) throw new BadFrame("too_large");
  const [version, kind, ...items] = array(read(data));
  if (version !== VERSION && version !== LATEST) throw new BadFrame("version");
  const isLatest = version === LATEST;
  if (kind === Kind.BEAT) return beat(items, isLatest);
  if (kind === Kind.MIX) return { kind: "mix", mix: mix(items, isLatest) };
  throw new BadFrame("kind");
}

function beat(items: readonly Item[], isLatest: boolean): Beat {
  if (items.length !== (isLatest ? 7 : 6)) throw new BadFrame("length");
  return {
    kind: "beat",
    seq: integer(items[0]),
    presence: integer(items[1], 0, Presence.BYE) as Presence,
    answer: integer(items[2]),
    taps: integer(items[3]),
    code: integer(items[4]),
    rttMs: integer(items[5]),
    waits: isLatest && integer(items[6], 0, 1) === 1,
  };
}

function mix(items: readonly Item[], isLatest: boolean): Mix {
  if (items.length !== (isLatest ? 11 : 8)) throw new BadFrame("length");
  const state = integer(items[2], 0, State.LIVE);
  const body = items[6] === null ? null : mixBody(array(items[6]));
  if ((body !== null) !== (state === State.LIVE)) throw new BadFrame("body");
  const coverage = fraction(items[3]);
  return {
    term: integer(items[0]),
    seq: integer(items[1]),
    state: STATES[state] as MixState,
    coverage: state === State.LIVE ? coverage : null,
    atLeast: bound(items[4]),
    atMost: bound(items[5]),
    body,
    draw: isLatest ? integer(items[7]) : 0,
    tapped: isLatest && items[8] !== null ? uint16s(items[8], TAPPED_BYTES) : null,
    waves: isLatest ? unpackWaves(items[9]) : [],
    ageMs: integer(items.at(-1), 0, AGE_MAX_MS),
  };
}

function mixBody(items: readonly Item[]): MixBody {
  if (items.length !== 5) throw new BadFrame("length");
  const numbers = uint16s(items[4], MIX_NUMBERS_BYTES);
  const weights = numbers.slice(0, LABELS.length);
  if (weights.some((weight) => weight > GRID)) throw new BadFrame("weight");
  return {
    smiling: fraction(items[0]),
    weights: weights.map((weight) => weight / GRID),
    warmth: fraction(items[1], -GRID),
    energy: fraction(items[2]),
    agreement: fraction(items[3]),
    taps: numbers.slice(LABELS.length).map((rate) => rate / 100),
  };
}

function uint16s(item: Item | undefined, bytes: number): number[] {
  if (!(item instanceof Uint8Array) || item.length !== bytes) throw new BadFrame("bytes");
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  return Array.from({ length: item.length / 2 }, (_, i) => view.getUint16(2 * i));
}

export function array(item: Item | undefined): readonly Item[] {
  if (!Array.isArray(item)) throw new BadFrame("array");
  return item;
}

export function integer(item: Item | undefined, low = 0, high: number = SEQ_MAX): number {
  if (typeof item !== "number" || item < low || item > high) throw new BadFrame("integer");
  return item;
}

function fraction(item: Item | undefined, low = 0): number {
  return integer(item, low, GRID) / GRID;
}

function bound(item: Item | undefined): number | null {
  return item === null ? null : integer(item);
}
