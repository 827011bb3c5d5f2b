import { describe, expect, it } from "vitest";
import type { Call, CallSnapshot } from "../../../src/core/call/session";
import { callWordsOf } from "../../../src/locale/call";
import { airOf, curveOf, spanOf, strongest } from "../../../src/ui/call/seven";
import { clock, troublesOf } from "../../../src/ui/call/trouble";
import { begunOf, fragmentOf } from "../../../src/ui/call/typing";

const HAPPY = [0, 0, 0, 1, 0, 0, 0];
const NEUTRAL = [0, 0, 0, 0, 0, 0, 1];
const SAD = [0, 0, 0, 0, 1, 0, 0];

function past(...weights: (readonly number[] | null)[]) {
  return weights.map((each, index) => ({ atMs: index * 1000, weights: each }));
}

describe("what is being typed", () => {
  it.each([
    ["sakura tan", "tan"],
    ["sakura-tan", "tan"],
    ["さくら・たぬ", "たぬ"],
    ["sakura ", ""],
    ["", ""],
  ])("finds the last piece of %o", (typed, fragment) => {
    expect(fragmentOf(typed)).toBe(fragment);
  });

  it.each([
    ["tan", "tanuki", "tan"],
    ["sakurata", "tanuki", "ta"],
    ["さくらた", "tanuki", "た"],
    ["tata", "tatami", "tata"],
    ["sakurasi", "shika", "si"],
    ["サクラタ", "tanuki", "タ"],
    ["TAN", "tanuki", "TAN"],
  ])("replaces in %o only what began %o", (fragment, word, begun) => {
    expect(begunOf(fragment, word)).toBe(begun);
  });
});

describe("one person's seven", () => {
  it("names what stands out", () => {
    expect(strongest(HAPPY)).toBe("happy");
    expect(strongest(SAD)).toBe("sad");
  });

  it("is a still outline without a score, never a neutral light", () => {
    expect(airOf(null).standing).toBe("stale");
    expect(airOf(NEUTRAL)).toMatchObject({ standing: "live", tone: 0, edge: 1 });
  });

  it("is warmer and larger the happier", () => {
    expect(airOf(HAPPY).tone).toBe(1);
    expect(airOf(SAD).tone).toBeLessThan(0);
    expect(airOf(HAPPY).size).toBeGreaterThan(airOf(SAD).size);
  });

  it("breaks the curve where nothing came, and leaves out what is older", () => {
    const pieces = curveOf(past(HAPPY, HAPPY, null, NEUTRAL, NEUTRAL), "happy", 4000, 4000);
    expect(pieces).toEqual(["M0.0000 0.000L0.2500 0.000", "M0.7500 1.000L1.0000 1.000"]);
    expect(curveOf(past(HAPPY, HAPPY), "happy", 99_000, 4000)).toEqual([]);
  });

  it("tells the least, the most and the newest, which may be none", () => {
    expect(spanOf(past(NEUTRAL, HAPPY), "happy")).toEqual({ low: 0, high: 1, now: 1 });
    expect(spanOf(past(HAPPY, null), "happy")?.now).toBeNull();
    expect(spanOf(past(null), "happy")).toBeNull();
  });
});

describe("trouble", () => {
  const said = callWordsOf("en").call;
  const at = (media: Call["media"], is: "here" | "away" | "gone", link: CallSnapshot["link"] = "open") =>
    troublesOf({ media, partner: { name: "Aki", is } } as unknown as Call, link, said);

  it("is empty while all is well", () => {
    expect(at("open", "here")).toEqual([]);
  });

  it("has words for each kind", () => {
    expect(at("restarting", "gone", "retrying")).toEqual([
      said.media.restarting("Aki"),
      said.gone("Aki"),
      said.lineRetrying,
    ]);
    expect(at("trouble", "away")).toEqual([said.media.trouble("Aki"), said.away("Aki")]);
  });

  it.each([
    [-5, "0:00"],
    [61_999, "1:01"],
    [3_723_000, "1:02:03"],
  ])("shows %i ms as %s", (ms, shown) => {
    expect(clock(ms)).toBe(shown);
  });
});
