import { describe, expect, test } from "vitest";
import { type Told, wavesOf } from "../../../src/core/mood/evening";
import { parseWaves, type Wave } from "../../../src/core/mood/waves";

const WAVE = { number: 7, kind: "smiles", began_ms: 1800, lasts_ms: 2400, rise: 0.31, share: 0.62 };

describe("the waves of a mix", () => {
  test("have all that they tell, and no length while they go on", () => {
    const { lasts_ms: _, ...going } = WAVE;
    expect(parseWaves([WAVE, going, { ...WAVE, lasts_ms: null }])).toEqual([
      { number: 7, kind: "smiles", isTapped: false, beganMs: 1800, lastsMs: 2400, rise: 0.31, share: 0.62 },
      { number: 7, kind: "smiles", isTapped: false, beganMs: 1800, lastsMs: null, rise: 0.31, share: 0.62 },
      { number: 7, kind: "smiles", isTapped: false, beganMs: 1800, lastsMs: null, rise: 0.31, share: 0.62 },
    ]);
    for (const kind of ["laugh", "wow", "applause"]) expect(parseWaves([{ ...WAVE, kind }])[0]?.kind).toBe(kind);
  });

  test.each([undefined, null, 3, "waves", {}, WAVE])("are none where there is no list (%#)", (value) => {
    expect(parseWaves(value)).toEqual([]);
  });

  test.each([
    null,
    7,
    [],
    {},
    { ...WAVE, kind: "sighs" },
    { ...WAVE, kind: ["smiles"] },
    { ...WAVE, number: 1.5 },
    { ...WAVE, number: -1 },
    { ...WAVE, number: "7" },
    { ...WAVE, began_ms: -1 },
    { ...WAVE, began_ms: undefined },
    { ...WAVE, lasts_ms: "long" },
    { ...WAVE, lasts_ms: -1 },
    { ...WAVE, rise: null },
    { ...WAVE, rise: Number.NaN },
    { ...WAVE, share: 1.01 },
    { ...WAVE, share: Number.POSITIVE_INFINITY },
  ])("pass over what is none, and keep the others (%#)", (wrong) => {
    expect(parseWaves([wrong, WAVE])).toHaveLength(1);
  });
});

describe("the waves of an evening", () => {
  function row(second: number, smiling: number, ...waves: Wave[]): Told {
    const body = { smiling, weights: [], warmth: 0, energy: 0, agreement: 0, taps: [0, smiling * 10, 0, 0] };
    return { atMs: second * 1000, mix: { body }, waves };
  }
  function wave(beganMs: number, lastsMs: number | null, more: Partial<Wave> = {}): Wave {
    return { number: 1, kind: "smiles", isTapped: false, beganMs, lastsMs, rise: 0.3, share: 0.6, ...more };
  }

  test("are there once, as the last row told them, with the second in which they stood highest", () => {
    const told = [
      row(9, 0.2),
      row(10, 0.4, wave(500, null, { share: 0.4 })),
      row(11, 0.8, wave(1500, null, { share: 0.8 })),
      row(12, 0.6, wave(2500, 2400, { share: 0.82 })),
      row(13, 0.9, wave(3500, 2400, { share: 0.82 })),
    ];
    expect(wavesOf(told)).toEqual([
      {
        number: 1,
        kind: "smiles",
        isTapped: false,
        beganMs: 9500,
        lastsMs: 2400,
        peakMs: 11_000,
        top: 0.8,
        rise: 0.3,
        share: 0.82,
      },
    ]);
    // page by page, as they come while one looks on
    const paged = told.reduce((known, each) => wavesOf([each], known), wavesOf([]));
    expect(paged).toEqual(wavesOf(told));
  });

  test("last as long as they have gone on so far", () => {
    expect(wavesOf([row(10, 0.4, wave(1500, null))])[0]).toMatchObject({ beganMs: 8500, lastsMs: 1500 });
  });

  test("are others in taps and in faces, and by their time where they were counted anew", () => {
    const told = [
      row(10, 0.4, wave(0, null), wave(200, null, { kind: "laugh", isTapped: true })),
      row(19, 0.4, wave(0, null)), // a clock that was set on a little
      row(40, 0.4, wave(0, null)),
    ];
    expect(wavesOf(told).map(({ kind, beganMs }) => [kind, beganMs])).toEqual([
      ["laugh", 9800],
      ["smiles", 19_000],
      ["smiles", 40_000],
    ]);
  });

  test("of taps stand highest where those taps do, and at their beginning where no row says", () => {
    const laugh = (beganMs: number, lastsMs: number | null) =>
      wave(beganMs, lastsMs, { kind: "laugh", isTapped: true });
    const silent: Told = { atMs: 21_000, mix: { body: null }, waves: [laugh(1000, 900)] };
    expect(wavesOf([row(10, 0.2, laugh(1000, null)), row(11, 0.7, laugh(2000, null))])[0]).toMatchObject({
      peakMs: 11_000,
      top: 7,
    });
    expect(wavesOf([silent])[0]).toMatchObject({ peakMs: 20_000, top: 0 });
  });
});
