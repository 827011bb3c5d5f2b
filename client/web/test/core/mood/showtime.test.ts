import { expect, it } from "vitest";
import { begunAt, minutesSince } from "../../../src/core/mood/showtime";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_800_000_000_000;

it("begins with the first mood that anyone here knows of", () => {
  const seen = [NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, null];
  expect(begunAt(null, seen, NOW_MS)).toEqual({ atMs: NOW_MS - 2 * HOUR_MS, isPressed: false });
  expect(begunAt(null, [null], NOW_MS)).toBeNull();
});

it("begins when it was pressed, whatever was seen before", () => {
  expect(begunAt(NOW_MS - 60_000, [NOW_MS - HOUR_MS], NOW_MS)).toEqual({ atMs: NOW_MS - 60_000, isPressed: true });
});

it("does not go on since another evening, nor since what is yet to come", () => {
  expect(begunAt(NOW_MS - 30 * HOUR_MS, [NOW_MS - HOUR_MS], NOW_MS)).toMatchObject({ isPressed: false });
  expect(begunAt(NOW_MS + 5000, [NOW_MS - 30 * HOUR_MS], NOW_MS)).toBeNull();
});

it("counts whole minutes", () => {
  const begun = { atMs: NOW_MS - 119_000, isPressed: true };
  expect(minutesSince(begun, NOW_MS)).toBe(1);
  expect(minutesSince(begun, NOW_MS - HOUR_MS)).toBe(0);
});
