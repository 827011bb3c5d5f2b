import { expect, it } from "vitest";
import { Minute } from "../../../src/core/mood/minute";

function heard(shares: readonly number[], fromMs = 0, minute = new Minute()): Minute {
  for (const [at, share] of shares.entries()) minute.hear(share, fromMs + at * 200);
  return minute;
}

const seconds = (count: number, share: number) => Array.from({ length: count * 5 }, () => share);

it("says nothing before there is something to compare with", () => {
  expect(new Minute().level).toBeNull();
  expect(heard(seconds(15, 0.4)).level).toBeNull();
  expect(heard(seconds(25, 0.4)).level).toBeCloseTo(0.4);
});

it("is the mean before these seconds, which a laugh does not move", () => {
  expect(heard([...seconds(40, 0.2), ...seconds(4, 0.9)]).level).toBeCloseTo(0.2);
});

it("forgets what is more than a minute ago", () => {
  expect(heard([...seconds(30, 0.9), ...seconds(70, 0.3)]).level).toBeCloseTo(0.3);
});

it("leaves out what was not heard", () => {
  const minute = heard(seconds(30, 0.4));
  expect(heard(seconds(1, 0.8), 60_000, minute).level).toBeCloseTo(0.4);
  expect(heard(seconds(1, 0.8), 200_000, minute).level).toBeNull();
});
