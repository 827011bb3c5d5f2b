import { describe, expect, it } from "vitest";
import { type Ring, Rings } from "../../../src/core/mood/rings";

const TICK_MS = 200;

/** The rings of mixes that come a tick apart, in order: each with when it left. */
function sent(rings: Rings, said: readonly (readonly number[] | null)[], fromMs = 0): [number, string][] {
  let before: Ring | null = null;
  return said.flatMap((tapped, at) => {
    const nowMs = fromMs + at * TICK_MS;
    const ring = rings.hear(tapped, nowMs);
    const isNew = ring !== null && ring !== before;
    before = ring;
    return isNew ? [[nowMs, ring.kind] as [number, string]] : [];
  });
}

/** What mixes say of taps at these moments: how many people tapped that kind in the second before. */
function mixes(taps: readonly (readonly [number, number])[], count: number): number[][] {
  return Array.from({ length: count }, (_, at) => {
    const nowMs = at * TICK_MS;
    return [0, 1, 2, 3].map(
      (kind) => taps.filter(([ms, of]) => of === kind && ms <= nowMs && ms > nowMs - 1000).length,
    );
  });
}

describe("rings", () => {
  it("one tap of one person is one ring, though five mixes say it", () => {
    expect(sent(new Rings(), mixes([[400, 3]], 20))).toEqual([[400, "applause"]]);
  });

  it("each kind has its own", () => {
    const kinds = sent(
      new Rings(),
      mixes(
        [
          [0, 0],
          [1000, 1],
          [2000, 2],
          [3000, 3],
        ],
        25,
      ),
    ).map(([, kind]) => kind);
    expect(kinds).toEqual(["smile", "laugh", "wow", "applause"]);
  });

  it("a person who goes on tapping sends one about each second", () => {
    const taps = Array.from({ length: 10 }, (_, at) => [at * 1000, 1] as const);
    const { length } = sent(new Rings(), mixes(taps, 50));
    expect(length).toBeGreaterThanOrEqual(8);
    expect(length).toBeLessThanOrEqual(10);
  });

  it("a hall that claps sends at most two a second, and none once it is still", () => {
    const many = Array.from({ length: 25 }, () => [0, 40, 20, 90]);
    const still = Array.from({ length: 25 }, () => [0, 0, 0, 0]);
    const times = sent(new Rings(), [...many, ...still]).map(([ms]) => ms);
    for (const [at, ms] of times.entries()) if (at > 0) expect(ms - times[at - 1]!).toBeGreaterThanOrEqual(500);
    expect(times.length).toBeGreaterThan(5);
    expect(times.at(-1)).toBeLessThan(5000 + 3500);
  });

  it("a tap of one's own is not sent twice, and another's is", () => {
    const own = new Rings();
    own.own("wow", 0);
    expect(sent(own, mixes([[400, 2]], 20))).toEqual([]);
    const both = new Rings();
    both.own("wow", 0);
    expect(
      sent(
        both,
        mixes(
          [
            [400, 2],
            [400, 2],
          ],
          20,
        ),
      ),
    ).toHaveLength(1);
  });

  it("nothing is said of a room where too few are present", () => {
    expect(sent(new Rings(), [null, null])).toEqual([]);
    expect(sent(new Rings(), [[0, 8, 0, 8], null, null, null, null])).toHaveLength(1);
  });
});
