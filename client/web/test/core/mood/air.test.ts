import { describe, expect, it } from "vitest";
import { airShape, looksSame, standing } from "../../../src/core/mood/air";
import type { Light } from "../../../src/core/mood/level";
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

const LIGHT: Light = { energy: 0.6, warmth: 0.3, agreement: 0.7 };

/** The shape of a live room with this light. */
function lit(light: Partial<Light> = {}, coverage = 1) {
  return airShape("open", live({}, coverage), 5, { ...LIGHT, ...light });
}

describe("airShape", () => {
  it("grows with energy, over what rooms of real faces reach", () => {
    const sizes = [0.4, 0.5, 0.6, 0.7, 0.8].map((energy) => lit({ energy }).size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(new Set(sizes).size).toBe(5);
    expect(sizes[0]).toBe(airShape("open", bare("few"), 5, null).size);
    expect(sizes.at(-1)).toBe(1);
  });

  it("turns warm and cool with warmth, sharp with agreement, all the way where rooms of real faces go", () => {
    expect(lit({ warmth: 0.65 }).tone).toBe(1);
    expect(lit({ warmth: 0.3 }).tone).toBeCloseTo(0.46, 1);
    expect(lit({ warmth: -0.35 }).tone).toBe(-1);
    expect(lit({ warmth: -0.1 }).tone).toBeLessThan(0);
    expect(lit({ warmth: 0 }).tone).toBe(0);
    expect(lit({ agreement: 0.55 }).edge).toBe(0);
    expect(lit({ agreement: 0.75 }).edge).toBeCloseTo(0.5);
    expect(lit({ agreement: 0.95 }).edge).toBe(1);
  });

  it("takes the paced light, not the numbers of one mix", () => {
    const shape = airShape("open", live({ energy: 1, warmth: -1, agreement: 0 }), 5, LIGHT);
    expect(shape).toEqual(lit());
  });

  it("dims when coverage is thin, and never to nothing", () => {
    expect(lit({}, 0.05).light).toBeGreaterThan(0.3);
    expect(lit({}, 0.05).light).toBeLessThan(lit({}, 0.3).light);
    expect(lit({}, 0.5).light).toBe(1);
    expect(lit({}, 1).light).toBe(1);
  });

  it("keeps its size when it goes stale, and gives no light then", () => {
    const before = lit({ energy: 0.75 });
    const after = airShape("open", bare("stale"), 5, LIGHT, before);
    expect(after.size).toBe(before.size);
    expect(after.light).toBe(0);
    const over = airShape("closed", live(), 5, LIGHT, before);
    expect(over).toMatchObject({ standing: "over", light: 0, size: before.size });
  });

  it("gives no light before there is a level", () => {
    expect(airShape("open", live(), 5, null)).toMatchObject({ standing: "live", light: 0 });
  });

  it("waits with as many small lights as the room needs", () => {
    expect(airShape("open", bare("few"), 5, null).seeds).toBe(5);
    expect(airShape("open", bare("few"), 400, null).seeds).toBe(12);
    expect(airShape("open", bare("few"), 0, null).seeds).toBe(1);
  });

  it("stays within bounds whatever comes", () => {
    const shape = lit({ energy: Number.NaN, warmth: -9, agreement: 7 }, 9);
    expect(shape).toMatchObject({ tone: -1, edge: 1, light: 1 });
    expect(shape.size).toBeGreaterThan(0);
    expect(lit({ energy: 9, warmth: 9, agreement: -7 }, -1)).toMatchObject({ size: 1, tone: 1, edge: 0 });
  });
});

describe("looksSame", () => {
  it("ignores what nobody could see and notices what one could", () => {
    const shape = lit();
    expect(looksSame(shape, { ...shape, size: shape.size + 0.004 })).toBe(true);
    expect(looksSame(shape, { ...shape, size: shape.size + 0.02 })).toBe(false);
    expect(looksSame(shape, { ...shape, standing: "stale" })).toBe(false);
  });

  it("notices another ring and another swelling, though they are alike", () => {
    const [ring, pulse] = [{ kind: "laugh" } as const, { rise: 0.3 }];
    const shape = { ...lit(), ring, pulse };
    expect(looksSame(shape, { ...shape })).toBe(true);
    expect(looksSame(shape, { ...shape, ring: { ...ring } })).toBe(false);
    expect(looksSame(shape, { ...shape, pulse: { ...pulse } })).toBe(false);
    expect(looksSame(lit(), { ...lit(), ring: null, pulse: null })).toBe(true);
  });
});
