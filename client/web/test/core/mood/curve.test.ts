import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { columns, extremes, meant, middleOf, partAt, type Reach, runs, times } from "../../../src/core/mood/curve";
import type { Row } from "../../../src/core/mood/history";

const HOUR = 3_600_000;

function row(second: number, smiling: number | null): Row {
  return { atMs: second * 1000, smiling, energy: smiling };
}

/** A column of one row. */
function only(value: number): Reach {
  return {
    atMs: expect.any(Number),
    mean: expect.closeTo(value),
    most: expect.closeTo(value),
    least: expect.closeTo(value),
  };
}

/** 84 minutes, a row a second, at which the room smiles a little more or less, by `among` more within two seconds. */
function evening(among: number, fromS: number): Row[] {
  return Array.from({ length: 84 * 60 }, (_, s) =>
    row(s, 0.2 + 0.05 * Math.sin(s / 7) + (s >= fromS && s < fromS + 2 ? among : 0)),
  );
}

describe("columns", () => {
  test("a column has the mean of its rows, the most, when that was, and the least", () => {
    const rows = [row(0, 0.2), row(1, 0.4), row(2, 0.9), row(3, 0.7)];
    expect(columns(rows, "smiling", { fromMs: 0, toMs: 4000 }, 2)).toEqual([
      { atMs: 1000, mean: expect.closeTo(0.3), most: 0.4, least: 0.2 },
      { atMs: 2000, mean: expect.closeTo(0.8), most: 0.9, least: 0.7 },
    ]);
  });

  test("a laugh of two seconds in 84 minutes is seen at its height in the width of a phone, wherever it is", () => {
    const span = { fromMs: 0, toMs: 84 * 60_000 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 84 * 60 - 2 }), (fromS) => {
        const found = columns(evening(0.7, fromS), "smiling", span, 130);
        const highest = found.reduce((most, column) => Math.max(most, column?.most ?? 0), 0);
        expect(highest).toBeGreaterThanOrEqual(0.85);
        expect(found[partAt(fromS * 1000, span, 130)!]!.most).toBeGreaterThanOrEqual(0.85);
        expect(found[partAt(fromS * 1000, span, 130)!]!.mean).toBeLessThan(0.4); // which is why means do not do
      }),
      { numRuns: 20 },
    );
  });

  test("a lost row is bridged by a straight line, a silence is a hole", () => {
    const rows = [row(0, 0.1), row(2, 0.3), row(20, 0.5)];
    const found = columns(rows, "smiling", { fromMs: 0, toMs: 21_000 }, 21);
    expect(found.slice(0, 4)).toEqual([only(0.1), only(0.2), only(0.3), null]);
    expect(runs(found)).toEqual([
      [0, [only(0.1), only(0.2), only(0.3)]],
      [20, [only(0.5)]],
    ]);
  });

  test("rows in which nothing could be shown are holes, and rows outside do not count", () => {
    const rows = [row(-5, 1), row(0, 0.5), ...[1, 2, 3, 4, 5, 6].map((s) => row(s, null)), row(7, 0.5), row(9, 1)];
    const none = Array.from({ length: 6 }, () => null);
    expect(columns(rows, "energy", { fromMs: 0, toMs: 8000 }, 8)).toEqual([only(0.5), ...none, only(0.5)]);
  });

  test("the newest row, at the end of the span, is in the last column", () => {
    expect(columns([row(0, 0.1), row(8, 0.9)], "smiling", { fromMs: 0, toMs: 8000 }, 2)[1]?.most).toBe(0.9);
  });

  test("whatever the rows, no column's most is below any of its rows, no least above, and the mean is between", () => {
    const anyRow = fc.record({
      second: fc.integer({ min: 0, max: 600 }),
      value: fc.option(fc.float({ min: 0, max: 1, noNaN: true })),
    });
    const span = { fromMs: 0, toMs: 600_000 };
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 80 }), fc.integer({ min: 1, max: 300 }), (all, count) => {
        const rows = all.map(({ second, value }) => row(second, value)).sort((a, b) => a.atMs - b.atMs);
        const found = columns(rows, "smiling", span, count);
        expect(found).toHaveLength(count);
        for (const { atMs, smiling } of rows) {
          if (smiling === null) continue;
          const column = found[partAt(atMs, span, count)!]!;
          expect(column.most).toBeGreaterThanOrEqual(smiling);
          expect(column.least).toBeLessThanOrEqual(smiling);
        }
        for (const column of found) {
          if (column === null) continue;
          expect(column.mean).toBeLessThanOrEqual(column.most + 1e-9);
          expect(column.mean).toBeGreaterThanOrEqual(column.least - 1e-9);
        }
      }),
    );
  });

  test("whatever the width, a silence of twelve seconds or more stays a gap", () => {
    const [from, long, width] = [fc.nat(500), fc.integer({ min: 12, max: 90 }), fc.integer({ min: 1, max: 600 })];
    fc.assert(
      fc.property(from, long, width, (fromS, longS, count) => {
        const isSilent = ({ atMs }: Row) => atMs >= fromS * 1000 && atMs < (fromS + longS) * 1000;
        const rows = evening(0, 0)
          .slice(0, 601)
          .filter((each) => !isSilent(each));
        const found = columns(rows, "smiling", { fromMs: 0, toMs: 600_000 }, count);
        const partS = 600 / count;
        for (const [i, column] of found.entries())
          if (i * partS > fromS - 0.999 && (i + 1) * partS < fromS + longS - 0.001) expect(column).toBeNull();
      }),
    );
  });
});

describe("a place on the curve", () => {
  const span = { fromMs: 10_000, toMs: 20_000 };

  test("is a part of the span, whose middle is in it", () => {
    expect([9999, 10_000, 10_999, 11_000, 20_000, 20_001].map((ms) => partAt(ms, span, 10))).toEqual([
      null,
      0,
      0,
      1,
      9,
      null,
    ]);
    for (const part of [0, 4, 9]) expect(partAt(middleOf(part, span, 10), span, 10)).toBe(part);
  });

  test("that a finger means is the highest within its reach, and the nearest of the highest", () => {
    const found = [0.2, 0.9, 0.3, 0.1, 0.3, 0.5].map((most) => ({ atMs: 0, mean: most, most, least: most }));
    expect(meant(found, 2, 1)).toBe(1);
    expect(meant(found, 3, 1)).toBe(2);
    expect(meant(found, 0, 0)).toBe(0);
    expect(meant(found, 5, 3)).toBe(5);
    expect(meant([null, null], 1, 1)).toBe(1);
    expect(meant([null, found[0]!], 0, 1)).toBe(1);
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

test("what is told of a span is of that span alone", () => {
  const rows = [row(0, 0.99), row(10, 0.2), row(20, 0.8), row(30, null), row(31, 0.4)];
  const span = { fromMs: 5000, toMs: 40_000 };
  expect(extremes(rows, span)).toEqual({ newest: rows[4], low: rows[1], high: rows[2] });
  expect(extremes([row(1, null)], span)).toBeNull();
});
