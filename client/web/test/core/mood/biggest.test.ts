import { describe, expect, test } from "vitest";
import { biggest, wavesIn } from "../../../src/core/mood/biggest";
import type { EveningWave } from "../../../src/core/mood/evening";
import type { Row } from "../../../src/core/mood/history";

function wave(second: number, lastsS: number, rise: number, more: Partial<EveningWave> = {}): EveningWave {
  const beganMs = second * 1000;
  return {
    number: second,
    kind: "smiles",
    isTapped: (more.kind ?? "smiles") !== "smiles",
    beganMs,
    lastsMs: lastsS * 1000,
    peakMs: beganMs + 500,
    top: 0.6,
    rise,
    share: 0.6,
    ...more,
  };
}

describe("the biggest", () => {
  test("are ranked by how far they rose times how long they lasted", () => {
    const found = biggest([wave(0, 1, 0.9), wave(100, 8, 0.4), wave(200, 600, 0.001), wave(300, 3, 0.5)], 3);
    expect(found.map(({ number }) => number)).toEqual([100, 300, 0]);
  });

  test("a rate of taps above one counts as the whole room", () => {
    expect(biggest([wave(0, 2, 7), wave(10, 3, 0.9)], 1)[0]?.number).toBe(10);
  });

  test("waves of one time are one, of all their kinds, with the largest share, and else the numbers of the biggest", () => {
    const found = biggest(
      [
        wave(1, 2, 0.2, { kind: "applause" }),
        wave(0, 4, 0.5),
        wave(3, 5, 0.3, { kind: "laugh", share: 0.7 }),
        wave(20, 1, 0.2),
      ],
      5,
    );
    expect(found).toEqual([
      { ...wave(0, 4, 0.5), share: 0.7, kinds: ["smiles", "laugh", "applause"] },
      { ...wave(20, 1, 0.2), kinds: ["smiles"] },
    ]);
  });

  test("what overlaps one of them is of it, also where there are as many as asked for", () => {
    const found = biggest([wave(0, 4, 0.5), wave(20, 1, 0.9), wave(2, 3, 0.1, { kind: "wow" })], 1);
    expect(found.map(({ kinds }) => kinds)).toEqual([["smiles", "wow"]]);
  });

  test("one that ends as the next begins is another", () => {
    expect(biggest([wave(0, 4, 0.5), wave(4, 4, 0.5)], 5)).toHaveLength(2);
  });
});

describe("the waves of a span", () => {
  const span = { fromMs: 0, toMs: 60_000 };
  const rows = Array.from(
    { length: 61 },
    (_, s): Row => ({ atMs: s * 1000, smiling: s === 30 || s === 31 ? 0.8 : 0.2, energy: 0.5 }),
  );

  test("are those of the record where it tells of any that were smiled", () => {
    expect(wavesIn(span, [wave(10, 2, 0.3), wave(-20, 2, 0.3), wave(80, 2, 0.3)], rows)).toEqual([wave(10, 2, 0.3)]);
  });

  test("are else the peaks of the rows, beside what was tapped", () => {
    const tapped = wave(10, 2, 0.3, { kind: "wow" });
    expect(wavesIn(span, [tapped], rows).map(({ kind, peakMs }) => [kind, peakMs])).toEqual([
      ["wow", 10_500],
      ["smiles", 30_000],
    ]);
  });
});
