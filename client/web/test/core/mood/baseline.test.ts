// Others count: that step is no mood. What is remembered of the room takes it too, and nothing but that.

import { describe, expect, it } from "vitest";
import { TICK_MS } from "../../../src/core/generated";
import { type Drawn, moved, movedShare, step } from "../../../src/core/mood/baseline";
import type { MixBody } from "../../../src/core/mood/mix";
import { change, extend, type Point, trend } from "../../../src/core/mood/trend";

/** The mix of a tick. */
function drawn(draw: number, smiling: number, tick: number, more: Partial<Drawn> = {}): Drawn {
  const body = { smiling, weights: [], warmth: 0, energy: 0.5, agreement: 0, taps: [] } satisfies MixBody;
  return { term: 1, seq: tick, draw, atLeast: 10, body, atMs: tick * TICK_MS, ...more };
}

const smilingOf = ({ smiling }: MixBody): number => smiling;

/** Points that follow these mixes. */
function followed(mixes: readonly Drawn[]): readonly Point[] {
  let points: readonly Point[] = [];
  let before: Drawn | null = null;
  for (const now of mixes) {
    points = extend(moved(points, step(before, now, smilingOf)), { atMs: now.atMs, value: now.body.smiling });
    before = now;
  }
  return points;
}

describe("a step", () => {
  const from = drawn(1, 0.4, 1);

  it("is what a number does where the draw changes, in either direction and over the counter's end", () => {
    expect(step(from, drawn(2, 0.55, 2), smilingOf)).toBeCloseTo(0.15);
    expect(step(from, drawn(0, 0.3, 2), smilingOf)).toBeCloseTo(-0.1);
    expect(step(drawn(4294967295, 0.4, 1), drawn(0, 0.5, 2), smilingOf)).toBeCloseTo(0.1);
    const brisk = drawn(2, 0.4, 2);
    const body = { ...brisk.body, energy: 0.9 };
    expect(step(from, { ...brisk, body }, ({ energy }) => energy)).toBeCloseTo(0.4);
  });

  it("is none within one draw, and none at the first mix", () => {
    expect(step(from, drawn(1, 0.9, 2), smilingOf)).toBe(0);
    expect(step(null, drawn(1, 0.9, 2), smilingOf)).toBe(0);
  });

  it("is between neighbours only: the next mix however late, or one that came within two ticks", () => {
    const late = { atMs: 1500 };
    expect(step(from, drawn(2, 0.5, 2, late), smilingOf)).toBeCloseTo(0.1);
    expect(step(from, drawn(2, 0.5, 3), smilingOf)).toBeCloseTo(0.1);
    expect(step(from, drawn(2, 0.5, 4), smilingOf)).toBe(0);
    expect(step(from, drawn(2, 0.5, 3, late), smilingOf)).toBe(0);
  });

  it("is none of another term's next mix, unless that came at once: their numbers say nothing of each other", () => {
    const later = { term: 2, atMs: 1500 };
    expect(step(from, drawn(2, 0.5, 2, later), smilingOf)).toBe(0);
    expect(step(from, drawn(2, 0.5, 1, { term: 2, atMs: from.atMs + TICK_MS }), smilingOf)).toBeCloseTo(0.1);
  });

  it("is not looked for among many: it would be too small to see", () => {
    expect(step(from, drawn(2, 0.5, 2, { atLeast: 20 }), smilingOf)).toBeCloseTo(0.1);
    expect(step(from, drawn(2, 0.5, 2, { atLeast: 50 }), smilingOf)).toBe(0);
    expect(step(from, drawn(2, 0.5, 2, { atLeast: null }), smilingOf)).toBeCloseTo(0.1);
  });
});

describe("points", () => {
  const ticks = Array.from({ length: 50 }, (_, tick) => tick);
  const end = 49 * TICK_MS;

  it("show no trend that only new draws made", () => {
    const mixes = ticks.map((tick) => drawn(Math.floor(tick / 20), [0.3, 0.5, 0.42][Math.floor(tick / 20)]!, tick));
    expect(trend(followed(mixes), end)).toBe("steady");
    expect(change(followed(mixes), end)).toBeCloseTo(0, 9);
  });

  it("show the trend that goes on through new draws, as steep as it is", () => {
    const rise = (tick: number) => 0.2 + tick * 0.004;
    const redrawn = ticks.map((tick) => {
      const draw = Math.floor(tick / 10);
      return drawn(draw, rise(tick) + [0.1, -0.2, 0.05, 0.3, -0.1][draw]!, tick);
    });
    const plain = change(followed(ticks.map((tick) => drawn(1, rise(tick), tick))), end)!;
    expect(change(followed(redrawn), end)).toBeCloseTo(plain, 1); // each draw hides one tick of the rise
    expect(trend(followed(redrawn), end)).toBe("rising");
  });

  it("show what the room did while mixes were lost, though others count after that", () => {
    const laugh = ticks.map((tick) => drawn(tick < 25 ? 1 : 2, tick < 25 ? 0.3 : 0.6, tick));
    const lost = laugh.filter(({ seq }) => seq < 20 || seq >= 25);
    expect(trend(followed(lost), end)).toBe("rising");
    expect(trend(followed(laugh), end)).toBe("steady");
  });

  it("show what many do, though someone goes in every tick", () => {
    const rise = ticks.map((tick) => drawn(tick, 0.2 + tick * 0.004, tick, { atLeast: 5000 }));
    expect(trend(followed(rise), end)).toBe("rising");
  });

  it("are the same objects while nothing steps", () => {
    const points = followed(ticks.map((tick) => drawn(1, 0.3, tick)));
    expect(moved(points, 0)).toBe(points);
  });
});

describe("a softened share", () => {
  it("takes the step at once, by no more than there is room for", () => {
    expect(movedShare({ atMs: 5, value: 0.3 }, 0.2)).toEqual({ atMs: 5, value: 0.5 });
    expect(movedShare({ atMs: 5, value: 0.1 }, -0.3)).toEqual({ atMs: 5, value: 0 });
    expect(movedShare({ atMs: 5, value: 0.9 }, 0.3)).toEqual({ atMs: 5, value: 1 });
    expect(movedShare(null, 0.2)).toBeNull();
  });
});
