// Frames of a call's own channel: the browser's half of kuuki/call/frames.py, which says what each number means.

import { FRAME_BYTES } from "../generated";
import { array, integer, pack, type Score } from "../mood/frames";
import { Kind, LABELS, Presence, VERSION, WHOLE } from "../mood/generated";
import { BadFrame, type Item, read } from "../msgpack";
import { CallKind, Picture, STEP_BYTES, Step } from "./generated";

/** A sign of life and the whole state of what one sends. */
export interface Sign {
  readonly kind: "sign";
  readonly seq: number;
  readonly presence: Presence;
  /** The newest seq of a sign heard from the partner, and how long ago it came. */
  readonly answer: number;
  readonly heldMs: number;
  readonly sound: boolean;
  readonly picture: Picture;
}

/** One step of the safety check. */
export interface Check {
  readonly kind: "check";
  readonly seq: number;
  readonly step: Step;
  readonly octets: Uint8Array;
}

export type CallFrame = Score | Sign | Check;

const HELD_MAX_MS = 0xffff;
const BYTE_MAX = 0xff;

export function encode(frame: CallFrame): Uint8Array {
  switch (frame.kind) {
    case "score":
      return pack(Kind.SCORE, frame.seq, Uint8Array.from(frame.weights), frame.sure);
    case "sign":
      return packSign(frame);
    case "check":
      return pack(CallKind.CHECK, frame.seq, frame.step, frame.octets);
  }
}

function packSign({ seq, presence, answer, heldMs, sound, picture }: Sign): Uint8Array {
  const held = Math.min(Math.max(Math.round(heldMs), 0), HELD_MAX_MS);
  return pack(CallKind.SIGN, seq, presence, answer, held, sound ? 1 : 0, picture);
}

/** What a partner accepts: at most FRAME_BYTES; raises BadFrame. */
export function decode(data: Uint8Array): CallFrame {
  if (data.length > FRAME_BYTES) throw new BadFrame("too_large");
  const [version, kind, ...items] = array(read(data));
  if (version !== VERSION) throw new BadFrame("version");
  if (kind === Kind.SCORE) return score(items);
  if (kind === CallKind.SIGN) return sign(items);
  if (kind === CallKind.CHECK) return check(items);
  throw new BadFrame("kind");
}

function score(items: readonly Item[]): Score {
  if (items.length !== 3) throw new BadFrame("length");
  const weights = [...bytes(items[1], LABELS.length)];
  if (weights.reduce((sum, weight) => sum + weight, 0) !== WHOLE) throw new BadFrame("sum");
  return { kind: "score", seq: integer(items[0]), weights, sure: integer(items[2], 0, BYTE_MAX) };
}

function sign(items: readonly Item[]): Sign {
  if (items.length !== 6) throw new BadFrame("length");
  return {
    kind: "sign",
    seq: integer(items[0]),
    presence: integer(items[1], 0, Presence.BYE) as Presence,
    answer: integer(items[2]),
    heldMs: integer(items[3], 0, HELD_MAX_MS),
    sound: integer(items[4], 0, 1) === 1,
    picture: integer(items[5], 0, Picture.FACE_OFF) as Picture,
  };
}

function check(items: readonly Item[]): Check {
  if (items.length !== 3) throw new BadFrame("length");
  const step = integer(items[1], Step.COMMIT, Step.REVEAL) as Step;
  return { kind: "check", seq: integer(items[0]), step, octets: bytes(items[2], STEP_BYTES[step]) };
}

function bytes(item: Item | undefined, length: number): Uint8Array {
  if (!(item instanceof Uint8Array) || item.length !== length) throw new BadFrame("bytes");
  return item;
}
