import { describe, expect, test } from "vitest";
import type { Leg } from "../../../src/core/call/legs";
import { callOf, endedOf, knockingOf, type MediaFacts } from "../../../src/core/call/view";
import { differing, sameOr } from "../../../src/core/same";

const LEG: Leg = {
  call: "c".repeat(22),
  side: "caller",
  state: "talking",
  partner: null,
  name: "Ben",
  partnerIs: "here",
  sinceMs: 5,
};

const MEDIA: MediaFacts = {
  partner: { sound: true, picture: "on", presence: "sensing", weights: null, past: [] },
  link: "open",
  relayTrouble: null,
  rttMs: 12.6,
  words: null,
  quality: "good",
  isRelayed: false,
};

describe("a call in a snapshot", () => {
  test("is put together from its leg and its media", () => {
    expect(callOf(LEG, MEDIA, null)).toEqual({
      call: LEG.call,
      side: "caller",
      state: "talking",
      sinceMs: 5,
      partner: { ...MEDIA.partner, name: "Ben", is: "here" },
      media: "open",
      relayTrouble: null,
      quality: "good",
      rttMs: 13,
      isRelayed: false,
      check: null,
    });
  });

  test("has no media while it rings", () => {
    expect(callOf({ ...LEG, state: "ringing" }, null, null)).toMatchObject({ media: "none", rttMs: null });
    expect(callOf(null, null, null)).toBeNull();
  });

  test("stays the same object while nothing changes", () => {
    const before = callOf(LEG, MEDIA, null);
    expect(callOf({ ...LEG }, { ...MEDIA, partner: { ...MEDIA.partner } }, before)).toBe(before);
    const after = callOf({ ...LEG, partnerIs: "away" }, MEDIA, before);
    expect(after).not.toBe(before);
    expect(after?.partner.is).toBe("away");
  });
});

test("who knocks and what ended stay the same objects too", () => {
  const knocking = knockingOf(LEG, null);
  expect(knocking).toEqual({ call: LEG.call, name: "Ben" });
  expect(knockingOf({ ...LEG }, knocking)).toBe(knocking);
  const leg = { call: LEG.call, side: "caller", how: "ended", name: "Ben", talkedMs: 9 } as const;
  const ended = endedOf(leg, true, null);
  expect(ended).toEqual({ ...leg, canCallAgain: true });
  expect(endedOf(leg, true, ended)).toBe(ended);
  expect(endedOf(leg, false, ended)).not.toBe(ended);
});

test("only what differs is a change", () => {
  const before = { a: 1, b: Number.NaN };
  expect(differing(before, { a: 1, b: Number.NaN })).toBeNull();
  expect(differing(before, { a: 2, b: Number.NaN })).toEqual({ a: 2 });
  expect(sameOr(before, { a: 1, b: Number.NaN })).toBe(before);
});
