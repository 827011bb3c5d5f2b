import { expect, test } from "vitest";
import { type Counts, qualityOf } from "../../../src/core/call/quality";

const BEFORE: Counts = { atMs: 0, received: 100, lost: 0, receivedBytes: 1000, frozenMs: 0, rttMs: 20 };

function after(more: Partial<Counts>): Counts {
  return { ...BEFORE, atMs: 2000, received: 300, receivedBytes: 90_000, ...more };
}

test.each([
  ["nothing wrong", {}, "good"],
  ["no round trip known", { rttMs: null }, "good"],
  ["a long way", { rttMs: 300 }, "fair"],
  ["a very long way", { rttMs: 700 }, "poor"],
  ["some loss", { lost: 10 }, "fair"],
  ["much loss", { lost: 50 }, "poor"],
  ["a short freeze", { frozenMs: 200 }, "fair"],
  ["mostly frozen", { frozenMs: 1500 }, "poor"],
  ["all lost", { received: 100, lost: 20 }, "poor"],
  ["nothing sent", { received: 100 }, null],
  ["duplicates make loss negative", { lost: -5 }, "good"],
  ["counts of another connection", { received: 3 }, null],
  ["no time", { atMs: 0 }, null],
] as const)("%s", (_, more, quality) => {
  expect(qualityOf(BEFORE, after(more))).toBe(quality);
});
