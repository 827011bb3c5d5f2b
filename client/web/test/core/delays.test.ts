import { expect, test } from "vitest";
import { Delays } from "../../src/core/delays";

test("what comes as quickly as ever is as old as it says, whatever the clocks", () => {
  const delays = new Delays();
  for (let tick = 0; tick < 50; tick++) expect(delays.over(`${tick * 200}`, 9_000_000 + tick * 200)).toBe(0);
});

test("what waited is older than it says, by how long it waited", () => {
  const delays = new Delays();
  delays.over("0", 500);
  delays.over("200", 700);
  expect([400, 600, 800].map((at) => delays.over(`${at}`, 5500))).toEqual(
    [4600, 4400, 4200].map((ms) => expect.closeTo(ms, 0)),
  );
  expect(delays.over("5000", 5500)).toBe(0);
});

test("a slow beginning is forgotten as soon as something comes quicker", () => {
  const delays = new Delays();
  expect(delays.over("0", 3000)).toBe(0);
  expect(delays.over("200", 300)).toBe(0);
  expect(delays.over("400", 700)).toBeCloseTo(200, 0);
});

test("clocks that run apart by a little make nothing old", () => {
  const delays = new Delays();
  const hourMs = 3_600_000;
  let most = 0;
  for (let at = 0; at < 8 * hourMs; at += 1000) most = Math.max(most, delays.over(`${at}`, at * 1.00005));
  expect(most).toBeLessThan(5);
});

test("a way that is longer for good is the measure after a minute", () => {
  const delays = new Delays();
  for (let at = 0; at < 60_000; at += 200) expect(delays.over(`${at}`, at)).toBe(0);
  expect(delays.over("60000", 65_000)).toBe(5000); // the server's clock stood still for 5 s
  let over = 0;
  for (let at = 60_200; at < 125_000; at += 200) over = delays.over(`${at}`, at + 5000);
  expect(over).toBe(0);
});

test("what does not say when it was written is as old as it says", () => {
  const delays = new Delays();
  expect(["", "x", "NaN", "Infinity"].map((id) => delays.over(id, 1e6))).toEqual([0, 0, 0, 0]);
});
