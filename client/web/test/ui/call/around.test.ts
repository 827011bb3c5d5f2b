// What the elements before and after a call draw in each state, and what they ask of the session.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallSnapshot } from "../../../src/core/call/session";
import { callWordsOf } from "../../../src/locale/call";
import { KuukiCallAgree } from "../../../src/ui/call/agree";
import { KuukiCallCheck } from "../../../src/ui/call/check";
import { KuukiCallDevices } from "../../../src/ui/call/devices";
import { KuukiCallEnded } from "../../../src/ui/call/ended";
import { KuukiCallIncoming } from "../../../src/ui/call/incoming";
import { KuukiCall } from "../../../src/ui/call/page";
import { KuukiCallReady } from "../../../src/ui/call/ready";
import { KuukiCallRinging } from "../../../src/ui/call/ringing";
import type { KuukiElement } from "../../../src/ui/element";
import { type Drawn, drawn, made } from "../drawn";
import { callSession } from "../sessions";

const en = callWordsOf("en");

beforeEach(() => {
  vi.stubGlobal("location", { reload: vi.fn() });
  vi.stubGlobal("navigator", {});
});
afterEach(() => vi.unstubAllGlobals());

function at<Element extends KuukiElement>(kind: new () => Element, state: string, more: Partial<CallSnapshot> = {}) {
  const session = callSession(state, more);
  const element = made(kind, { session });
  return { session, element, shown: (): Drawn => drawn(element) };
}

describe("the page", () => {
  it.each([
    ["start", "kuuki-call-start"],
    ["ringing", "kuuki-call-ringing"],
    ["talking", "kuuki-call-talking"],
    ["ended-caller-ended", "kuuki-call-ended"],
  ])("shows in state %s the view %s", (state, view) => {
    expect(at(KuukiCall, state).shown().html).toContain(`<${view}`);
  });

  it("goes from step to step", () => {
    const { element, shown } = at(KuukiCall, "start");
    for (const step of ["agree", "check", "ready"] as const) {
      shown().fire("go", "kuuki-call-");
      expect(element.step).toBe(step);
    }
  });

  it("rings over whatever is shown, and says who calls", () => {
    const { html, text } = at(KuukiCall, "incoming").shown();
    expect(html).toContain("<kuuki-call-incoming");
    expect(text).toContain(en.incoming.calls("Aki"));
  });

  it.each([
    ["incoming", "ring"],
    ["ringing", "ringback"],
    ["knocking", "knock"],
    ["talking", null],
  ])("in state %s the tone is %s", (state, tone) => {
    expect(at(KuukiCall, state).element.tone).toBe(tone);
  });

  it.each(Object.keys(en.closed) as (keyof typeof en.closed)[])("says why the line is closed: %s", (why) => {
    const { text } = at(KuukiCall, `closed-${why}`).shown();
    expect(text).toContain(en.closed[why].what);
    expect(text.includes(en.closedAgain)).toBe(why !== "calls_off" && why !== "line_taken");
  });
});

describe("the first agreement", () => {
  it.each([
    ["camera", "on", true],
    ["sound", "off", false],
    ["faceOff", "face_off", true],
  ] as const)("asks the browser only for what was chosen: %s", async (choice, picture, camera) => {
    const { session, shown } = at(KuukiCallAgree, "agree");
    expect(session.useDevices).not.toHaveBeenCalled();
    shown().press(`"${choice}"`);
    expect(session.setPicture).toHaveBeenCalledExactlyOnceWith(picture);
    expect(session.useDevices).toHaveBeenCalledExactlyOnceWith({ camera, microphone: true });
  });

  it("waits while the browser asks", () => {
    expect(at(KuukiCallAgree, "asking").shown().text).toContain(en.agree.asking);
  });
});

describe("the check", () => {
  it.each([
    [{ outside: true, relay: true }, "networkGood"],
    [{ outside: false, relay: true }, "networkRelay"],
    [{ outside: null, relay: null, isTooSoon: true }, "networkSoon"],
    [{ outside: false, relay: false }, "networkNear"],
    [{ direct: false, outside: false, relay: false }, "networkNone"],
  ] as const)("says of a network with %o: %s", (found, verdict) => {
    const network = { state: "done", direct: true, relayTrouble: null, isTooSoon: false, ...found } as const;
    expect(at(KuukiCallCheck, "check", { network }).shown().text).toContain(en.check[verdict]);
  });

  it("cannot hide the address where there is no relay", () => {
    const { html, text } = at(KuukiCallCheck, "check-no-relay").shown();
    expect(text).toContain(en.check.hideNot);
    expect(html).toContain('disabled="yes"');
  });

  it("says that no picture is sent", () => {
    expect(at(KuukiCallCheck, "check-face-off").shown().text).toContain(en.check.faceOff);
  });
});

describe("devices", () => {
  it("say what failed, and try again with the others as they were", () => {
    const { session, shown } = at(KuukiCallDevices, "check-camera-NotReadableError");
    expect(shown().text).toContain(en.failures.camera.NotReadableError.what);
    shown().press(en.check.retry);
    expect(session.useDevices).toHaveBeenCalledExactlyOnceWith({ camera: true, microphone: true });
  });

  it("number what has no label", () => {
    expect(at(KuukiCallDevices, "check").shown().text).toContain(en.check.deviceN(en.check.camera, 2));
  });
});

describe("ready", () => {
  it("shows the code, or why there is none", () => {
    expect(at(KuukiCallReady, "ready").shown().html).toContain("kuuki-qr");
    expect(at(KuukiCallReady, "ready-renewing").shown().text).toContain(en.ready.renewing);
    expect(at(KuukiCallReady, "ready-no-code").shown().text).toContain(en.ready.waiting);
  });

  it("calls a whole code that is not one's own, while the line is open", () => {
    const { session, shown } = at(KuukiCallReady, "ready");
    const own = session.snapshot.code;
    shown().fire("code", "kuuki-code-field", { target: { code: own } });
    shown().press(en.ready.ring);
    expect(session.ring).not.toHaveBeenCalled();
    shown().fire("code", "kuuki-code-field", { target: { code: "a-b-c-1" } });
    session.change({ link: "retrying" });
    shown().press(en.ready.ring);
    expect(session.ring).not.toHaveBeenCalled();
    session.change({ link: "open" });
    shown().press(en.ready.ringFaceOff);
    expect(session.ring).toHaveBeenCalledExactlyOnceWith("a-b-c-1", true);
  });
});

describe("ringing", () => {
  it.each([
    ["calling", en.out.callingCode],
    ["ringing", en.out.ringing],
    ["waiting", en.out.waiting],
  ])("says in state %s: %s", (state, what) => {
    const { session, shown } = at(KuukiCallRinging, state);
    expect(shown().text).toContain(what);
    shown().press("big end");
    expect(session.hangUp).toHaveBeenCalledOnce();
  });

  it("shows nothing once it is answered", () => {
    expect(at(KuukiCallRinging, "talking").shown().html).toBe("");
  });
});

describe("an incoming call", () => {
  it("is accepted with or without a picture, or declined", async () => {
    const { session, shown } = at(KuukiCallIncoming, "incoming");
    shown().press(en.incoming.faceOff);
    expect(session.accept).toHaveBeenCalledExactlyOnceWith("made-up", true);
    shown().press(en.incoming.decline);
    expect(session.decline).toHaveBeenCalledExactlyOnceWith("made-up");
  });

  it("says what a press turns on, and turns it on first", async () => {
    const devices = { ...callSession("start").snapshot.devices };
    const { session, shown } = at(KuukiCallIncoming, "incoming", { devices });
    expect(shown().text).toContain(en.incoming.devicesHint);
    shown().press(en.incoming.accept);
    expect(session.accept).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(session.accept).toHaveBeenCalledExactlyOnceWith("made-up", false));
    expect(session.useDevices).toHaveBeenCalledExactlyOnceWith({ camera: true, microphone: true });
  });

  it("says that somebody without a name calls", () => {
    expect(at(KuukiCallIncoming, "incoming-nameless").shown().text).toContain(en.incoming.calls(""));
  });
});

describe("the end", () => {
  it.each(["caller", "callee"] as const)("has words for every end of the %s", (side) => {
    for (const how of Object.keys(en.ended.ends[side]) as (keyof (typeof en.ended.ends)["caller"])[]) {
      const ended = { call: "x", side, how, name: "Aki", talkedMs: 0, canCallAgain: false };
      const { html, text } = at(KuukiCallEnded, "ready", { ended }).shown();
      expect(text).toContain(en.ended.ends[side][how]("Aki").what);
      expect(html).not.toContain(en.ended.again);
    }
  });

  it("says how long it was, and calls again", () => {
    const { session, shown } = at(KuukiCallEnded, "ended-caller-ended");
    expect(shown().text).toContain(en.ended.talked(3, 24));
    shown().press(en.ended.again);
    expect(session.again).toHaveBeenCalledOnce();
    shown().press(en.ended.back);
    expect(session.dismissEnded).toHaveBeenCalledOnce();
  });
});
