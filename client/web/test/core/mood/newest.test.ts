import { expect, test } from "vitest";
import { Newest } from "../../../src/core/mood/newest";

test("only what is newer by (term, seq) is admitted", () => {
  const newest = new Newest();
  const come: [number, number, boolean][] = [
    [1, 0, true],
    [1, 0, false],
    [1, 5, true],
    [1, 4, false],
    [2, 0, true],
    [1, 900, false],
    [2, 1, true],
  ];
  for (const [term, seq, isNew] of come) expect(newest.admits(term, seq)).toBe(isNew);
});
