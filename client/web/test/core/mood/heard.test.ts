import { describe, expect, it } from "vitest";
import { HeardWaves } from "../../../src/core/mood/heard";
import type { Wave } from "../../../src/core/mood/waves";

const LAUGH: Wave = {
  number: 4,
  kind: "laugh",
  isTapped: false,
  beganMs: 600,
  lastsMs: null,
  rise: 0.4,
  share: 0.7,
};

function heard(...mixes: (readonly Wave[])[]): HeardWaves {
  const waves = new HeardWaves();
  for (const [at, said] of mixes.entries()) waves.hear({ term: 1, waves: said }, at * 200);
  return waves;
}

describe("the last wave", () => {
  it("is told in the page's time, and grows while it goes on", () => {
    const waves = heard([], [LAUGH], [{ ...LAUGH, beganMs: 830, kind: "laugh", share: 0.8 }]);
    expect(waves.last).toEqual({
      kind: "laugh",
      isTapped: false,
      goesOn: true,
      beganMs: -400,
      lastsMs: null,
      share: 0.8,
    });
  });

  it("stays after the mixes have ceased to say it, the same object", () => {
    const waves = heard([], [LAUGH], [{ ...LAUGH, lastsMs: 3800 }], []);
    const { last } = waves;
    expect(last).toMatchObject({ goesOn: false, lastsMs: 3800 });
    waves.hear({ term: 1, waves: [] }, 9000);
    expect(waves.last).toBe(last);
  });

  it("has no length where no mix that said its end has come", () => {
    expect(heard([], [LAUGH], []).last).toMatchObject({ goesOn: false, lastsMs: null });
  });

  it("is the newest, though the one before is said longer", () => {
    const applause: Wave = { ...LAUGH, number: 5, kind: "applause", isTapped: true };
    const waves = heard([], [LAUGH, applause], [{ ...LAUGH, lastsMs: 3800 }, applause]);
    expect(waves.last?.kind).toBe("applause");
  });
});

describe("the pulse", () => {
  it("comes once for each wave, as large as it rose", () => {
    const waves = heard([], [LAUGH]);
    const { pulse } = waves;
    expect(pulse).toEqual({ rise: 0.4 });
    waves.hear({ term: 1, waves: [{ ...LAUGH, rise: 0.6 }] }, 400);
    expect(waves.pulse).toBe(pulse);
  });

  it("tells waves of taps, of faces and of another aggregator apart, though their numbers are the same", () => {
    const waves = heard([], [LAUGH]);
    const { pulse } = waves;
    waves.hear({ term: 1, waves: [LAUGH, { ...LAUGH, isTapped: true }] }, 400);
    expect(waves.pulse).not.toBe(pulse);
    const tapped = waves.pulse;
    waves.hear({ term: 2, waves: [LAUGH] }, 600);
    expect(waves.pulse).not.toBe(tapped);
  });

  it("does not come for what began before the page did, nor for what is over when it is heard of", () => {
    expect(heard([LAUGH]).pulse).toBeNull();
    expect(heard([LAUGH]).last?.kind).toBe("laugh");
    expect(heard([], [{ ...LAUGH, lastsMs: 900 }]).pulse).toBeNull();
  });
});
