import { expect, test } from "vitest";
import { joinMarks, parseMark, parsePage, rowOf } from "../../../src/core/mood/history";

const LIVE = {
  state: "live",
  smiling: 0.66,
  weights: Object.fromEntries(
    ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"].map((label) => [
      label,
      label === "happy" ? 1 : 0,
    ]),
  ),
  warmth: 0.5,
  energy: 0.6,
  agreement: 0.7,
  taps: { smile: 0, laugh: 1.5, wow: 0, applause: 0.5 },
  people: { at_least: 10, at_most: 19 },
  coverage: 0.8,
};
const FEW = { state: "few", people: { at_most: 4 } };
const AT = "2026-11-22T20:14:03Z";

function page(more: object): object {
  return { recording: "on", reason: null, retention_s: 86400, rows: [], marks: [], next: null, ...more };
}

test("a page's rows are what was shown, and null where nothing could be", () => {
  const parsed = parsePage(
    page({
      rows: [
        { at: AT, cursor: "1", mix: LIVE },
        { at: "2026-11-22T20:14:04Z", cursor: "2", mix: FEW },
      ],
    }),
  )!;
  expect(parsed.entries.map(rowOf)).toEqual([
    { atMs: Date.UTC(2026, 10, 22, 20, 14, 3), smiling: 0.66, energy: 0.6 },
    { atMs: Date.UTC(2026, 10, 22, 20, 14, 4), smiling: null, energy: null },
  ]);
  expect(parsed).toMatchObject({ recording: "on", reason: null, retentionS: 86400, cursor: "2", next: null });
});

test("a row has its waves, whatever they are; rows without have none", () => {
  const waves = [{ number: 7, kind: "laugh", began_ms: 800, rise: 0.3, share: 0.6 }, { kind: "sighs" }];
  const rows = [LIVE, { ...LIVE, waves }, { ...LIVE, waves: "many" }].map((mix, i) => ({
    at: AT,
    cursor: `${i}`,
    mix,
  }));
  const told = parsePage(page({ rows }))!.entries.map((entry) => entry.waves.map(({ number }) => number));
  expect(told).toEqual([[], [7], []]);
});

test.each(["no_aof", "disk", "full", "read_only", "unavailable"])("a refusal has its reason: %s", (reason) => {
  expect(parsePage(page({ recording: "refused", reason }))).toMatchObject({ recording: "refused", reason });
});

test("a reason that is not known is none; rows and marks that are none are passed over", () => {
  const rows = [{ at: "yesterday", cursor: "1", mix: LIVE }, { at: AT, cursor: "2", mix: {} }, null, 3];
  const marks = [
    { id: 7, at: AT, text: "" },
    { id: "a", at: "x", text: "" },
    { id: "b", at: AT, text: "Opening" },
  ];
  const parsed = parsePage(page({ reason: "aliens", rows, marks, next: 5 }));
  expect(parsed).toMatchObject({ reason: null, entries: [], cursor: null, next: null });
  expect(parsed?.marks.map(({ text }) => text)).toEqual(["Opening"]);
});

test.each([null, 3, "x", {}, page({ recording: "maybe" }), page({ rows: {} }), page({ retention_s: "1 d" })])(
  "what is no page is null (%#)",
  (value) => {
    expect(parsePage(value)).toBeNull();
  },
);

test("marks are by their time, each once", () => {
  const mark = (id: string, second: number) => ({ id, atMs: second * 1000, text: id });
  expect(joinMarks([mark("b", 5), mark("a", 2)], [mark("b", 5), mark("c", 3)]).map(({ id }) => id)).toEqual([
    "a",
    "c",
    "b",
  ]);
  expect(parseMark({ id: "a", at: AT, text: "" })).toEqual({ id: "a", atMs: Date.parse(AT), text: "" });
});
