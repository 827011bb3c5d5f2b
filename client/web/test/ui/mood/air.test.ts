// The Air draws what can be seen, and follows a drift whose single steps cannot.

import { expect, it, vi } from "vitest";
import type { AirShape } from "../../../src/core/mood/air";
import { KuukiAir } from "../../../src/ui/mood/air";
import { made, type Steps } from "../drawn";

const LIVE: AirShape = { standing: "live", size: 0.4, tone: 0, edge: 0, light: 1, rings: 0, seeds: 5 };

/** Whether it draws when it is given this shape, or is asked to draw for something else. */
function draws(air: KuukiAir, shape?: AirShape): boolean {
  const steps = air as unknown as Steps;
  const changed = new Map(shape ? [["shape", air.shape]] : []);
  if (shape) air.shape = shape;
  if (!steps.shouldUpdate(changed)) return false;
  steps.willUpdate(changed);
  return true;
}

it("draws a step that can be seen, and none that cannot", () => {
  const air = made(KuukiAir, { shape: LIVE });
  expect(draws(air, { ...LIVE, size: 0.404 })).toBe(false);
  expect(draws(air, { ...LIVE, size: 0.42 })).toBe(true);
  expect(draws(air, { ...LIVE, size: 0.42, standing: "stale" })).toBe(true);
  expect(air.standing).toBe("stale");
});

it("follows a slow drift: what counts is what was drawn, not what was set", () => {
  const air = made(KuukiAir, { shape: LIVE });
  const drawnSizes: number[] = [];
  for (let step = 1; step <= 100; step += 1) {
    const size = 0.4 + step * 0.004;
    if (draws(air, { ...LIVE, size })) drawnSizes.push(size);
    expect(size - (drawnSizes.at(-1) ?? 0.4)).toBeLessThan(0.0101);
  }
  expect(drawnSizes).toHaveLength(33);
});

it("draws when it comes into a document again, although the shape is the same", () => {
  const air = made(KuukiAir, { shape: LIVE });
  expect(draws(air)).toBe(true);
});

it("draws for another ring or another pulse, though nothing else is new", () => {
  const air = made(KuukiAir, { shape: LIVE });
  const ring = { kind: "laugh" } as const;
  expect(draws(air, { ...LIVE, ring })).toBe(true);
  expect(draws(air, { ...LIVE, ring })).toBe(false);
  expect(draws(air, { ...LIVE, ring: { ...ring } })).toBe(true);
  expect(draws(air, { ...LIVE, ring: air.shape.ring!, pulse: { rise: 0.4 } })).toBe(true);
});

it("moves smoothly where it is seen to move, and for a little while after", () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(10_000);
  const air = made(KuukiAir, { shape: LIVE });
  draws(air, { ...LIVE, size: 0.43 });
  expect(air.swift).toBe(false);
  draws(air, { ...LIVE, size: 0.8 });
  expect(air.swift).toBe(true);
  clock.mockReturnValue(10_400);
  draws(air, { ...LIVE, size: 0.82 });
  expect(air.swift).toBe(true);
  clock.mockReturnValue(11_000);
  draws(air, { ...LIVE, size: 0.84 });
  expect(air.swift).toBe(false);
  clock.mockRestore();
});
