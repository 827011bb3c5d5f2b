import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns, extremes, place, runs, samples, times } from "../../../src/core/mood/curve";
import type { Row } from "../../../src/core/mood/history";

const HOUR = 3_600_000;

function row(second: number, smiling: number | null): Row {
  return { atMs: second * 1000, smiling, energy: smiling };
}

describe("columns", () => {
  test("a column is the mean of its rows", () => {
    const rows = [row(0, 0.2), row(1, 0.4), row(2, 0.9), row(3, 0.7)];
    expect(columns(rows, "smiling", { fromMs: 0, toMs: 4000 }, 2)).toEqual([expect.closeTo(0.3), expect.closeTo(0.8)]);
  });

  test("a lost row is bridged by a straight line, a silence is a hole", () => {
    const rows = [row(0, 0.1), row(2, 0.3), row(20, 0.5)];
    const found = columns(rows, "smiling", { fromMs: 0, toMs: 21_000 }, 21);
    expect(found.slice(0, 4)).toEqual([0.1, expect.closeTo(0.2), 0.3, null]);
    expect(runs(found)).toEqual([
      [0, [0.1, expect.closeTo(0.2), 0.3]],
      [20, [0.5]],
    ]);
  });

  test("rows in which nothing could be shown are holes, and rows outside do not count", () => {
    const rows = [
      row(-5, 1),
      row(0, 0.5),
      row(1, null),
      ...[2, 3, 4, 5, 6].map((s) => row(s, null)),
      row(7, 0.5),
      row(8, 1),
    ];
    expect(columns(rows, "energy", { fromMs: 0, toMs: 8000 }, 8)).toEqual([
      0.5,
      null,
      null,
      null,
      null,
      null,
      null,
      0.5,
    ]);
  });

  test("whatever the rows, values stay between the lowest and the highest", () => {
    const anyRow = fc.record({
      second: fc.integer({ min: 0, max: 600 }),
      value: fc.float({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 80 }), fc.integer({ min: 1, max: 300 }), (all, count) => {
        const rows = all.map(({ second, value }) => row(second, value)).sort((a, b) => a.atMs - b.atMs);
        const found = columns(rows, "smiling", { fromMs: 0, toMs: 600_000 }, count);
        expect(found).toHaveLength(count);
        for (const value of found)
          if (value !== null) expect(value).toSatisfy((v: number) => v >= -1e-9 && v <= 1 + 1e-9);
      }),
    );
  });
});

describe("times", () => {
  test("are round in local time", () => {
    const span = { fromMs: Date.UTC(2026, 10, 22, 11, 7), toMs: Date.UTC(2026, 10, 22, 12, 32) };
    const at = (ms: number) => new Date(ms).toISOString().slice(11, 16);
    expect(times(span, 9, 9 * HOUR).map(at)).toEqual([
      "11:10",
      "11:20",
      "11:30",
      "11:40",
      "11:50",
      "12:00",
      "12:10",
      "12:20",
      "12:30",
    ]);
    expect(times(span, 3, 9.5 * HOUR).map(at)).toEqual(["11:30", "12:00", "12:30"]);
    expect(times(span, 1, 5.75 * HOUR).map(at)).toEqual(["12:15"]);
  });

  test("are never more than there is room for, however long the span", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 * 60 }), fc.integer({ min: 1, max: 20 }), (minutes, most) => {
        expect(times({ fromMs: 12_345, toMs: 12_345 + minutes * 60_000 }, most, HOUR).length).toBeLessThanOrEqual(
          most + 1,
        );
      }),
    );
  });
});

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

test("what is told of a span is of that span alone", () => {
  const rows = [row(0, 0.99), row(10, 0.2), row(20, 0.8), row(30, null), row(31, 0.4)];
  const span = { fromMs: 5000, toMs: 40_000 };
  expect(extremes(rows, span)).toEqual({ newest: rows[4], low: rows[1], high: rows[2] });
  expect(extremes([row(1, null)], span)).toBeNull();
  expect(samples(rows, span, 2)).toEqual([rows[1], rows[4]]);
  expect(samples([], span, 12)).toEqual([]);
});
