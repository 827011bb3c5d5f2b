import { expect, test } from "vitest";
import { toCsv, toJson } from "../../../src/core/mood/files";
import type { Entry } from "../../../src/core/mood/history";
import { parseWaves } from "../../../src/core/mood/waves";

const MIX = { term: 0, seq: 0, coverage: 0.8, atLeast: 10, atMost: 19, draw: 3, ageMs: 0, tapped: null, waves: [] };
const ENTRIES: Entry[] = [
  {
    atMs: 0,
    waves: [
      { number: 7, kind: "laugh", isTapped: true, beganMs: 1800, lastsMs: 1200, rise: 0.31, share: 0.62 },
      { number: 8, kind: "smiles", isTapped: false, beganMs: 400, lastsMs: null, rise: 0.2, share: 0.5 },
    ],
    mix: {
      ...MIX,
      state: "live",
      body: {
        smiling: 0.66,
        weights: [0.01, 0, 0, 0.6, 0, 0.04, 0.35],
        warmth: -0.5,
        energy: 0.6,
        agreement: 0.7,
        taps: [0, 1.5, 0, 0.5],
      },
    },
  },
  { atMs: 2000, waves: [], mix: { ...MIX, state: "few", coverage: null, atLeast: null, atMost: 4, body: null } },
];
const MARKS = [
  { id: "a", atMs: 1000, text: '=1+1, "x"' },
  { id: "b", atMs: 1500, text: "" },
];

test("CSV has a line for each row and mark, by time, and no cell is a formula", () => {
  const text = toCsv(ENTRIES, MARKS);
  expect(text.charCodeAt(0)).toBe(0xfeff);
  const lines = text.slice(1).split("\r\n");
  expect(lines[0]).toBe(
    "at,mark,state,people_at_least,people_at_most,coverage,smiling,warmth,energy,agreement,angry,disgust,fear,happy,sad,surprise,neutral,taps_smile,taps_laugh,taps_wow,taps_applause",
  );
  expect(lines[1]).toBe(
    "1970-01-01T00:00:00.000Z,,live,10,19,0.8,0.66,-0.5,0.6,0.7,0.01,0,0,0.6,0,0.04,0.35,0,1.5,0,0.5",
  );
  expect(lines[2]).toMatch(/^1970-01-01T00:00:01\.000Z,"'=1\+1, ""x""",,+$/);
  expect(lines[3]).toMatch(/^1970-01-01T00:00:01\.500Z,\(mark\),+$/);
  expect(lines[4]).toMatch(/^1970-01-01T00:00:02\.000Z,,few,,4,,+$/);
  expect(new Set(lines.slice(0, -1).map((line) => line.replace(/"[^"]*(""[^"]*)*"/g, "").split(",").length))).toEqual(
    new Set([21]),
  );
});

test.each(["=1", "+1", "-1", "@x", "＝1", "＋1", "－1", "＠x"])(
  "a word that begins like a formula is a word: %s",
  (text) => {
    expect(toCsv([], [{ id: "a", atMs: 0, text }])).toContain(`,'${text},`);
  },
);

test("JSON has waves as the record has them", () => {
  const [row] = JSON.parse(toJson("demo", ENTRIES, [])).rows;
  expect(row.mix.waves).toEqual([
    { number: 7, kind: "laugh", tapped: true, began_ms: 1800, lasts_ms: 1200, rise: 0.31, share: 0.62 },
    { number: 8, kind: "smiles", tapped: false, began_ms: 400, rise: 0.2, share: 0.5 },
  ]);
  expect(parseWaves(row.mix.waves)).toEqual(ENTRIES[0]!.waves);
});

test("JSON has all numbers by their names", () => {
  const said = JSON.parse(toJson("demo", ENTRIES, MARKS));
  expect(said.room).toBe("demo");
  expect(said.rows[0]).toMatchObject({
    at: "1970-01-01T00:00:00.000Z",
    mix: {
      state: "live",
      coverage: 0.8,
      people: { at_least: 10, at_most: 19 },
      draw: 3,
      smiling: 0.66,
      weights: { happy: 0.6 },
      taps: { laugh: 1.5 },
    },
  });
  expect(said.rows[1].mix).toEqual({ state: "few", people: { at_least: null, at_most: 4 }, draw: 3 });
  expect(said.marks).toEqual([
    { at: "1970-01-01T00:00:01.000Z", text: '=1+1, "x"' },
    { at: "1970-01-01T00:00:01.500Z", text: "" },
  ]);
});
