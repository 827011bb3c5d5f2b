import { describe, expect, it } from "vitest";
import { type Audible, Hearing, heardOf } from "../../../src/core/mood/hearing";
import { Level, type Shown } from "../../../src/core/mood/level";
import type { Mix } from "../../../src/core/mood/mix";
import { SILENCE } from "../../../src/core/sound/air";

const WEIGHTS = [0, 0, 0, 0.3, 0, 0.1, 0.6];

function live(smiling: number, more: Partial<Mix> = {}): Mix {
  const body = { smiling, weights: WEIGHTS, warmth: 0, energy: 0.5, agreement: 0.7, taps: [0, 0, 0, 0] };
  const bounds = { coverage: 1, atLeast: 20, atMost: 49 };
  return {
    term: 1,
    seq: 1,
    state: "live",
    ...bounds,
    body,
    draw: 1,
    tapped: [0, 0, 0, 0],
    waves: [],
    ageMs: 0,
    ...more,
  };
}

function few(tapped: number[] | null): Mix {
  return { ...live(0), state: "few", coverage: null, atLeast: null, atMost: 4, body: null, tapped };
}

/** What is heard after each of these shares, a tick apart. */
function hear(shares: readonly number[], more: Partial<Mix> = {}) {
  const level = new Level();
  return shares.map((share, at) => {
    const mix = live(share, { seq: at + 1, ...more });
    return heardOf(mix, level.hear(mix, at * 200), 5);
  });
}

describe("what is heard", () => {
  it("is a laugh with its second mix, and nothing of it three seconds after", () => {
    const heard = hear([...Array(50).fill(0.14), ...Array(10).fill(0.6), ...Array(20).fill(0.14)]);
    expect(heard[49]?.laughing).toBe(0);
    expect(heard[51]?.laughing).toBeGreaterThan(0.4);
    expect(heard[75]?.laughing).toBeLessThan(0.05);
  });

  it("is no laugh where a few smile by chance", () => {
    const heard = hear(Array.from({ length: 200 }, (_, at) => 0.14 + 0.06 * Math.sin(at / 3)));
    expect(Math.max(...heard.map(({ laughing }) => laughing))).toBeLessThan(0.02);
    expect(heard.at(-1)?.level).toBeCloseTo(0.14, 1);
  });

  it("is a wave's from its beginning", () => {
    const wave = {
      number: 1,
      kind: "smiles",
      isTapped: false,
      beganMs: 200,
      lastsMs: null,
      rise: 0.2,
      share: 0.3,
    } as const;
    const shown = { share: 0.25, mood: 0.14 } as Shown;
    expect(heardOf(live(0.3), shown, 5).laughing).toBeLessThan(0.1);
    expect(heardOf(live(0.3, { waves: [wave] }), shown, 5).laughing).toBeGreaterThan(0.15);
  });

  it("is what is tapped, of all who are there, also where nobody shares", () => {
    const clapping = heardOf(live(0.1, { coverage: 0.5, tapped: [0, 2, 0, 10] }), null, 5);
    expect(clapping).toMatchObject({ people: 40, laughing: 0.05, clapping: 0.25, wowing: 0 });
    expect(heardOf(few([0, 0, 5, 0]), null, 5)).toMatchObject({ people: 5, wowing: 1, level: 0 });
    expect(heardOf(few([0, 0, 50, 0]), null, 5)).toMatchObject({ people: 50, wowing: 1 });
  });

  it("is silence before a mix, of nobody, of few who do not tap, and of what is stale", () => {
    expect(heardOf(null, null, 5)).toEqual(SILENCE);
    expect(heardOf(few(null), null, 5)).toEqual(SILENCE);
    expect(heardOf({ ...few(null), state: "empty" }, null, 5)).toEqual(SILENCE);
    expect(heardOf({ ...live(0.5), state: "stale", body: null }, null, 5)).toEqual(SILENCE);
  });
});

describe("hearing a visit", () => {
  const facts = { minGroup: 5 } as Audible["facts"];
  const seen = (smiling: number, seq: number): Audible => ({ mix: live(smiling, { seq }), facts, reading: null });
  const face = (happy: number) => ({ shown: [0, 0, 0, happy, 0, 0, 1 - happy] }) as unknown as Audible["reading"];

  it("takes each mix once, whatever else of the visit changes", () => {
    const [hearing, other] = [new Hearing(), new Hearing()];
    for (let at = 0; at < 60; at++) {
      const visit = seen(at < 50 ? 0.14 : 0.6, at);
      hearing.hear(visit, at * 200);
      const once = hearing.hear({ ...visit, reading: face(0.1) }, at * 200 + 50);
      expect(once).toEqual(other.hear(visit, at * 200));
    }
  });

  it("is silent, if that is wanted, until one smiles oneself, and a moment after", () => {
    const hearing = new Hearing();
    hearing.isShared = true;
    expect(hearing.hear(seen(0.3, 1), 0)).toEqual(SILENCE);
    expect(hearing.hear({ ...seen(0.3, 2), reading: face(0.6) }, 200).people).toBe(20);
    expect(hearing.hear({ ...seen(0.3, 3), reading: face(0.1) }, 1600).people).toBe(20);
    expect(hearing.hear({ ...seen(0.3, 4), reading: face(0.1) }, 1800)).toEqual(SILENCE);
  });
});
