import { describe, expect, test } from "vitest";
import type { Sign } from "../../../src/core/call/frames";
import { Picture } from "../../../src/core/call/generated";
import { PartnerView } from "../../../src/core/call/partner";
import type { Score } from "../../../src/core/mood/frames";
import { Presence } from "../../../src/core/mood/generated";

function score(weights: number[], sure = 255): Score {
  return { kind: "score", seq: 1, weights, sure };
}

function sign(presence: Presence, picture: Picture = Picture.ON, sound = true): Sign {
  return { kind: "sign", seq: 1, presence, answer: 0, heldMs: 0, sound, picture };
}

const HAPPY = score([0, 0, 0, 255, 0, 0, 0]);

test("before anything was heard nothing is claimed", () => {
  expect(new PartnerView().at(0)).toMatchObject({ picture: "off", presence: "watching", weights: null });
});

test("a sign says all that they send", () => {
  const partner = new PartnerView();
  partner.see(sign(Presence.PAUSED, Picture.FACE_OFF, false), 0);
  expect(partner.at(0)).toMatchObject({ sound: false, picture: "face_off", presence: "paused" });
});

describe("a score", () => {
  test("counts for two seconds", () => {
    const partner = new PartnerView();
    partner.see(HAPPY, 0);
    expect(partner.at(1999)).toMatchObject({ presence: "sensing", weights: [0, 0, 0, 1, 0, 0, 0] });
    expect(partner.at(2001).weights).toBeNull();
  });

  test.each([Presence.WATCHING, Presence.PAUSED])("is withdrawn by presence %i", (presence) => {
    const partner = new PartnerView();
    partner.see(HAPPY, 0);
    partner.see(sign(presence), 10);
    expect(partner.at(20).weights).toBeNull();
  });

  test("stays when a sign says that they sense", () => {
    const partner = new PartnerView();
    partner.see(HAPPY, 0);
    partner.see(sign(Presence.SENSING), 10);
    expect(partner.at(20).weights).not.toBeNull();
  });

  test("that is not sure withdraws the last", () => {
    const partner = new PartnerView();
    partner.see(HAPPY, 0);
    partner.see(score([0, 0, 0, 0, 0, 0, 255], 0), 10);
    expect(partner.at(20)).toMatchObject({ presence: "sensing", weights: null });
  });

  test("keeps its object while it holds: what is drawn is not drawn anew", () => {
    const partner = new PartnerView();
    partner.see(HAPPY, 0);
    const before = partner.at(0);
    const after = partner.at(100);
    expect(after.weights).toBe(before.weights);
    expect(after.past).toBe(before.past);
  });
});

test("the last minute, one a second; seconds without a score are gaps", () => {
  const partner = new PartnerView();
  for (let nowMs = 0; nowMs <= 90_000; nowMs += 100) {
    if (nowMs >= 80_000) partner.see(HAPPY, nowMs);
    partner.at(nowMs);
  }
  const { past } = partner.at(90_000);
  expect(past).toHaveLength(60);
  expect(past.at(0)).toEqual({ atMs: 31_000, weights: null });
  expect(past.at(-1)?.weights?.[3]).toBe(1);
  expect(past.filter(({ weights }) => weights !== null)).toHaveLength(11);
});

test("a goodbye is heard", () => {
  const partner = new PartnerView();
  expect(partner.isGone).toBe(false);
  partner.see(sign(Presence.BYE), 0);
  expect(partner.isGone).toBe(true);
});
