import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMix, shownAt } from "../../../src/core/mood/mix";

const LIVE = {
  state: "live",
  smiling: 0.66,
  weights: { angry: 0.01, disgust: 0, fear: 0.02, happy: 0.57, sad: 0.05, surprise: 0.1, neutral: 0.25 },
  warmth: -0.5,
  energy: 0.6,
  agreement: 0.7,
  taps: { smile: 0, laugh: 1.5, wow: 0, applause: 0.5 },
  people: { at_least: 10, at_most: 19 },
  coverage: 0.8,
  term: 1,
  seq: 7,
  age_ms: 31,
};

describe("JSON", () => {
  test("a live mix", () => {
    expect(parseMix(LIVE)).toEqual({
      term: 1,
      seq: 7,
      state: "live",
      coverage: 0.8,
      atLeast: 10,
      atMost: 19,
      body: {
        smiling: 0.66,
        weights: [0.01, 0, 0.02, 0.57, 0.05, 0.1, 0.25],
        warmth: -0.5,
        energy: 0.6,
        agreement: 0.7,
        taps: [0, 1.5, 0, 0.5],
      },
      draw: 0,
      tapped: null,
      waves: [],
      ageMs: 31,
    });
    expect(parseMix({ ...LIVE, draw: 12 })?.draw).toBe(12);
  });

  test("the taps of this moment, in the order of the kinds, also of few", () => {
    const tapped = { applause: 6, wow: 2, smile: 0, laugh: 4 };
    expect(parseMix({ ...LIVE, tapped })?.tapped).toEqual([0, 4, 2, 6]);
    const few = { state: "few", people: { at_most: 4 }, term: 1, seq: 8, age_ms: 3, tapped };
    expect(parseMix(few)).toMatchObject({ state: "few", body: null, tapped: [0, 4, 2, 6] });
    expect(parseMix({ ...few, tapped: { ...tapped, wow: -1 } })).toBeNull();
  });

  test("the waves that go on and that have just ended; what is no wave is passed over", () => {
    const wave = { number: 3, kind: "laugh", tapped: false, began_ms: 800, rise: 0.4, share: 0.7 };
    const ended = { ...wave, number: 2, kind: "applause", tapped: true, lasts_ms: 2400 };
    expect(parseMix({ ...LIVE, waves: [ended, wave, { ...wave, kind: "boo" }, 7] })?.waves).toEqual([
      { number: 2, kind: "applause", isTapped: true, beganMs: 800, lastsMs: 2400, rise: 0.4, share: 0.7 },
      { number: 3, kind: "laugh", isTapped: false, beganMs: 800, lastsMs: null, rise: 0.4, share: 0.7 },
    ]);
  });

  test("only a live mix, or a stale one that was live, has a coverage", () => {
    const bare = { people: { at_most: 4 }, coverage: 0.5, term: 1, seq: 8, age_ms: 3 };
    for (const state of ["few", "empty"]) expect(parseMix({ ...bare, state })?.coverage).toBeNull();
    expect(parseMix({ ...bare, state: "stale" })?.coverage).toBe(0.5);
    expect(parseMix({ ...bare, state: "stale", coverage: undefined })?.coverage).toBeNull();
  });

  test("few: only a bound above", () => {
    const few = { state: "few", people: { at_most: 4 }, draw: 3, term: 1, seq: 8, age_ms: 3 };
    expect(parseMix(few)).toMatchObject({ state: "few", atLeast: null, atMost: 4, body: null, draw: 3 });
  });

  test.each([
    ["null", null],
    ["text", "live"],
    ["a live one without a number", { ...LIVE, warmth: undefined }],
    ["a state that is none", { ...LIVE, state: "warm" }],
    ["a weight that is text", { ...LIVE, weights: { ...LIVE.weights, sad: "1" } }],
    ["no people", { ...LIVE, people: undefined }],
    ["a live one without coverage", { ...LIVE, coverage: undefined }],
    ["a draw that is text", { ...LIVE, draw: "12" }],
    ["a negative draw", { ...LIVE, draw: -1 }],
    ["a negative age", { ...LIVE, age_ms: -1 }],
  ])("%s is not a mix", (_title, value) => {
    expect(parseMix(value)).toBeNull();
  });

  test("any value is a mix or null", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(LIVE)), (value, name) => {
        parseMix(value);
        parseMix({ ...LIVE, [name]: value });
      }),
    );
  });
});

test("older than two seconds is stale, by its own age and the time since", () => {
  const wave = { number: 3, kind: "laugh", tapped: false, began_ms: 800, rise: 0.4, share: 0.7 };
  const mix = parseMix({ ...LIVE, tapped: { smile: 1, laugh: 0, wow: 0, applause: 0 }, waves: [wave] })!;
  expect(shownAt(mix, 1969)).toBe(mix);
  const stale = { state: "stale", body: null, tapped: null, waves: [], term: 1, seq: 7 };
  expect(shownAt(mix, 1970)).toMatchObject(stale);
});
