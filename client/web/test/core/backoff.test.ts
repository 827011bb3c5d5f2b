import fc from "fast-check";
import { expect, test } from "vitest";
import { Backoff, Doubling } from "../../src/core/backoff";

test("the first wait is anywhere in a second, later ones reach from half a second to a doubling ceiling", () => {
  const lowest = new Backoff(() => 0);
  expect([1, 2, 3].map(() => lowest.nextMs())).toEqual([0, 500, 500]);
  const highest = new Backoff(() => 1);
  expect([1, 2, 3, 4, 5, 6, 7].map(() => highest.nextMs())).toEqual([1000, 2000, 4000, 8000, 16000, 20000, 20000]);
});

test("after a success it begins anew", () => {
  const backoff = new Backoff(() => 1);
  backoff.nextMs();
  backoff.nextMs();
  backoff.succeeded();
  expect(backoff.nextMs()).toBe(1000);
});

test("what the server asked for is waited, and the jitter on top", () => {
  expect(new Backoff(() => 0.5).nextMs(3000)).toBe(3500);
});

test("no wait is ever beyond 20 s", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (throws) => {
      const dice = throws.values();
      const backoff = new Backoff(() => dice.next().value ?? 0);
      for (const [i] of throws.entries()) {
        const waitMs = backoff.nextMs();
        expect(waitMs).toBeGreaterThanOrEqual(i === 0 ? 0 : 500);
        expect(waitMs).toBeLessThanOrEqual(20_000);
      }
    }),
  );
});

test("a pause doubles up to the longest, begins anew, and after 5,000 tries is the longest", () => {
  const pause = new Doubling(4000, 20_000);
  expect([1, 2, 3, 4, 5].map(() => pause.nextMs())).toEqual([4000, 8000, 16_000, 20_000, 20_000]);
  for (let tries = 0; tries < 5000; tries += 1) expect(pause.nextMs()).toBe(20_000);
  pause.beginAnew();
  expect(pause.nextMs()).toBe(4000);
  expect(new Doubling(9, 3).nextMs()).toBe(3);
});
