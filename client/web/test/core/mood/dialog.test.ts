import { describe, expect, test } from "vitest";
import { CloseCode } from "../../../src/core/generated";
import { Dialog } from "../../../src/core/mood/dialog";
import { type Beat, decode, encode, type OwnBeat } from "../../../src/core/mood/frames";
import { Presence } from "../../../src/core/mood/generated";
import { fromHex, golden, toHex } from "../golden";

const SMILE = { weights: [0, 0, 0, 255, 0, 0, 0], sure: 230 };
const EMPTY_MIX = fromHex("9a010401010000c000c0cd0000");

function newer(title: string): Uint8Array {
  const { newer: cases } = golden("frames.json") as { newer: { title: string; hex: string }[] };
  return fromHex(cases.find((each) => each.title === title)!.hex);
}

function fromGateway(beat: Partial<OwnBeat>): Uint8Array {
  return encode({ kind: "beat", seq: 1, presence: Presence.WATCHING, answer: 0, taps: 0, code: 0, rttMs: 0, ...beat });
}

function said(spoken: { bytes: Uint8Array } | undefined): Beat {
  const frame = decode(spoken!.bytes);
  if (frame.kind !== "beat") throw new Error("not a beat");
  return frame;
}

describe("beats", () => {
  test("each newer one is answered at once, with its seq", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    expect(said(dialog.hear(fromGateway({ seq: 4 }), 10).answers[0])).toMatchObject({ seq: 1, answer: 4, presence: 0 });
    expect(dialog.hear(fromGateway({ seq: 4 }), 20).answers).toEqual([]);
    expect(dialog.hear(fromGateway({ seq: 3 }), 30).answers).toEqual([]);
    expect(said(dialog.hear(fromGateway({ seq: 5 }), 40).answers[0])).toMatchObject({ seq: 2, answer: 5 });
  });

  test("the round trip is known once an answer was heard", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    dialog.hear(fromGateway({ seq: 1, rttMs: 0 }), 0);
    expect(dialog.rttMs).toBeNull();
    dialog.hear(fromGateway({ seq: 2, answer: 1, rttMs: 23 }), 500);
    expect(dialog.rttMs).toBe(23);
  });

  test("a gateway that closes says why, and is not answered", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    const heard = dialog.hear(fromGateway({ seq: 9, presence: Presence.BYE, code: CloseCode.SEAT_TAKEN }), 10);
    expect(heard.answers).toEqual([]);
    expect(dialog.code).toBe(CloseCode.SEAT_TAKEN);
  });

  test("code 3000 in a beat that is no bye asks to move, and is answered as any; other codes mean nothing", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    dialog.hear(fromGateway({ seq: 1, code: CloseCode.SLOW }), 10);
    expect(dialog.mustMove).toBe(false);
    const heard = dialog.hear(fromGateway({ seq: 2, code: CloseCode.GOING_AWAY }), 20);
    expect(said(heard.answers[0])).toMatchObject({ answer: 2 });
    expect([dialog.mustMove, dialog.code]).toEqual([true, null]);
    dialog.hear(fromGateway({ seq: 3 }), 30);
    expect(dialog.mustMove).toBe(true);
  });

  test("one waits as long as the newest beat says so; before the first nobody knows", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    expect(dialog.waits).toBeNull();
    dialog.hear(newer("a gateway's beat to one who waits"), 10);
    expect(dialog.waits).toBe(true);
    dialog.hear(fromGateway({ seq: 39 }), 20);
    expect(dialog.waits).toBe(true);
    dialog.hear(newer("a gateway's beat to one who counts"), 30);
    expect(dialog.waits).toBe(false);
  });

  test("a gateway of version 1 lets nobody wait", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    dialog.hear(fromGateway({ seq: 1 }), 10);
    expect(dialog.waits).toBe(false);
  });

  test("a bye of code 3000 is a bye", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    dialog.hear(fromGateway({ seq: 1, presence: Presence.BYE, code: CloseCode.GOING_AWAY }), 10);
    expect([dialog.mustMove, dialog.code]).toEqual([false, CloseCode.GOING_AWAY]);
  });

  test("bytes that are no frame lead to nothing", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    expect(dialog.hear(Uint8Array.from([0xc1]), 10)).toEqual({ answers: [], mix: null });
    dialog.isDead(1000);
    expect(dialog.isDead(1501)).toBe(true);
  });
});

describe("what must be seen", () => {
  test("a pause is said again every 200 ms until the gateway's beat shows it", () => {
    const dialog = new Dialog(Presence.SENSING, 0);
    expect(said(dialog.be(Presence.PAUSED, 0))).toMatchObject({ seq: 1, presence: Presence.PAUSED });
    expect(dialog.repeats(199)).toEqual([]);
    expect(said(dialog.repeats(200)[0])).toMatchObject({ seq: 2, presence: Presence.PAUSED });
    dialog.hear(fromGateway({ seq: 1, presence: Presence.SENSING, answer: 0 }), 250);
    expect(dialog.repeats(400)).toHaveLength(1);
    dialog.hear(fromGateway({ seq: 2, presence: Presence.PAUSED, answer: 2 }), 450);
    expect(dialog.repeats(600)).toEqual([]);
  });

  test("an older pause that the gateway still shows does not count as the newer one", () => {
    const dialog = new Dialog(Presence.PAUSED, 0);
    dialog.be(Presence.SENSING, 0);
    dialog.be(Presence.PAUSED, 50);
    dialog.hear(fromGateway({ seq: 1, presence: Presence.PAUSED, answer: 0 }), 100);
    expect(dialog.repeats(250)).toHaveLength(1);
  });

  test("a score says that one is sensing: no beat needs to", () => {
    const dialog = new Dialog(Presence.PAUSED, 0);
    dialog.be(Presence.SENSING, 0);
    expect(toHex(dialog.score(SMILE).bytes)).toBe("95010102c407000000ff000000cce6");
    expect(dialog.repeats(1000)).toEqual([]);
  });

  test("taps are said again, whole, until their sum was heard", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    dialog.tap("laugh", 0);
    expect(toHex(dialog.tap("applause", 100).bytes)).toBe("9701020200010001");
    dialog.hear(fromGateway({ seq: 1, taps: 1 }), 150);
    const again = dialog.repeats(300);
    expect(again.map((spoken) => spoken.kind)).toEqual(["tap"]);
    expect(toHex(again[0]!.bytes)).toBe("9701020400010001");
    dialog.hear(fromGateway({ seq: 2, taps: 2 }), 350);
    expect(dialog.repeats(1000)).toEqual([]);
  });
});

describe("silence", () => {
  test("a gateway that says nothing for 1.5 s is dead", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    for (let nowMs = 200; nowMs <= 1400; nowMs += 200) expect(dialog.isDead(nowMs)).toBe(false);
    expect(dialog.isDead(1600)).toBe(true);
  });

  test("any frame is a sign of life", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    dialog.isDead(1000);
    expect(dialog.hear(EMPTY_MIX, 1400).mix?.state).toBe("empty");
    dialog.isDead(2000);
    expect(dialog.isDead(2900)).toBe(false);
    expect(dialog.isDead(2901)).toBe(true);
  });

  test("a machine that slept gives its gateway time to be heard", () => {
    const dialog = new Dialog(Presence.WATCHING, 0);
    dialog.isDead(200);
    expect(dialog.isDead(60_000)).toBe(false);
    expect(dialog.isDead(61_000)).toBe(false);
    expect(dialog.isDead(61_600)).toBe(true);
  });
});
