import { describe, expect, it } from "vitest";
import { isGroup, leastGroup } from "../../../src/core/mood/group";

describe("the minimum group", () => {
  it("is three and more, and less only at an address of this computer", () => {
    for (const here of ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"]) expect(leastGroup(here)).toBe(1);
    for (const there of ["kuuki.example", "localhost.example", "127.0.0.1.example", "10.0.0.1", ""])
      expect(leastGroup(there)).toBe(3);
  });

  it("is a whole number within its bounds", () => {
    for (const people of [3, 5, 1000]) expect(isGroup(people, 3)).toBe(true);
    for (const people of [2, 0, -3, 4.5, 1001, Number.NaN, Number.POSITIVE_INFINITY])
      expect(isGroup(people, 3)).toBe(false);
    expect(isGroup(1, 1)).toBe(true);
  });
});
