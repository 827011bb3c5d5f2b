import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRAME_BYTES } from "../../../src/core/generated";
import { BadFrame, type Beat, decode, encode, type Score, type Tap } from "../../../src/core/mood/frames";
import { type Presence, State, WAVE_KINDS } from "../../../src/core/mood/generated";
import { toIntegers } from "../../../src/core/mood/labels";
import type { Mix, MixBody } from "../../../src/core/mood/mix";
import { fromHex, golden, toHex } from "../golden";

interface GoldenBody {
  smiling: number;
  weights: number[];
  warmth: number;
  energy: number;
  agreement: number;
  taps: number[];
}

interface GoldenFrame {
  seq: number;
  weights: number[];
  sure: number;
  counts: number[];
  presence: number;
  answer: number;
  taps: number;
  code: number;
  rtt_ms: number;
  waits: number;
  term: number;
  state: number;
  coverage: number;
  at_least: number | null;
  at_most: number | null;
  body: GoldenBody | null;
  draw: number;
  tapped: number[] | null;
  waves: {
    number: number;
    kind: number;
    source: number;
    began_ms: number;
    lasts_ms: number | null;
    rise: number;
    share: number;
  }[];
  age_ms: number;
}

interface GoldenCase {
  title: string;
  kind: "score" | "tap" | "beat" | "mix";
  frame: GoldenFrame;
  hex: string;
}

const CASES = golden("frames.json") as {
  frames: GoldenCase[];
  newer: GoldenCase[];
  bad: { title: string; hex: string; repeat?: number; client: string | null }[];
  weights: { weights: number[]; integers: number[] }[];
};

function ours({ kind, frame }: GoldenCase): Score | Tap | Beat | Mix {
  switch (kind) {
    case "score":
      return { kind, seq: frame.seq, weights: frame.weights, sure: frame.sure };
    case "tap":
      return { kind, seq: frame.seq, counts: frame.counts };
    case "beat": {
      const { seq, answer, taps, code } = frame;
      const waits = frame.waits === 1;
      return { kind, seq, presence: frame.presence as Presence, answer, taps, code, rttMs: frame.rtt_ms, waits };
    }
    case "mix":
      return mixOf(frame);
  }
}

function mixOf(frame: GoldenFrame): Mix {
  const body: MixBody | null = frame.body;
  return {
    term: frame.term,
    seq: frame.seq,
    state: (["empty", "few", "live"] as const)[frame.state]!,
    coverage: frame.state === State.LIVE ? frame.coverage : null,
    atLeast: frame.at_least,
    atMost: frame.at_most,
    body,
    draw: frame.draw,
    tapped: frame.tapped,
    waves: frame.waves.map(({ kind, source, began_ms, lasts_ms, ...rest }) => ({
      ...rest,
      kind: WAVE_KINDS[kind]!,
      isTapped: source === 1,
      beganMs: began_ms,
      lastsMs: lasts_ms,
    })),
    ageMs: frame.age_ms,
  };
}

describe("golden frames", () => {
  test.each(CASES.frames.filter((each) => each.kind !== "mix"))("writes $title", (each) => {
    const written = encode(ours(each) as Score | Tap | Beat);
    expect(toHex(written)).toBe(each.hex);
    expect(written.length).toBeLessThanOrEqual(FRAME_BYTES);
  });

  test.each([...CASES.frames, ...CASES.newer].filter((each) => each.kind === "beat"))("reads $title", (each) => {
    expect(decode(fromHex(each.hex))).toEqual(ours(each));
  });

  test.each([...CASES.frames, ...CASES.newer].filter((each) => each.kind === "mix"))("reads $title", (each) => {
    expect(decode(fromHex(each.hex))).toEqual({ kind: "mix", mix: ours(each) });
  });

  test.each(CASES.bad.filter((each) => each.client !== null))("drops $title", (each) => {
    const data = each.repeat ? new Uint8Array(each.repeat) : fromHex(each.hex);
    expect(() => decode(data)).toThrow(BadFrame);
  });
});

const uint32 = fc.nat({ max: 2 ** 32 - 1 });

test("a beat comes back", () => {
  const beats = fc.record({
    kind: fc.constant("beat" as const),
    seq: uint32,
    presence: fc.constantFrom<Presence>(0, 1, 2, 3),
    answer: uint32,
    taps: uint32,
    code: uint32,
    rttMs: uint32,
  });
  fc.assert(
    fc.property(beats, (beat) => {
      expect(decode(encode(beat))).toEqual({ ...beat, waits: false });
    }),
  );
});

test("any bytes are a frame or a BadFrame", () => {
  const near = fc.tuple(
    fc.constantFrom("980103", "990203", "9a0104", "9b0204", "dc000b0204", "95c60104"),
    fc.uint8Array({ maxLength: 140 }),
  );
  const nearFrames = near.map(([head, tail]) => Uint8Array.from([...fromHex(head), ...tail]));
  const changed = fc
    .tuple(fc.constantFrom(...CASES.frames, ...CASES.newer), fc.nat(), fc.nat({ max: 255 }))
    .map(([each, place, byte]) => fromHex(each.hex).map((old, i, all) => (i === place % all.length ? byte : old)));
  const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), nearFrames, changed);
  fc.assert(
    fc.property(anyBytes, (data) => {
      try {
        expect(["beat", "mix"]).toContain(decode(data).kind);
      } catch (error) {
        expect(error).toBeInstanceOf(BadFrame);
      }
    }),
    { numRuns: 3000 },
  );
});

test("a frame is read from the middle of a larger buffer", () => {
  const beat = encode({ kind: "beat", seq: 70000, presence: 1, answer: 2, taps: 3, code: 0, rttMs: 0 });
  const larger = Uint8Array.from([1, 2, 3, ...beat, 4]);
  expect(decode(larger.subarray(3, 3 + beat.length))).toEqual(decode(beat));
});

describe("weights as integers", () => {
  test.each(CASES.weights)("$weights", ({ weights, integers }) => {
    expect(toIntegers(weights)).toEqual(integers);
  });

  test("always sum to 255 and stay within one of the share", () => {
    const seven = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(
        seven.filter((weights) => weights.some((weight) => weight > 1e-9)),
        (weights) => {
          const integers = toIntegers(weights);
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          expect(integers.reduce((sum, value) => sum + value, 0)).toBe(255);
          weights.forEach((weight, i) => {
            expect(Math.abs(integers[i]! - (weight / total) * 255)).toBeLessThan(1);
          });
        },
      ),
    );
  });

  test.each([
    [[]],
    [[0, 0, 0, 0, 0, 0, 0]],
    [[1, 1, 1]],
    [[-1, 1, 1, 1, 1, 1, 1]],
    [[Number.NaN, 1, 1, 1, 1, 1, 1]],
    [[Infinity, 1, 1, 1, 1, 1, 1]],
  ])("refuse %j", (weights) => {
    expect(() => toIntegers(weights)).toThrow(RangeError);
  });
});
