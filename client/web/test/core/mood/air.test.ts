import { describe, expect, it } from "vitest";
import { airShape, looksSame, standing } from "../../../src/core/mood/air";
import type { Mix, MixBody } from "../../../src/core/mood/mix";

const BODY: MixBody = {
  smiling: 0.6,
  weights: [0, 0, 0, 0.6, 0, 0, 0.4],
  warmth: 0.5,
  energy: 0.6,
  agreement: 0.7,
  taps: [0, 0, 0, 0],
};

function live(body: Partial<MixBody> = {}, coverage = 1): Mix {
  return {
    term: 1,
    seq: 1,
    state: "live",
    coverage,
    atLeast: 20,
    atMost: 49,
    body: { ...BODY, ...body },
    draw: 0,
    ageMs: 0,
    tapped: null,
    waves: [],
  };
}

function bare(state: Mix["state"]): Mix {
  const mix = { term: 1, seq: 1, state, coverage: null, atLeast: null, atMost: null, body: null, draw: 0, ageMs: 0 };
  return { ...mix, tapped: null, waves: [] };
}

describe("standing", () => {
  it("is what the mix says while there is one", () => {
    for (const state of ["empty", "few", "stale"] as const) expect(standing("open", bare(state))).toBe(state);
    expect(standing("open", live())).toBe("live");
    expect(standing("watching", live())).toBe("live");
  });

  it("is never live without a body, after the end, or before the first mix", () => {
    expect(standing("open", bare("live"))).toBe("stale");
    expect(standing("closed", live())).toBe("over");
    expect(standing("joining", null)).toBe("connecting");
  });
});

describe("airShape", () => {
  it("grows with energy", () => {
    const sizes = [0, 0.3, 0.6, 1].map((energy) => airShape("open", live({ energy }), 5).size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(4);
    expect(sizes.at(-1)).toBe(1);
  });

  it("turns warm and cool with warmth, sharp with agreement", () => {
    expect(airShape("open", live({ warmth: 0.81 }), 5).tone).toBe(1);
    expect(airShape("open", live({ warmth: -0.3 }), 5).tone).toBeLessThan(0);
    expect(airShape("open", live({ warmth: 0 }), 5).tone).toBe(0);
    expect(airShape("open", live({ agreement: 0.9 }), 5).edge).toBe(0.9);
  });

  it("dims when coverage is thin, and never to nothing", () => {
    const thin = airShape("open", live({}, 0.05), 5).light;
    const half = airShape("open", live({}, 0.5), 5).light;
    expect(thin).toBeGreaterThan(0.3);
    expect(thin).toBeLessThan(half);
    expect(half).toBe(1);
    expect(airShape("open", live({}, 1), 5).light).toBe(1);
  });

  it("sends rings for taps of every kind", () => {
    expect(airShape("open", live({ taps: [0, 0, 0, 0] }), 5).rings).toBe(0);
    expect(airShape("open", live({ taps: [2, 2, 2, 2] }), 5).rings).toBe(1);
    expect(airShape("open", live({ taps: [90, 90, 90, 90] }), 5).rings).toBe(2);
  });

  it("keeps its size when it goes stale, and gives no light then", () => {
    const before = airShape("open", live({ energy: 0.9 }), 5);
    const after = airShape("open", bare("stale"), 5, before);
    expect(after.size).toBe(before.size);
    expect(after.light).toBe(0);
    expect(airShape("closed", live(), 5, before)).toMatchObject({ standing: "over", light: 0, size: before.size });
  });

  it("waits with as many small lights as the room needs", () => {
    expect(airShape("open", bare("few"), 5).seeds).toBe(5);
    expect(airShape("open", bare("few"), 400).seeds).toBe(12);
    expect(airShape("open", bare("few"), 0).seeds).toBe(1);
  });

  it("stays within bounds whatever comes", () => {
    const shape = airShape("open", live({ energy: Number.NaN, warmth: -9, agreement: 7, taps: [Number.NaN] }, 9), 5);
    expect(shape).toMatchObject({ tone: -1, edge: 1, light: 1 });
    expect(shape.size).toBeGreaterThan(0);
    expect(shape.rings).toBe(0);
  });
});

describe("looksSame", () => {
  it("ignores what nobody could see and notices what one could", () => {
    const shape = airShape("open", live(), 5);
    expect(looksSame(shape, { ...shape, size: shape.size + 0.004 })).toBe(true);
    expect(looksSame(shape, { ...shape, size: shape.size + 0.02 })).toBe(false);
    expect(looksSame(shape, { ...shape, standing: "stale" })).toBe(false);
  });
});
