// A frame that left this device, taken apart for people: which bytes say what. docs/protocol.md has the layout.
// Pure. It reads what we wrote ourselves; anything it does not know is shown as bytes without a meaning.

export type Part =
  | "list"
  | "version"
  | "kind"
  | "seq"
  | "weights"
  | "weight"
  | "sure"
  | "presence"
  | "answer"
  | "taps"
  | "tap"
  | "code"
  | "rtt"
  | "unknown";

export interface Piece {
  readonly part: Part;
  readonly bytes: Uint8Array;
  /** The number that the bytes say; null where they only announce. */
  readonly value: number | null;
  /** Which label or kind of tap, for `weight` and `tap`. */
  readonly index: number;
}

const LAYOUT: Readonly<Record<number, readonly Part[]>> = {
  1: ["version", "kind", "seq", "weights", "sure"],
  2: ["version", "kind", "seq", "tap", "tap", "tap", "tap"],
  3: ["version", "kind", "seq", "presence", "answer", "taps", "code", "rtt"],
};

/** Widths of msgpack's unsigned integers after their first byte. */
const WIDTHS: Readonly<Record<number, number>> = { 204: 1, 205: 2, 206: 4 };
const BIN8 = 0xc4;

/** The pieces of one frame, in the order of its bytes; together they are exactly `bytes`. */
export function takeApart(bytes: Uint8Array): Piece[] {
  const parts = LAYOUT[bytes[2] ?? 0];
  if (!parts || (bytes[0] ?? 0) >> 4 !== 9) return [piece("unknown", bytes, null)];
  const pieces = [piece("list", bytes.subarray(0, 1), null)];
  let at = 1;
  let taps = 0;
  for (const part of parts) {
    const first = bytes[at];
    if (first === undefined) break;
    if (part === "weights" && first === BIN8) {
      const count = bytes[at + 1] ?? 0;
      pieces.push(piece("weights", bytes.subarray(at, at + 2), null));
      for (let i = 0; i < count && at + 2 + i < bytes.length; i++)
        pieces.push(piece("weight", bytes.subarray(at + 2 + i, at + 3 + i), bytes[at + 2 + i] ?? 0, i));
      at += 2 + count;
      continue;
    }
    const width = WIDTHS[first] ?? 0;
    const own = bytes.subarray(at, at + 1 + width);
    pieces.push(piece(part, own, width ? number(own.subarray(1)) : first, part === "tap" ? taps++ : 0));
    at += 1 + width;
  }
  if (at < bytes.length) pieces.push(piece("unknown", bytes.subarray(at), null));
  return pieces;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

function piece(part: Part, bytes: Uint8Array, value: number | null, index = 0): Piece {
  return { part, bytes, value, index };
}

function number(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total * 256 + byte, 0);
}
