// What the elements of a call that is on draw in each state, and what they ask of the session.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallSnapshot } from "../../../src/core/call/session";
import { wordsOf } from "../../../src/locale";
import { callWordsOf } from "../../../src/locale/call";
import { KuukiCallBars } from "../../../src/ui/call/bars";
import { KuukiCallControls } from "../../../src/ui/call/controls";
import { KuukiCallFace } from "../../../src/ui/call/face";
import { KuukiCallMine } from "../../../src/ui/call/mine";
import { KuukiCallMinute } from "../../../src/ui/call/minute";
import { KuukiCallOwn } from "../../../src/ui/call/own";
import { KuukiCallRoom } from "../../../src/ui/call/room";
import { KuukiCallSafety } from "../../../src/ui/call/safety";
import { KuukiCallStage } from "../../../src/ui/call/stage";
import { KuukiCallTalking } from "../../../src/ui/call/talking";
import type { KuukiElement } from "../../../src/ui/element";
import { type Drawn, drawn, made } from "../drawn";
import { callSession, roomSession } from "../sessions";

const en = callWordsOf("en");
const { labels } = wordsOf("en");

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

describe("the stage", () => {
  it.each([
    ["media-restarting", en.call.media.restarting("Aki")],
    ["away", en.call.away("Aki")],
    ["gone", en.call.gone("Aki")],
    ["line-retrying", en.call.lineRetrying],
    ["talking-relayed", en.call.mutedThem("Aki")],
    ["camera-off", en.call.picture.off("Aki")],
    ["no-relay-expired", en.call.relay.expired.what],
    ["talking-devices-off", en.call.devicesGone],
  ])("says in state %s: %s", (state, what) => {
    expect(at(KuukiCallStage, state).shown().text).toContain(what);
  });

  it("shows the partner's light in the place of a picture, and a still one without a score", () => {
    const standing = (state: string) =>
      (at(KuukiCallStage, state).shown().property("kuuki-air", "shape") as { standing: string }).standing;
    expect(standing("face-off")).toBe("live");
    expect(standing("camera-off")).toBe("stale");
  });

  it("goes on without a relay only when asked", () => {
    const { session, shown } = at(KuukiCallStage, "no-relay-refused");
    shown().press(en.call.withoutRelay);
    expect(session.setRelayOnly).toHaveBeenCalledExactlyOnceWith(false);
  });
});

describe("controls", () => {
  it("say what is on, and turn it", () => {
    const { session, shown } = at(KuukiCallControls, "talking");
    shown().press(en.call.mute);
    expect(session.setSound).toHaveBeenCalledExactlyOnceWith(false);
    shown().press(en.call.cameraOff);
    expect(session.setPicture).toHaveBeenLastCalledWith("off");
    session.change({ picture: "off", sound: false });
    expect(shown().html).toContain('class="mute" aria-pressed="true"');
    shown().press(en.call.cameraOff);
    expect(session.setPicture).toHaveBeenLastCalledWith("on");
    shown().press(en.call.end);
    expect(session.hangUp).toHaveBeenCalledOnce();
  });

  it("turn devices on that are off", () => {
    const { session, shown } = at(KuukiCallControls, "talking-devices-off", { picture: "off" });
    shown().press(en.call.faceOff);
    expect(session.setPicture).toHaveBeenCalledBefore(vi.mocked(session.useDevices));
  });
});

describe("the partner's expression", () => {
  it.each([
    ["talking", en.face.hint],
    ["talking-not-shared", en.face.watching("Aki")],
    ["talking-paused", en.face.paused("Aki")],
    ["talking-no-face", en.face.none],
    ["camera-off", en.face.cameraOff],
  ])("says in state %s: %s", (state, what) => {
    const { html, text } = at(KuukiCallFace, state).shown();
    expect(text).toContain(what);
    expect(html.includes("<kuuki-call-bars")).toBe(state !== "talking-not-shared");
  });

  it("is bars, and none without a score: that is not zero", () => {
    const element = made(KuukiCallBars, { weights: [0, 0, 0, 0.25, 0, 0, 0.75] });
    expect(drawn(element).text).toContain(`${labels.happy} 25 %`);
    element.weights = null;
    expect(drawn(element).text).toContain(`${labels.happy} –`);
  });

  it("is a curve of the last minute, and the same in words", () => {
    const element = made(KuukiCallMinute, { past: [], label: "happy" });
    expect(drawn(element).text).toContain(en.face.pastNone);
    element.past = [0.2, 0.8].map((happy, second) => ({ atMs: second * 1000, weights: [0, 0, 0, happy, 0, 0, 0] }));
    expect(drawn(element).text).toContain(en.face.pastTold(labels.happy, 20, 80, 80));
  });
});

describe("one's own expression", () => {
  it.each([
    ["talking-not-shared", en.mine.off],
    ["talking", en.mine.on(labels.happy, 82)],
    ["talking-no-face", en.mine.noFace],
    ["talking-paused", en.mine.paused],
    ["camera-off", en.mine.cameraOff],
    ["talking-model-failed", en.mine.failed],
  ])("says in state %s: %s", (state, what) => {
    expect(at(KuukiCallMine, state).shown().text).toContain(what);
  });

  it("is shared only after the second agreement", () => {
    const { session, shown } = at(KuukiCallMine, "talking-not-shared");
    shown().press("share");
    expect(session.share).not.toHaveBeenCalled();
    shown().press("agree");
    expect(session.share).toHaveBeenCalledOnce();
  });

  it("with the camera off, turns it on for reading alone before it shares", () => {
    const { session, shown } = at(KuukiCallMine, "ask-camera-off");
    shown().press("share");
    expect(shown().text).toContain(en.mine.askCamera);
    shown().press("agree");
    expect(session.setPicture).toHaveBeenCalledExactlyOnceWith("face_off");
    expect(session.setPicture).toHaveBeenCalledBefore(vi.mocked(session.share));
  });

  it("pauses, resumes, stops", () => {
    const { session, shown } = at(KuukiCallMine, "talking");
    shown().press("pause");
    expect(session.pauseSharing).toHaveBeenCalledOnce();
    session.change({ sensing: "paused" });
    shown().press("pause");
    expect(session.resumeSharing).toHaveBeenCalledOnce();
    shown().press("stop");
    expect(session.stopSharing).toHaveBeenCalledOnce();
  });

  it("offers what left as soon as anything did", () => {
    const { session, shown } = at(KuukiCallMine, "talking-not-shared");
    expect(shown().text).not.toContain(en.mine.sent);
    session.change({ sentCount: 1 });
    expect(shown().text).toContain(en.mine.sent);
  });
});

describe("one's own picture", () => {
  it.each([
    ["face-off", en.call.faceOffOn],
    ["camera-off", en.call.pictureOff],
    ["talking-relayed", en.call.muted],
  ])("says in state %s: %s", (state, what) => {
    expect(at(KuukiCallOwn, state).shown().text).toContain(what);
  });

  it("goes round the corners", () => {
    const { element, shown } = at(KuukiCallOwn, "talking");
    const corners = [1, 2, 3, 4].map(() => {
      shown().press("button");
      return element.corner;
    });
    expect(corners).toEqual(["bottom-start", "top-start", "top-end", "bottom-end"]);
  });
});

describe("the call", () => {
  it("says how good the connection is, and that it is relayed", () => {
    const { text } = at(KuukiCallTalking, "talking-relayed").shown();
    expect(text).toContain(en.call.quality.poor);
    expect(text).toContain(en.call.rtt(310));
    expect(text).toContain(en.call.relayed);
  });

  it("asks about someone who knocks", () => {
    const { session, shown } = at(KuukiCallTalking, "knocking");
    expect(shown().text).toContain(en.call.knocks("Chika"));
    shown().press(en.call.knockAccept);
    expect(session.accept).toHaveBeenCalledExactlyOnceWith("other");
    shown().press(en.call.knockDecline);
    expect(session.decline).toHaveBeenCalledExactlyOnceWith("other");
  });

  it("shows four words, or that they are still to come", () => {
    expect(at(KuukiCallSafety, "safety").shown().html.match(/<li>/g)).toHaveLength(4);
    expect(at(KuukiCallSafety, "safety-not-yet").shown().text).toBe(en.safety.none);
  });

  it("shares with the room beside it by the room's own agreement", () => {
    const session = roomSession();
    const element = made(KuukiCallRoom, { session });
    drawn(element).press(en.room.share);
    expect(session.startSensing).not.toHaveBeenCalled();
    drawn(element).fire("agree", "kuuki-consent");
    expect(session.startSensing).toHaveBeenCalledOnce();
    session.change({ sensing: "on" });
    drawn(element).press(en.room.pause);
    expect(session.pause).toHaveBeenCalledOnce();
  });
});
