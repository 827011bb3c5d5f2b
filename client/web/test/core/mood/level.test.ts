import { describe, expect, it } from "vitest";
import type { WaveKind } from "../../../src/core/mood/generated";
import { type Heard, Level } from "../../../src/core/mood/level";
import { golden } from "../golden";

type Said = [number, number, number, number, number, number | null, number, number, number, number, WaveKind[]];
type Told = [number, number, string, string | null, number, number, number] | null;

const { scenes } = golden("levels.json") as { scenes: { mixes: Said[]; shown: Told[] }[] };

function heard([, term, seq, draw, atLeast, smiling, surprise, angry, agreement, laughs, kinds]: Said): Heard {
  const half = (1 - surprise - angry) / 2;
  const wave = { number: 1, isTapped: false, beganMs: 200, lastsMs: null, rise: 0.3, share: 0.6 };
  const weights = [angry, 0, 0, half, 0, surprise, half];
  return {
    term,
    seq,
    draw,
    atLeast: smiling === null ? null : atLeast,
    body: smiling === null ? null : { smiling, weights, warmth: 0, energy: 0.5, agreement, taps: [0, laughs, 0, 0] },
    waves: smiling === null ? [] : kinds.map((kind) => ({ ...wave, kind })),
  };
}

describe("the level", () => {
  it.each(scenes.map((scene, at) => [at, scene] as const))("is the same as in Python (room %i)", (_, scene) => {
    const level = new Level();
    for (const [at, said] of scene.mixes.entries()) {
      const shown = level.hear(heard(said), said[0]);
      const told = scene.shown[at] ?? null;
      expect(shown && [shown.percent, shown.word, shown.trend], `mix ${at}`).toEqual(told?.slice(1, 4) ?? null);
      if (!shown || !told) continue;
      expect(shown.share).toBeCloseTo(told[0], 7);
      expect(shown.light.agreement).toBeCloseTo(told[4], 7);
      expect(shown.mood).toBeCloseTo(told[5], 7);
      expect(shown.told).toBeCloseTo(told[6], 7);
    }
  });

  it("follows what chance does slowly, and a laugh at once", () => {
    const quiet: Said = [0, 1, 1, 1, 20, 0.15, 0, 0, 0.7, 0, []];
    const level = new Level();
    level.hear(heard(quiet), 0);
    const little = level.hear(heard([200, 1, 2, 1, 20, 0.2, 0, 0, 0.7, 0, []]), 200);
    expect(little?.share).toBeLessThan(0.16);
    level.hear(heard([400, 1, 3, 1, 20, 0.55, 0, 0, 0.7, 0, []]), 400);
    const laugh = level.hear(heard([600, 1, 4, 1, 20, 0.55, 0, 0, 0.7, 0, []]), 600);
    expect(laugh?.share).toBeGreaterThan(0.15 + 0.8 * 0.4);
  });
});

/** What is said of a room that is like this for so long, after another that may have been before. */
function saidAfter(level: Level, seconds: number, share: number, more: { taps?: number; agreement?: number } = {}) {
  let shown = null;
  for (let at = 0; at < seconds * 5; at += 1) {
    clock += 200;
    const { taps = 0, agreement = 0.7 } = more;
    shown = level.hear(heard([clock, 1, clock / 200, 1, 300, share, 0, 0, agreement, taps, []]), clock);
  }
  return shown;
}
let clock = 0;

describe("the word between waves", () => {
  it.each([
    ["beaming", 0.75, {}],
    ["warm", 0.55, {}],
    ["gentle", 0.25, {}],
    ["quiet", 0.05, {}],
    ["mixed", 0.1, { agreement: 0.3 }],
    ["lively", 0.3, { taps: 12 }],
  ] as const)("is %s", (word, share, more) => {
    expect(saidAfter(new Level(), 10, share, more)?.word).toBe(word);
  });

  it("begins at its border and ends clearly below it", () => {
    expect(saidAfter(new Level(), 1, 0.45)?.word).toBe("warm");
    expect(saidAfter(new Level(), 1, 0.44)?.word).toBe("gentle");
    const warm = new Level();
    saidAfter(warm, 20, 0.5);
    expect(saidAfter(warm, 30, 0.435)?.word).toBe("warm");
    expect(saidAfter(warm, 30, 0.39)?.word).toBe("gentle");
  });

  it("gives way to a word that comes first, once the room is that for some seconds", () => {
    const level = new Level();
    saidAfter(level, 20, 0.5);
    expect(saidAfter(level, 1, 0.6)?.word).toBe("warm");
    expect(saidAfter(level, 1, 0.9)?.word, "where the number is far from the mood, at once").toBe("beaming");
    expect(saidAfter(level, 20, 0.85)?.word).toBe("beaming");
  });
});
