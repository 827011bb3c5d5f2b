import { expect, it } from "vitest";
import { Steady } from "../../../src/core/mood/steady";

it("says at once what holds, and then keeps to it for a while", () => {
  const steady = new Steady(2000);
  expect(steady.next(false, 0)).toBe(false);
  expect(steady.next(true, 100)).toBe(true);
  expect(steady.next(false, 300)).toBe(true);
  expect(steady.next(false, 2099)).toBe(true);
  expect(steady.next(false, 2100)).toBe(false);
  expect(steady.next(true, 2200)).toBe(false);
  expect(steady.next(true, 4100)).toBe(true);
});

it("changes no more than once in that time, however often it is asked", () => {
  const steady = new Steady(1000);
  const said = Array.from({ length: 500 }, (_, i) => steady.next(i % 2 === 0, i * 20));
  const changes = said.filter((each, i) => i > 0 && each !== said[i - 1]).length;
  expect(changes).toBeGreaterThan(3);
  expect(changes).toBeLessThanOrEqual(10);
});
