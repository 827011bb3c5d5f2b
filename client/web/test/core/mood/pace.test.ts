import { describe, expect, test } from "vitest";
import { ReadPace, ScorePace } from "../../../src/core/mood/pace";

const SMILE = { weights: [0, 0, 0, 1, 0, 0, 0], sure: 0.9 };
const CALM = { weights: [0, 0, 0, 0, 0, 0, 1], sure: 0.9 };

/** The times in ten seconds at which a camera of that rate gets its picture read, each in `tookMs`. */
function readTimes(framesHz: number, tookMs: number): number[] {
  const pace = new ReadPace();
  const times: number[] = [];
  let endMs = Infinity;
  for (let nowMs = 0; nowMs < 10_000; nowMs += 1000 / framesHz) {
    if (nowMs >= endMs) {
      pace.ended(tookMs);
      endMs = Infinity;
    }
    if (!pace.isDue(nowMs)) continue;
    pace.began(nowMs);
    times.push(nowMs);
    endMs = nowMs + tookMs;
  }
  return times;
}

describe("reading", () => {
  test.each([10, 15, 24, 30, 60])("five pictures a second from a camera of %i Hz", (framesHz) => {
    expect(readTimes(framesHz, 12).length).toBeGreaterThanOrEqual(49);
    expect(readTimes(framesHz, 12).length).toBeLessThanOrEqual(51);
  });

  test("one in flight", () => {
    const pace = new ReadPace();
    pace.began(0);
    expect(pace.isDue(5000)).toBe(false);
    pace.ended(12);
    expect(pace.isDue(5000)).toBe(true);
  });

  test("a slow device reads less often: a quarter of its time", () => {
    expect(readTimes(30, 150).length).toBeLessThanOrEqual(18);
  });

  test("after a long gap there is no burst", () => {
    const pace = new ReadPace();
    for (const nowMs of [0, 10_000]) {
      expect(pace.isDue(nowMs)).toBe(true);
      pace.began(nowMs);
      pace.ended(10);
      expect(pace.isDue(nowMs + 20)).toBe(false);
    }
  });
});

describe("scores", () => {
  test("a changed one at most once a tick", () => {
    const pace = new ScorePace();
    const sent: number[] = [];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 20) {
      if (pace.next((nowMs / 20) % 2 ? SMILE : CALM, nowMs)) sent.push(nowMs);
    }
    expect(sent.length).toBeLessThanOrEqual(51);
    expect(sent.length).toBeGreaterThanOrEqual(49);
  });

  test("an unchanged one is kept alive once a second", () => {
    const pace = new ScorePace();
    const sent: number[] = [];
    for (let nowMs = 0; nowMs <= 4000; nowMs += 200) if (pace.next(SMILE, nowMs)) sent.push(nowMs);
    expect(sent).toEqual([0, 1000, 2000, 3000, 4000]);
  });

  test("weights become integers, sure a byte", () => {
    expect(new ScorePace().next(SMILE, 0)).toEqual({ weights: [0, 0, 0, 255, 0, 0, 0], sure: 230 });
  });

  test("a face that is lost withdraws its score once, at once", () => {
    const pace = new ScorePace();
    expect(pace.next(null, 0)).toBeNull();
    expect(pace.next(SMILE, 0)).not.toBeNull();
    expect(pace.next(null, 10)?.sure).toBe(0);
    expect(pace.next(null, 20)).toBeNull();
    expect(pace.next(SMILE, 220)?.sure).toBe(230);
  });

  test("after a pause the same face is news", () => {
    const pace = new ScorePace();
    pace.next(SMILE, 0);
    pace.forget();
    expect(pace.next(SMILE, 200)).not.toBeNull();
    expect(pace.next(null, 200)?.sure).toBe(0);
  });
});
