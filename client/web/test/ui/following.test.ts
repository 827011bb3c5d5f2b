// An element draws what it selects: what changes beside it costs nothing.

import { html } from "lit";
import { describe, expect, it, vi } from "vitest";
import type { CallSession, CallSnapshot } from "../../src/core/call/session";
import type { Session } from "../../src/core/mood/session";
import { KuukiCallAgree } from "../../src/ui/call/agree";
import { KuukiCallCheck } from "../../src/ui/call/check";
import { KuukiCallControls } from "../../src/ui/call/controls";
import { KuukiCallDevices } from "../../src/ui/call/devices";
import { KuukiCallEnded } from "../../src/ui/call/ended";
import { KuukiCallFace } from "../../src/ui/call/face";
import { KuukiCallIncoming } from "../../src/ui/call/incoming";
import { KuukiCallLevel } from "../../src/ui/call/level";
import { KuukiCallMine } from "../../src/ui/call/mine";
import { KuukiCallOwn } from "../../src/ui/call/own";
import { KuukiCall } from "../../src/ui/call/page";
import { KuukiCallReady } from "../../src/ui/call/ready";
import { KuukiCallRinging } from "../../src/ui/call/ringing";
import { KuukiCallRoom } from "../../src/ui/call/room";
import { KuukiCallSafety } from "../../src/ui/call/safety";
import { KuukiCallStage } from "../../src/ui/call/stage";
import { KuukiCallStart } from "../../src/ui/call/start";
import { KuukiCallTalking } from "../../src/ui/call/talking";
import type { KuukiElement } from "../../src/ui/element";
import { type Followed, FollowingElement } from "../../src/ui/following";
import { KuukiAudience } from "../../src/ui/mood/audience";
import { KuukiMini } from "../../src/ui/mood/mini";
import { KuukiSensing } from "../../src/ui/mood/sensing";
import { KuukiSent } from "../../src/ui/mood/sent";
import { KuukiStage } from "../../src/ui/mood/stage";
import { KuukiTaps } from "../../src/ui/mood/taps";
import { counted, made } from "./drawn";
import { callSession, roomSession } from "./sessions";

interface Count {
  readonly shown: number;
  readonly beside: number;
}

class Counter extends FollowingElement<Followed<Count>, Count, { readonly shown: number }> {
  readonly told: number[] = [];

  protected override select({ shown }: Count): { readonly shown: number } {
    return { shown };
  }

  protected override heard({ beside }: Count): void {
    this.told.push(beside);
  }

  protected override render() {
    return html`${this.selected?.shown}`;
  }
}

function counts(first: Count) {
  const listeners = new Set<(count: Count) => void>();
  const session = {
    snapshot: first,
    subscribe: (listener: (count: Count) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    say: (count: Count) => {
      session.snapshot = count;
      for (const listener of listeners) listener(count);
    },
    listeners,
  };
  return session;
}

describe("an element that follows", () => {
  it("is drawn when what it selects has changed, and is told of everything", async () => {
    const session = counts({ shown: 1, beside: 1 });
    const element = made(Counter, { session });
    const { drawings } = await counted(element);
    session.say({ shown: 1, beside: 2 });
    session.say({ shown: 1, beside: 3 });
    expect(await drawings()).toBe(0);
    session.say({ shown: 2, beside: 3 });
    expect(await drawings()).toBe(1);
    expect(element.told).toEqual([2, 3, 3]);
  });

  it("follows one session at a time, and none once it is taken away", () => {
    const [one, other] = [counts({ shown: 1, beside: 1 }), counts({ shown: 2, beside: 1 })];
    const element = made(Counter, { session: one });
    element.session = other;
    (element as unknown as { willUpdate(changed: Map<string, unknown>): void }).willUpdate(new Map([["session", one]]));
    expect([one.listeners.size, other.listeners.size]).toEqual([0, 1]);
    element.disconnectedCallback();
    expect(other.listeners.size).toBe(0);
  });
});

const STAGES = { fullscreenEnabled: false, querySelector: () => null, documentElement: {} };

function stub(): void {
  vi.stubGlobal("document", STAGES);
  vi.stubGlobal("location", { pathname: "/r/demo", hash: "" });
  vi.stubGlobal("window", { location: { href: "https://kuuki.example/r/demo/stage" } });
}

const OF_A_ROOM: readonly (new () => KuukiElement & { session: Session })[] = [
  KuukiAudience,
  KuukiStage,
  KuukiMini,
  KuukiTaps,
  KuukiSensing,
  KuukiCallRoom,
];

describe("elements of a room", () => {
  it.each(OF_A_ROOM)("%o is not drawn by a mix that says the same, nor by what was sent", async (kind) => {
    stub();
    const session = roomSession({ sensing: "on" });
    const { drawings } = await counted(made(kind, { session }));
    for (let seq = 2; seq < 12; seq += 1) {
      const mix = { ...session.snapshot.mix!, seq, ageMs: seq };
      session.change({ mix, sentCount: seq, sentBytes: 20 * seq, sent: [...session.snapshot.sent], rttMs: seq });
    }
    expect(await drawings()).toBe(0);
    session.change({ link: "closed", sensing: "paused" });
    expect(await drawings()).toBe(1);
  });

  it("what left is drawn by its own clock", async () => {
    vi.useFakeTimers();
    const session = roomSession();
    const element = made(KuukiSent, { session });
    const shows = element as unknown as { shouldUpdate(changed: Map<string, unknown>): boolean };
    expect(shows.shouldUpdate(new Map([["selected", undefined]]))).toBe(false);
    expect(shows.shouldUpdate(new Map([["view", undefined]]))).toBe(true);
    vi.useRealTimers();
  });
});

type CallKind = new () => KuukiElement & { session: CallSession };
const OF_A_CALL: readonly CallKind[] = [
  ...[KuukiCall, KuukiCallAgree, KuukiCallCheck, KuukiCallControls, KuukiCallDevices, KuukiCallEnded],
  ...[KuukiCallFace, KuukiCallIncoming, KuukiCallLevel, KuukiCallMine, KuukiCallOwn, KuukiCallReady],
  ...[KuukiCallRinging, KuukiCallSafety, KuukiCallStage, KuukiCallStart, KuukiCallTalking],
];
/** Those that draw the partner's expression. */
const OF_THE_PARTNER: readonly CallKind[] = [KuukiCallFace, KuukiCallStage];

describe("elements of a call", () => {
  it.each(OF_A_CALL)("%o is not drawn by the level of the microphone, nor by what was sent", async (kind) => {
    stub();
    const session = callSession("talking");
    const { drawings } = await counted(made(kind, { session }));
    for (let count = 1; count < 10; count += 1) session.change({ level: count / 10, sentCount: 500 + count, sent: [] });
    // The meter's words change once, when someone is heard; its bar moves without Lit.
    expect(await drawings()).toBe(kind === KuukiCallLevel ? 1 : 0);
  });

  it.each(OF_A_CALL)("%o is drawn by the partner's expression only if it shows it", async (kind) => {
    stub();
    const session = callSession("talking");
    const { drawings } = await counted(made(kind, { session }));
    const call = session.snapshot.call!;
    const weights = [0, 0, 0, 0.5, 0, 0, 0.5];
    session.change({ call: { ...call, partner: { ...call.partner, weights } } } as Partial<CallSnapshot>);
    expect(await drawings()).toBe(OF_THE_PARTNER.includes(kind) ? 1 : 0);
  });
});
