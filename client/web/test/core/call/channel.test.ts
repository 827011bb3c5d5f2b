import { describe, expect, test } from "vitest";
import { Channel, type Checking, type CheckStep, type Own, type Spoken } from "../../../src/core/call/channel";
import { type CallFrame, decode, encode } from "../../../src/core/call/frames";
import { Picture, Step } from "../../../src/core/call/generated";
import { Presence } from "../../../src/core/mood/generated";

const OWN: Own = { presence: Presence.WATCHING, sound: true, picture: Picture.ON };
const HAPPY = [0, 0, 0, 255, 0, 0, 0];

function frames(spoken: readonly Spoken[]): CallFrame[] {
  return spoken.map(({ bytes }) => decode(bytes));
}

function sign(seq: number, more: Partial<{ answer: number; heldMs: number; presence: Presence }> = {}): Uint8Array {
  return encode({ kind: "sign", seq, ...OWN, answer: 0, heldMs: 0, ...more });
}

function score(seq: number): Uint8Array {
  return encode({ kind: "score", seq, weights: HAPPY, sure: 255 });
}

class FakeCheck implements Checking {
  next: CheckStep | null = null;
  readonly heard: Step[] = [];

  repeat(): CheckStep | null {
    return this.next;
  }

  hear(step: Step): CheckStep | null {
    this.heard.push(step);
    return step === Step.NONCE ? { step: Step.REVEAL, octets: new Uint8Array(16) } : null;
  }
}

describe("saying", () => {
  test("a sign every half second, and at once when something changes", () => {
    const channel = new Channel(OWN, null);
    const times: number[] = [];
    for (let nowMs = 0; nowMs <= 2000; nowMs += 100) if (channel.due(nowMs).length > 0) times.push(nowMs);
    expect(times).toEqual([0, 500, 1000, 1500, 2000]);
    expect(channel.be(OWN, 2050)).toEqual([]);
    expect(frames(channel.be({ ...OWN, sound: false }, 2100))).toMatchObject([{ kind: "sign", sound: false, seq: 6 }]);
    expect(channel.due(2500)).toEqual([]);
  });

  test("scores, signs and steps share one counter", () => {
    const check = new FakeCheck();
    check.next = { step: Step.COMMIT, octets: new Uint8Array(32) };
    const channel = new Channel(OWN, check);
    const said = [...channel.due(0), channel.score({ weights: HAPPY, sure: 255 }), ...channel.due(500)];
    expect(frames(said).map(({ kind, seq }) => [kind, seq])).toEqual([
      ["sign", 1],
      ["check", 2],
      ["score", 3],
      ["sign", 4],
      ["check", 5],
    ]);
    expect(said.map(({ kind }) => kind)).toEqual(["beat", "beat", "score", "beat", "beat"]);
  });

  test("goodbye three times", () => {
    const said = frames(new Channel(OWN, null).bye(0));
    expect(said).toHaveLength(3);
    expect(said).toMatchObject([{ presence: Presence.BYE }, { presence: Presence.BYE }, { presence: Presence.BYE }]);
  });

  test("what was heard is answered with how long it was held", () => {
    const channel = new Channel(OWN, null);
    expect(frames(channel.due(0))).toMatchObject([{ answer: 0, heldMs: 0 }]);
    channel.hear(sign(9), 400);
    expect(frames(channel.due(520))).toMatchObject([{ answer: 9, heldMs: 120 }]);
  });
});

describe("hearing", () => {
  test("only what is newer than all before", () => {
    const channel = new Channel(OWN, null);
    expect(channel.hear(score(5), 0).frame).toMatchObject({ kind: "score", seq: 5 });
    expect(channel.hear(sign(4), 10).frame).toBeNull();
    expect(channel.hear(score(5), 20).frame).toBeNull();
    expect(channel.hear(sign(6), 30).frame).toMatchObject({ kind: "sign", seq: 6 });
  });

  test("ten scores a second, twenty at once", () => {
    const channel = new Channel(OWN, null);
    let seq = 0;
    const admitted = (count: number, nowMs: number): number =>
      Array.from({ length: count }, () => channel.hear(score(++seq), nowMs)).filter(({ frame }) => frame).length;
    expect(admitted(50, 0)).toBe(20);
    expect(admitted(50, 1000)).toBe(10);
    expect(channel.hear(sign(++seq), 1000).frame).not.toBeNull();
  });

  test("who sends twenty malformed frames is not listened to any more", () => {
    const channel = new Channel(OWN, null);
    for (let i = 0; i < 19; i++) channel.hear(Uint8Array.of(0xc1), 0);
    expect(channel.hear(sign(1), 0).frame).not.toBeNull();
    channel.hear(Uint8Array.of(0xc1), 0);
    expect(channel.hear(sign(2), 0).frame).toBeNull();
  });

  test("the round trip, without the time that the partner kept it", () => {
    const channel = new Channel(OWN, null);
    expect(channel.rttMs).toBeNull();
    channel.due(0);
    channel.due(500);
    channel.hear(sign(1, { answer: 2, heldMs: 300 }), 840);
    expect(channel.rttMs).toBe(40);
    channel.due(1000);
    channel.hear(sign(2, { answer: 3, heldMs: 0 }), 1140);
    expect(channel.rttMs).toBeCloseTo(70);
    channel.hear(sign(3, { answer: 999 }), 1200);
    channel.hear(sign(2, { answer: 3 }), 9999);
    expect(channel.rttMs).toBeCloseTo(70);
  });

  test("steps of the check go to the check, whatever their seq; its answer goes back", () => {
    const check = new FakeCheck();
    const channel = new Channel(OWN, check);
    channel.hear(sign(50), 0);
    const heard = channel.hear(encode({ kind: "check", seq: 2, step: Step.NONCE, octets: new Uint8Array(16) }), 0);
    expect(check.heard).toEqual([Step.NONCE]);
    expect(heard.frame).toBeNull();
    expect(frames(heard.answers)).toMatchObject([{ kind: "check", step: Step.REVEAL }]);
  });
});
