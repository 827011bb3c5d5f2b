import { expect, test } from "vitest";
import { Bouts } from "../../../src/core/sound/bouts";
import { Random, spread } from "../../../src/core/sound/random";
import { meanPower, seatOf } from "../../../src/core/sound/seats";

const STEP_S = 128 / 48_000;

/** Onsets of calls in seconds, of somebody who laughs for as long as told. */
function onsets(seed: number, laughsS: number, totalS: number): number[] {
  const bouts = new Bouts(new Random(seed), 0.5);
  const found: number[] = [];
  let before = 0;
  for (let now = 0; now < totalS; now += STEP_S) {
    bouts.step(STEP_S, now < laughsS);
    const loud = bouts.voice + bouts.breath;
    if (before === 0 && loud > 0) found.push(now);
    before = loud;
  }
  return found;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test("calls come as people's do: 214 ms from onset to onset, and never as a machine's", () => {
  const intervals = Array.from({ length: 20 }, (_, seed) => onsets(seed, 20, 20)).flatMap((at) =>
    at.slice(1).map((onset, i) => onset - at[i]!),
  );
  expect(median(intervals)).toBeGreaterThan(0.18);
  expect(median(intervals)).toBeLessThan(0.26);
  expect(new Set(intervals.map((interval) => interval.toFixed(2))).size).toBeGreaterThan(20);
});

test("who laughs begins within half a second, mostly sooner, and not all at once", () => {
  const starts = Array.from({ length: 60 }, (_, seed) => onsets(seed, 4, 4)[0] ?? 9);
  expect(median(starts)).toBeLessThan(0.2);
  expect(Math.max(...starts)).toBeLessThan(1.5);
  expect(new Set(starts.map((start) => start.toFixed(2))).size).toBeGreaterThan(10);
});

test("when it is over, everybody stops soon", () => {
  for (let seed = 0; seed < 60; seed++) expect(Math.max(...onsets(seed, 3, 15))).toBeLessThan(3 + 4.5);
});

test("somebody who chuckles says a few soft calls and is still again", () => {
  const bouts = new Bouts(new Random(3), 0.5);
  bouts.chuckle(0.3);
  expect(bouts.isStill).toBe(false);
  let loudest = 0;
  for (let now = 0; now < 5; now += STEP_S) {
    bouts.step(STEP_S, false);
    loudest = Math.max(loudest, bouts.voice);
  }
  expect(bouts.isStill).toBe(true);
  expect(loudest).toBeGreaterThan(0);
  expect(loudest).toBeLessThan(0.6);
});

test("chance is what it says: uniform, Gaussian within three sd, exponential, triangular", () => {
  const chance = new Random(11);
  const draw = (one: () => number) => Array.from({ length: 20_000 }, one);
  const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  expect(mean(draw(() => chance.next()))).toBeCloseTo(0.5, 1);
  const normal = draw(() => chance.normal(2, 0.5));
  expect(mean(normal)).toBeCloseTo(2, 1);
  expect(Math.max(...normal)).toBeLessThanOrEqual(3.5);
  expect(mean(draw(() => chance.exponential(3)))).toBeCloseTo(3, 0);
  expect(Math.min(...draw(() => chance.triangular(0.9, 1.1)))).toBeGreaterThanOrEqual(0.9);
});

test("seats fill the hall evenly, and their mean is what a bed takes for each", () => {
  expect([0, 1, 2, 3].map((i) => spread(i, 2))).toEqual([0.5, 0.25, 0.75, 0.125]);
  const powers = Array.from({ length: 1000 }, (_, i) => seatOf(i)).map(({ left, right }) => left ** 2 + right ** 2);
  expect(powers.reduce((sum, x) => sum + x, 0) / 1000 / meanPower()).toBeCloseTo(1, 2);
});
