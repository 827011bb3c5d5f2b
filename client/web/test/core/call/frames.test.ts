import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CallFrame, decode, encode } from "../../../src/core/call/frames";
import type { Picture, Step } from "../../../src/core/call/generated";
import { FRAME_BYTES } from "../../../src/core/generated";
import type { Presence } from "../../../src/core/mood/generated";
import { BadFrame } from "../../../src/core/msgpack";
import { fromHex, golden, toHex } from "../golden";

interface GoldenFrame {
  seq: number;
  weights: number[];
  sure: number;
  presence: Presence;
  answer: number;
  held_ms: number;
  sound: boolean;
  picture: Picture;
  step: Step;
  octets: string;
}

interface GoldenCase {
  title: string;
  kind: CallFrame["kind"];
  frame: GoldenFrame;
  hex: string;
}

const CASES = golden("callframes.json") as { frames: GoldenCase[]; bad: { title: string; hex: string }[] };

function ours({ kind, frame }: GoldenCase): CallFrame {
  const { seq } = frame;
  if (kind === "score") return { kind, seq, weights: frame.weights, sure: frame.sure };
  if (kind === "check") return { kind, seq, step: frame.step, octets: fromHex(frame.octets) };
  const { presence, answer, held_ms: heldMs, sound, picture } = frame;
  return { kind, seq, presence, answer, heldMs, sound, picture };
}

describe("golden frames of a call", () => {
  test.each(CASES.frames)("writes $title", (each) => {
    const written = encode(ours(each));
    expect(toHex(written)).toBe(each.hex);
    expect(written.length).toBeLessThanOrEqual(FRAME_BYTES);
  });

  test.each(CASES.frames)("reads $title", (each) => {
    expect(decode(fromHex(each.hex))).toEqual(ours(each));
  });

  test.each(CASES.bad)("drops $title", ({ hex }) => {
    expect(() => decode(fromHex(hex))).toThrow(BadFrame);
  });
});

test("what is held longer than a minute is said as the most", () => {
  const sign = { kind: "sign", seq: 1, presence: 1, answer: 1, sound: true, picture: 1 } as const;
  expect(decode(encode({ ...sign, heldMs: 1e9 }))).toMatchObject({ heldMs: 0xffff });
  expect(decode(encode({ ...sign, heldMs: -0.4 }))).toMatchObject({ heldMs: 0 });
});

test("any bytes are a frame of a call or a BadFrame", () => {
  const changed = fc
    .tuple(fc.constantFrom(...CASES.frames), fc.nat(), fc.nat({ max: 255 }))
    .map(([each, place, byte]) => fromHex(each.hex).map((old, i, all) => (i === place % all.length ? byte : old)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), changed), (data) => {
      try {
        expect(["score", "sign", "check"]).toContain(decode(data).kind);
      } catch (error) {
        expect(error).toBeInstanceOf(BadFrame);
      }
    }),
    { numRuns: 2000 },
  );
});
