import { describe, expect, it } from "vitest";
import { type Share, share } from "../../../src/core/mood/sentence";
import { type Gist, SPOKEN_EVERY_MS, Spoken } from "../../../src/core/mood/spoken";

const WARM: Gist = { standing: "live", word: "warm", share: "half" };
const FEW: Gist = { standing: "few", word: null, share: "hardly_any" };

/** What follows a room of which `gist` was said at 1 s. */
function once(gist: Gist): Spoken {
  const spoken = new Spoken();
  spoken.say(gist, 1000);
  return spoken;
}

describe("what is spoken", () => {
  it("is the first thing that there is to say, at once", () => {
    expect(new Spoken().waitMs(FEW, 0)).toBe(0);
  });

  it("is nothing while the room stays as it was said", () => {
    expect(once(WARM).waitMs({ ...WARM }, 1e6)).toBeNull();
  });

  it("is another word, as soon as 20 s have passed", () => {
    const spoken = once(WARM);
    const beaming: Gist = { ...WARM, word: "beaming" };
    expect(spoken.waitMs(beaming, 1000)).toBe(20_000);
    expect(spoken.waitMs(beaming, 20_900)).toBe(100);
    expect(spoken.waitMs(beaming, 21_000)).toBe(0);
    expect(spoken.waitMs(beaming, 99_000)).toBe(0);
  });

  it("is a share that moved by two steps, up or down, and not by one", () => {
    const waits = (to: Share) => once(WARM).waitMs({ ...WARM, share: to }, 1e6);
    expect(waits("three_in_five")).toBeNull();
    expect(waits("two_in_five")).toBeNull();
    expect(waits("two_in_three")).toBe(0);
    expect(waits("one_in_three")).toBe(0);
    expect(waits("almost_all")).toBe(0);
  });

  it("adds small steps up: what counts is how far the room is from what was said", () => {
    const spoken = once(WARM);
    expect(spoken.waitMs({ ...WARM, share: "three_in_five" }, 30_000)).toBeNull();
    expect(spoken.waitMs({ ...WARM, share: "two_in_three" }, 40_000)).toBe(0);
  });

  it("is nothing when the room came back to what was said before its time came", () => {
    const spoken = once(WARM);
    expect(spoken.waitMs({ ...WARM, word: "gentle" }, 9000)).toBe(12_000);
    expect(spoken.waitMs(WARM, 15_000)).toBeNull();
  });

  it.each(["connecting", "empty", "few", "stale", "over"] as const)(
    "is at once that the room is %s, and that it is live again",
    (standing) => {
      const spoken = once(WARM);
      const gone: Gist = { standing, word: null, share: "hardly_any" };
      expect(spoken.waitMs(gone, 1001)).toBe(0);
      spoken.say(gone, 1001);
      expect(spoken.waitMs({ ...gone, share: "almost_all" }, 1e6)).toBeNull();
      expect(spoken.waitMs(WARM, 1002)).toBe(0);
    },
  );

  it("takes a change of standing as said: the next change within the room waits from there", () => {
    const spoken = once(FEW);
    spoken.say(WARM, 5000);
    expect(spoken.waitMs({ ...WARM, word: "lively" }, 6000)).toBe(SPOKEN_EVERY_MS - 1000);
  });

  it("counts steps in the order of the shares themselves", () => {
    const shares = [...new Set(Array.from({ length: 1001 }, (_, i) => share(i / 1000)))];
    expect(shares).toHaveLength(13);
    for (const [at, from] of shares.entries())
      for (const [to, other] of shares.entries()) {
        const wait = once({ ...WARM, share: from }).waitMs({ ...WARM, share: other }, 1e6);
        expect(wait, `${from} to ${other}`).toBe(Math.abs(at - to) >= 2 ? 0 : null);
      }
  });

  it("is, of a room that changes five times a second, at most one sentence in 20 s", () => {
    const spoken = new Spoken();
    const said: number[] = [];
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 200) {
      const gist: Gist = { ...WARM, word: nowMs % 400 === 0 ? "warm" : "surprised" };
      if (spoken.waitMs(gist, nowMs) !== 0) continue;
      spoken.say(gist, nowMs);
      said.push(nowMs);
    }
    expect(said[0]).toBe(0);
    expect(said.length).toBeGreaterThan(4);
    for (const [i, at] of said.slice(1).entries()) expect(at - (said[i] ?? 0)).toBeGreaterThanOrEqual(SPOKEN_EVERY_MS);
  });
});
