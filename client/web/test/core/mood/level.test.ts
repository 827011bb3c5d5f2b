import { describe, expect, it } from "vitest";
import type { WaveKind } from "../../../src/core/mood/generated";
import { type Heard, Level } from "../../../src/core/mood/level";
import { golden } from "../golden";

type Said = [number, number, number, number, number, number | null, number, number, number, number, WaveKind[]];
type Told = [number, number, string, string | null, number, number] | null;

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
