import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bulkOf } from "../../../src/core/mood/biggest";
import type { EveningWave } from "../../../src/core/mood/evening";
import { place, pulses } from "../../../src/core/mood/places";

describe("words of marks", () => {
  const span = { fromMs: 0, toMs: 100_000 };
  const mark = (second: number, text: string) => ({ id: `${second}`, atMs: second * 1000, text });

  test("stand beside their line, the next lane where there is no room, or nowhere", () => {
    const placed = place([mark(10, "Opening"), mark(12, "Second"), mark(13, "Third"), mark(40, "")], span, 600, 2, 7);
    expect(placed.map(({ x, lane }) => [x, lane])).toEqual([
      [60, 0],
      [72, 1],
      [78, null],
      [240, null],
    ]);
  });

  test("go to the left where the right has no room, and are shortened", () => {
    const [placed] = place([mark(99, "A very long word for this moment")], span, 600, 1, 7);
    expect(placed).toMatchObject({ isLeft: true, lane: 0, word: "A very long wor…" });
    expect(place([mark(500, "later")], span, 600, 1, 7)).toEqual([]);
  });

  test("never cover one another", () => {
    const some = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom("a", "笑いの波", "long long word", "")),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 50, max: 1200 }), (all, width) => {
        const marks = all.sort(([a], [b]) => a - b).map(([second, text]) => mark(second, text));
        const wide = (text: string) => [...text].reduce((sum, letter) => sum + (letter > "⻿" ? 14 : 7), 0);
        const placed = place(marks, span, width, 2, 7).filter(({ lane }) => lane !== null);
        for (const [i, one] of placed.entries())
          for (const other of placed.slice(i + 1)) {
            if (one.lane !== other.lane) continue;
            const [a, b] = [one, other].map(({ x, isLeft, word }) =>
              isLeft ? [x - wide(word), x] : [x, x + wide(word)],
            );
            expect(a![1]! <= b![0]! || b![1]! <= a![0]!).toBe(true);
          }
      }),
    );
  });
});

describe("signs of waves", () => {
  const span = { fromMs: 0, toMs: 100_000 };
  const wave = (second: number, rise: number): EveningWave => ({
    number: second,
    kind: "smiles",
    isTapped: false,
    beganMs: second * 1000 - 500,
    lastsMs: 2000,
    peakMs: second * 1000,
    top: 0.5,
    rise,
    share: 0.5,
  });

  test("stand at their peaks, where they are within the span", () => {
    const placed = pulses([wave(-1, 0.9), wave(10, 0.2), wave(101, 0.9)], span, 500, 12);
    expect(placed.map(({ x, wave: { number } }) => [x, number])).toEqual([[50, 10]]);
  });

  test("of a crowd the biggest are there, and none covers another", () => {
    const placed = pulses([wave(10, 0.2), wave(11, 0.6), wave(12, 0.3), wave(14, 0.2)], span, 500, 12);
    expect(placed.map(({ wave: { number } }) => number)).toEqual([11, 14]);
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 9 })));
    fc.assert(
      fc.property(some, (all) => {
        const waves = all.map(([second, tenths]) => wave(second, tenths / 10));
        const xs = pulses(waves, span, 300, 12);
        for (const [i, { x }] of xs.entries()) expect(x - (xs[i - 1]?.x ?? -12)).toBeGreaterThanOrEqual(12);
        // whoever is missing stands near a bigger one
        for (const each of waves) {
          const x = (each.peakMs / 100_000) * 300;
          const near = xs.filter((other) => Math.abs(other.x - x) < 12);
          expect(near.some((other) => bulkOf(other.wave) >= bulkOf(each))).toBe(true);
        }
      }),
    );
  });
});
