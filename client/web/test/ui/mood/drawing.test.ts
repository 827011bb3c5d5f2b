// The history draws as often as there is something to see, and says it as seldom as can be read.

import { expect, it } from "vitest";
import { type HistorySnapshot, NO_HISTORY, type Row } from "../../../src/core/mood/history";
import { HistoryDrawing, NO_DRAWING } from "../../../src/ui/mood/history/drawing";

const HOUR_MS = 3_600_000;

function rows(count: number, fromMs = 0): Row[] {
  return Array.from({ length: count }, (_, at) => ({ atMs: fromMs + at * 1000, smiling: 0.5, energy: 0.5 }));
}

function record(count: number): HistorySnapshot {
  return { ...NO_HISTORY, recording: "on", rows: rows(count) };
}

it("draws again when about a pixel more of the curve is there, and says it anew after that", () => {
  const drawing = new HistoryDrawing();
  const first = drawing.next(NO_DRAWING, record(3600), "all", () => [], HOUR_MS, true);
  expect(first).toMatchObject({ span: { fromMs: 0, toMs: HOUR_MS }, told: { count: 3600 } });
  expect(drawing.next(first, record(3603), "all", () => [], HOUR_MS + 3000, false)).toBe(first);
  const drawn = drawing.next(first, record(3607), "all", () => [], HOUR_MS + 7000, false);
  expect(drawn.rows).toHaveLength(3607);
  expect(drawn.told).toBe(first.told);
  const told = drawing.next(drawn, record(3620), "all", () => [], HOUR_MS + 20_000, false);
  expect(told.told.count).toBe(3620);
});

it("draws and says at once what is another record, and what is the first", () => {
  const drawing = new HistoryDrawing();
  const empty = drawing.next(NO_DRAWING, record(0), "all", () => [], 1000, false);
  expect(empty.told.count).toBe(0);
  const first = drawing.next(empty, record(2), "all", () => [], 2000, false);
  expect(first.told.count).toBe(2);
  expect(drawing.next(first, record(0), "all", () => [], 2001, true).told.count).toBe(0);
});

it("shows the last ten minutes, or all, and a few minutes at least", () => {
  const spanOf = (shown: "recent" | "all", count: number) =>
    new HistoryDrawing().next(NO_DRAWING, record(count), shown, () => [], HOUR_MS, true).span;
  expect(spanOf("recent", 3600)).toEqual({ fromMs: HOUR_MS - 600_000, toMs: HOUR_MS });
  expect(spanOf("all", 3600)).toEqual({ fromMs: 0, toMs: HOUR_MS });
  expect(spanOf("all", 0)).toEqual({ fromMs: HOUR_MS - 300_000, toMs: HOUR_MS });
});

it("tells of the biggest laughs of what is shown, and of no other", () => {
  const merry = rows(3600).map((row, s) => ([100, 101, 3300].includes(s) ? { ...row, smiling: 0.9 } : row));
  const peaks = (shown: "recent" | "all") =>
    new HistoryDrawing()
      .next(NO_DRAWING, { ...record(0), rows: merry }, shown, () => [], HOUR_MS, true)
      .told.surges.map(({ peakMs }) => peakMs);
  expect(peaks("all")).toEqual([100_000, 3_300_000]);
  expect(peaks("recent")).toEqual([3_300_000]);
});

it("has a table of parts of the time, with what was highest in each, and none of a silence", () => {
  const some = rows(1200).map((row, s) => ({ ...row, smiling: s === 30 ? 0.9 : s >= 600 && s < 720 ? null : 0.5 }));
  const { table } = new HistoryDrawing().next(
    NO_DRAWING,
    { ...record(0), rows: some },
    "all",
    () => [],
    1_199_000,
    true,
  ).told;
  expect(table).toHaveLength(11);
  expect(table[0]).toMatchObject({ fromMs: 0, smiling: { most: 0.9, least: 0.5 } });
  expect(table[0]!.smiling.mean).toBeCloseTo(0.504);
});

it("shows what the page itself was shown only where the record does not reach", () => {
  const own = () => rows(20);
  const drawn = (snapshot: HistorySnapshot) =>
    new HistoryDrawing().next(NO_DRAWING, snapshot, "all", own, 20_000, true).rows.length;
  expect(drawn({ ...record(10), recording: "off" })).toBe(20);
  expect(drawn(record(10))).toBe(10);
});
