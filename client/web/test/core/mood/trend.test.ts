import { describe, expect, it } from "vitest";
import { approach, LIGHT, soften } from "../../../src/core/mood/smooth";
import { change, extend, type Point, trend } from "../../../src/core/mood/trend";

/** Ten seconds at five a second. */
function line(from: number, to: number, seconds = 10, wobble = 0): Point[] {
  const count = seconds * 5;
  return Array.from({ length: count }, (_, i) => ({
    atMs: i * 200,
    value: from + ((to - from) * i) / (count - 1) + (i % 2 ? wobble : -wobble),
  }));
}

const END = 9800;

describe("trend", () => {
  it("needs three seconds before it says anything", () => {
    expect(trend(line(0, 1, 2), 1800)).toBeNull();
    expect(trend([], 0)).toBeNull();
    expect(trend(line(0, 1, 4), 3800)).toBe("rising");
  });

  it("tells rising, falling and steady apart, through noise", () => {
    expect(trend(line(0.4, 0.6, 10, 0.05), END)).toBe("rising");
    expect(trend(line(0.6, 0.4, 10, 0.05), END)).toBe("falling");
    expect(trend(line(0.5, 0.52, 10, 0.05), END)).toBe("steady");
  });

  it("looks at the last ten seconds only", () => {
    const old = line(0, 1).map((point) => ({ ...point, atMs: point.atMs - 10_000 }));
    expect(trend([...old, ...line(0.5, 0.5)], END)).toBe("steady");
  });

  it("keeps its word until the change is clearly over", () => {
    const mild = line(0.5, 0.56);
    expect(trend(mild, END)).toBe("steady");
    expect(trend(mild, END, "rising")).toBe("rising");
    expect(trend(mild, END, "falling")).toBe("steady");
  });

  it("measures the slope of a straight line", () => {
    expect(change(line(0, 0.98), END)).toBeCloseTo(1, 2);
  });

  it("forgets what is older than the window", () => {
    const kept = extend(line(0, 1), { atMs: 14_000, value: 0 });
    expect(kept[0]?.atMs).toBeGreaterThan(4000);
    expect(kept.at(-1)).toEqual({ atMs: 14_000, value: 0 });
  });
});

describe("softening", () => {
  it("rises faster than it falls", () => {
    expect(approach(0, 1, 250, LIGHT)).toBeCloseTo(0.632, 3);
    expect(approach(1, 0, 250, LIGHT)).toBeGreaterThan(0.75);
  });

  it("gives the same whether the time passes in one step or many", () => {
    const once = approach(0, 1, 300, LIGHT);
    const thrice = approach(approach(approach(0, 1, 100, LIGHT), 1, 100, LIGHT), 1, 100, LIGHT);
    expect(thrice).toBeCloseTo(once, 12);
  });

  it("begins anew after a silence and at a clock that went back", () => {
    expect(soften(null, 0.7, 0, LIGHT).value).toBe(0.7);
    expect(soften({ atMs: 0, value: 0 }, 0.7, 5000, LIGHT).value).toBe(0.7);
    expect(soften({ atMs: 9000, value: 0 }, 0.7, 10, LIGHT).value).toBe(0.7);
    expect(soften({ atMs: 0, value: 0 }, 0.7, 100, LIGHT).value).toBeLessThan(0.7);
  });
});
