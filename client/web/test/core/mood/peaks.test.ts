import { expect, test } from "vitest";
import type { Row } from "../../../src/core/mood/history";
import { peaksOf } from "../../../src/core/mood/peaks";

/** A row a second from what smiling was. */
function rows(values: readonly (number | null)[]): Row[] {
  return values.map((smiling, second) => ({ atMs: second * 1000, smiling, energy: smiling }));
}

function span(all: readonly Row[]) {
  return { fromMs: 0, toMs: all.at(-1)?.atMs ?? 1 };
}

function found(values: readonly (number | null)[]) {
  const all = rows(values);
  return peaksOf(all, span(all));
}

/** Seconds of a room that wavers by some hundredths, the same each time. */
function wavering(count: number, at = 0.2): number[] {
  return Array.from({ length: count }, (_, s) => at + 0.02 * Math.sin(s * 1.7) + 0.015 * Math.sin(s * 0.61));
}

test("a peak has its time, its length at half its height, its rise and its height", () => {
  const [peak, ...more] = found([0.2, 0.2, 0.2, 0.6, 0.6, 0.4, 0.2, 0.2]);
  expect(more).toEqual([]);
  expect(peak).toEqual({
    number: 1,
    kind: "smiles",
    isTapped: false,
    beganMs: 2500,
    lastsMs: 2500,
    peakMs: 3000,
    top: 0.6,
    rise: expect.closeTo(0.4),
    share: 0.6,
  });
});

test("a laugh of two seconds is found in an evening of 84 minutes, and the room's wavering is none", () => {
  const values = wavering(84 * 60);
  expect(found(values)).toEqual([]);
  for (const second of [3000, 3001]) values[second] = values[second]! + 0.3;
  expect(found(values).map(({ peakMs }) => peakMs)).toEqual([expect.toSatisfy((at) => at >= 3e6 && at <= 3.001e6)]);
});

test("a room that grows warmer and cooler over minutes does not laugh for minutes", () => {
  const values = Array.from({ length: 1200 }, (_, s) => 0.3 + 0.3 * Math.sin((s / 1200) * Math.PI));
  expect(found(values)).toEqual([]);
  values[600] = 0.85;
  expect(found(values)).toMatchObject([{ peakMs: 600_000, rise: expect.closeTo(0.25, 1) }]);
  expect(found(values)[0]!.lastsMs).toBeLessThan(3000);
});

test("two evenings in one, a quiet half and a merry one, do not hide each other's laughs", () => {
  const values = [...wavering(1800, 0.1), ...wavering(1800, 0.6)];
  for (const second of [900, 2700]) for (const i of [0, 1, 2]) values[second + i]! += 0.25;
  expect(found(values)).toHaveLength(2);
});

test("where everything wavers much, what stands out must stand out more", () => {
  const lively = Array.from({ length: 600 }, (_, s) => [0.3, 0.42, 0.54, 0.42][s % 4]!);
  expect(found(lively)).toEqual([]);
  lively[302] = 0.95;
  expect(found(lively)).toMatchObject([{ peakMs: 302_000 }]);
});

test("where people laugh half of the time, they laugh", () => {
  const merry = Array.from({ length: 600 }, (_, s) => (s % 12 < 6 ? 0.1 : 0.8));
  expect(found(merry)).toHaveLength(49); // of the last nobody knows how it ends
});

test("what rises by less than a tenth is none; what rises by more is, each for itself", () => {
  expect(found([0.2, 0.2, 0.29, 0.2, 0.2])).toEqual([]);
  const quiet = Array.from({ length: 20 }, () => 0.2);
  const twice = [...quiet, 0.5, 0.3, 0.5, 0.2, ...quiet];
  expect(found(twice).map(({ peakMs, rise }) => [peakMs, Number(rise.toFixed(2))])).toEqual([
    [20_000, 0.3],
    [22_000, 0.3],
  ]);
});

test("silences end what is before them, and nothing is made up of rows that show nothing", () => {
  const silence = Array.from({ length: 30 }, () => null);
  expect(found([...silence, ...silence])).toEqual([]);
  expect(found([])).toEqual([]);
  expect(found([0.2, 0.6, ...silence, 0.2])).toEqual([]); // how it went on nobody knows
  expect(found([0.2, 0.6, null, 0.2])).toHaveLength(1); // a lost row is no silence
});

test("only rows of the span count", () => {
  const all = rows([0.2, 0.8, 0.2, 0.2, 0.7, 0.2]);
  expect(peaksOf(all, { fromMs: 2500, toMs: 5000 }).map(({ peakMs }) => peakMs)).toEqual([4000]);
});
