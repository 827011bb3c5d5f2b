import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { encode } from "../../../src/core/call/frames";
import { Picture } from "../../../src/core/call/generated";
import { CloseCode } from "../../../src/core/generated";
import { Presence } from "../../../src/core/mood/generated";
import { CallVisit } from "../../../src/io/call/visit";
import { FakePeerConnection, FakeSocket, FakeStream, FakeTrack, install } from "./fakes";

const PARTNER = "ab".repeat(16);
const INCOMING = "i".repeat(22);
const CALL = "c".repeat(22);

let tracks: FakeTrack[];

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function visit(): CallVisit {
  const page = new CallVisit(() => "en");
  page.run();
  return page;
}

async function opened(): Promise<CallVisit> {
  const page = visit();
  page.open("Aki");
  FakeSocket.newest.welcome();
  await page.useDevices({ camera: true, microphone: true });
  return page;
}

/** What it says now when it comes with another name. */
function helloOf(page: CallVisit): object {
  page.open(`${page.snapshot.name}i`);
  return FakeSocket.newest.said.findLast(({ type }) => type === "hello")!;
}

function leg(call: string, side: string, state: string, more: object = {}): void {
  FakeSocket.newest.say({
    type: "state",
    call,
    side,
    state,
    partner: PARTNER,
    name: "Ben",
    partner_is: "here",
    ...more,
  });
}

/** A call that is on, and whose channel is open. */
async function talking(): Promise<{ page: CallVisit; call: string; pc: FakePeerConnection }> {
  const page = await opened();
  page.ring("a-b-c-9");
  const call = page.snapshot.call!.call;
  leg(call, "caller", "ringing", { name: "" });
  FakeSocket.newest.say({ type: "ice", servers: [], ttl_s: 600 });
  leg(call, "caller", "talking");
  await pass(100);
  const pc = FakePeerConnection.all.at(-1)!;
  pc.channel.open();
  hear(pc, 1);
  return { page, call, pc };
}

function hear(pc: FakePeerConnection, seq: number, presence: Presence = Presence.WATCHING): void {
  const bytes = encode({ kind: "sign", seq, presence, answer: 0, heldMs: 0, sound: true, picture: Picture.ON });
  pc.channel.onmessage?.({ data: Uint8Array.from(bytes).buffer });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0);
  install();
  FakeSocket.isAlive = true;
  tracks = [];
  const getUserMedia = async (wanted: { audio: unknown; video: unknown }): Promise<FakeStream> => {
    const made = (["audio", "video"] as const).filter((kind) => wanted[kind]).map((kind) => new FakeTrack(kind));
    tracks.push(...made);
    return new FakeStream(made);
  };
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: async () => [] });
  vi.stubGlobal("navigator", { mediaDevices });
  vi.stubGlobal("HTMLMediaElement", class {});
  const node = { connect: () => undefined, disconnect: () => undefined, getFloatTimeDomainData: () => undefined };
  vi.stubGlobal(
    "AudioContext",
    class {
      createAnalyser = (): object => ({ ...node });
      createMediaStreamSource = (): object => ({ ...node });
      resume = async (): Promise<void> => undefined;
      close = async (): Promise<void> => undefined;
    },
  );
  vi.stubGlobal(
    "Worker",
    class {
      postMessage(): void {}
      terminate(): void {}
    },
  );
});

afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("nothing is touched before the person opens the line and allows devices", async () => {
  visit();
  await pass(5000);
  expect([FakeSocket.all, tracks]).toEqual([[], []]);
});

test("a line, its code and the link that calls it", async () => {
  const page = await opened();
  expect(page.snapshot).toMatchObject({ link: "open", name: "Aki", code: "a-b-c-1", hasRelay: false });
  expect(page.snapshot.codeLink).toBe("https://kuuki.example/call#c=a-b-c-1");
  FakeSocket.newest.say({ type: "code", code: "a-b-c-2", turn: 1 });
  expect(page.snapshot.code).toBe("a-b-c-2");
});

test("no code is shown while a spent one is being replaced, and its number is not said again", async () => {
  const page = await opened();
  FakeSocket.newest.say({ type: "code", code: null, turn: null });
  expect(page.snapshot).toMatchObject({ code: null, codeLink: null });
  expect(helloOf(page)).not.toHaveProperty("turn");
  FakeSocket.newest.welcome({ code: null, turn: null });
  expect(page.snapshot).toMatchObject({ link: "open", code: null, codeLink: null });
  FakeSocket.newest.say({ type: "code", code: "a-b-c-2", turn: 7 });
  expect(page.snapshot.code).toBe("a-b-c-2");
  expect(helloOf(page)).toHaveProperty("turn", 7);
});

test("once it answered, the number of its code is not said until the line says that the code is still good", async () => {
  const page = await opened();
  leg(INCOMING, "callee", "incoming");
  page.accept(INCOMING);
  expect(helloOf(page)).not.toHaveProperty("turn");
  leg(INCOMING, "callee", "talking");
  expect(helloOf(page)).toHaveProperty("turn", 0);
});

test("devices are on: own picture and sound, and a preview", async () => {
  const page = await opened();
  expect(page.snapshot).toMatchObject({ sound: true, picture: "on", devices: { state: "on" } });
  expect(page.preview).not.toBeNull();
  page.setPicture("off");
  expect(page.snapshot.picture).toBe("off");
  expect(page.preview).toBeNull();
  expect(tracks.find(({ kind }) => kind === "video")?.readyState).toBe("ended");
  page.setSound(false);
  expect(tracks.find(({ kind }) => kind === "audio")?.enabled).toBe(false);
  expect(page.snapshot.sound).toBe(false);
});

test.each(["on", "face_off"] as const)(
  "a picture (%s) that is chosen before devices are allowed asks for nothing",
  async (picture) => {
    const page = visit();
    page.setPicture(picture);
    await pass(100);
    expect(tracks).toEqual([]);
    await page.useDevices({ camera: true, microphone: true });
    expect(tracks.map(({ kind }) => kind)).toEqual(["audio", "video"]);
    expect(page.snapshot.picture).toBe(picture);
  },
);

describe("ringing", () => {
  test("says the code with an id of its own, and shows what the line says", async () => {
    const page = await opened();
    page.ring("a-b-c-9");
    expect(page.snapshot.call).toMatchObject({ side: "caller", state: "calling", media: "none" });
    const { call } = page.snapshot.call!;
    expect(call).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(FakeSocket.newest.said.at(-1)).toEqual({ type: "ring", call, code: "a-b-c-9" });
    leg(call, "caller", "ringing", { name: "" });
    expect(page.snapshot.call).toMatchObject({ state: "ringing" });
    leg(call, "caller", "declined");
    expect(page.snapshot).toMatchObject({ call: null, ended: { how: "declined", canCallAgain: true } });
  });

  test("hung up, it is over at once, and the line is told", async () => {
    const page = await opened();
    page.ring("a-b-c-9");
    page.hangUp();
    expect(page.snapshot).toMatchObject({ call: null, ended: { how: "cancelled" } });
    expect(FakeSocket.newest.types().at(-1)).toBe("hang_up");
    page.dismissEnded();
    expect(page.snapshot.ended).toBeNull();
  });

  test("a line that comes back before anybody answered is told again", async () => {
    const page = await opened();
    page.ring("a-b-c-9");
    FakeSocket.newest.drop();
    await pass(1);
    FakeSocket.newest.welcome();
    expect(FakeSocket.newest.types()).toContain("ring");
  });

  test("an incoming call is accepted, declined, or face-off from the start", async () => {
    const page = await opened();
    leg(INCOMING, "callee", "incoming");
    expect(page.snapshot.call).toMatchObject({ state: "incoming", partner: { name: "Ben" } });
    page.accept("x".repeat(22));
    expect(FakeSocket.newest.types()).not.toContain("accept");
    page.accept(INCOMING, true);
    expect(FakeSocket.newest.said.at(-1)).toEqual({ type: "accept", call: INCOMING });
    expect(page.snapshot.picture).toBe("face_off");
    leg(INCOMING, "callee", "talking");
    leg(INCOMING, "callee", "ended");
    await pass(200);
    expect(page.snapshot.picture).toBe("on");
  });

  test("rung face-off: the camera is on, and its picture is not sent", async () => {
    const page = await opened();
    page.ring("a-b-c-9", true);
    await pass(500);
    expect(page.snapshot.picture).toBe("face_off");
    const { call } = page.snapshot.call!;
    leg(call, "caller", "ringing");
    FakeSocket.newest.say({ type: "ice", servers: [], ttl_s: 600 });
    await pass(10);
    expect(FakePeerConnection.all[0]!.transceivers.map(({ sender }) => sender.track?.kind)).toEqual([
      "audio",
      undefined,
    ]);
  });

  test("both called each other: what was rung face-off stays so, whichever of the two calls it becomes", async () => {
    const page = await opened();
    page.ring("a-b-c-9", true);
    await pass(500);
    leg(page.snapshot.call!.call, "caller", "crossed");
    expect(page.snapshot.picture).toBe("face_off");
    leg(INCOMING, "callee", "talking");
    await pass(200);
    expect(page.snapshot).toMatchObject({ picture: "face_off", call: { call: INCOMING, state: "talking" } });
    leg(INCOMING, "callee", "ended");
    await pass(200);
    expect(page.snapshot.picture).toBe("on");
  });

  test.each([true, false])("who is face-off stays so for whoever knocks and is answered (face-off: %s)", async (is) => {
    const page = await opened();
    leg(CALL, "callee", "incoming");
    page.accept(CALL, !is);
    leg(CALL, "callee", "talking");
    leg(INCOMING, "callee", "knocking", { name: "Chie" });
    page.accept(INCOMING, is);
    expect(page.snapshot.picture).toBe("face_off");
    leg(CALL, "callee", "ended");
    expect(page.snapshot.picture).toBe("face_off");
    leg(INCOMING, "callee", "talking", { name: "Chie" });
    await pass(200);
    expect(page.snapshot).toMatchObject({ picture: "face_off", call: { call: INCOMING } });
    leg(INCOMING, "callee", "ended");
    await pass(200);
    expect(page.snapshot.picture).toBe("on");
  });

  test("who knocked, was answered face-off and is gone leaves no call that is face-off", async () => {
    const { page, call } = await talking();
    leg(INCOMING, "callee", "knocking", { name: "Chie" });
    page.accept(INCOMING, true);
    leg(call, "caller", "ended");
    leg(INCOMING, "callee", "missed");
    await pass(200);
    expect(page.snapshot).toMatchObject({ call: null, picture: "on" });
  });

  test("who allowed the microphone alone calls and answers face-off without a camera", async () => {
    const page = visit();
    page.open("Aki");
    FakeSocket.newest.welcome();
    await page.useDevices({ camera: false, microphone: true });
    page.ring("a-b-c-9", true);
    await pass(500);
    page.hangUp();
    leg(INCOMING, "callee", "incoming");
    page.accept(INCOMING, true);
    leg(INCOMING, "callee", "talking");
    await pass(500);
    expect(tracks.map(({ kind }) => kind)).toEqual(["audio"]);
    leg(INCOMING, "callee", "ended");
    await pass(500);
    expect(tracks.map(({ kind }) => kind)).toEqual(["audio"]);
  });

  test("someone who knocks is shown, and accepting ends the call that is on", async () => {
    const { page, call } = await talking();
    leg(INCOMING, "callee", "knocking", { name: "Chie" });
    expect(page.snapshot.knocking).toEqual({ call: INCOMING, name: "Chie" });
    page.accept(INCOMING);
    leg(call, "caller", "ended");
    leg(INCOMING, "callee", "talking", { name: "Chie" });
    await pass(100);
    expect(page.snapshot.call).toMatchObject({ call: INCOMING, state: "talking", partner: { name: "Chie" } });
    expect(FakePeerConnection.all[0]!.isClosed).toBe(true);
  });
});

describe("talking", () => {
  test("media open with the first sign; what leaves is shown byte for byte", async () => {
    const { page, pc } = await talking();
    await pass(100);
    expect(page.snapshot.call).toMatchObject({ state: "talking", media: "open", partner: { picture: "on" } });
    expect(page.snapshot.sent.map(({ bytes }) => bytes)).toEqual(pc.channel.sent);
    expect(page.snapshot.sentCount).toBe(pc.channel.sent.length);
  });

  test("not one score before the agreement", async () => {
    const { page } = await talking();
    await pass(5000);
    expect(page.snapshot.sent.filter(({ kind }) => kind === "score")).toEqual([]);
    expect(page.snapshot.sensing).toBe("off");
  });

  test("a camera that is turned on for the expression alone sends not one picture", async () => {
    const { page, pc } = await talking();
    page.setPicture("off");
    await pass(100);
    const { sender } = pc.transceivers[1]!;
    const sent = vi.spyOn(sender, "replaceTrack");
    page.setPicture("face_off");
    await page.useDevices({ camera: true, microphone: true });
    await pass(500);
    expect(page.snapshot.picture).toBe("face_off");
    expect(tracks.at(-1)).toMatchObject({ kind: "video", readyState: "live" });
    expect(sent.mock.calls.filter(([track]) => track !== null)).toEqual([]);
  });

  test("without a call nothing can be agreed to", async () => {
    const page = await opened();
    await page.share();
    expect(page.snapshot.sensing).toBe("off");
  });

  test("the agreement ends with the call", async () => {
    const { page, call } = await talking();
    void page.share();
    expect(page.snapshot.sensing).toBe("starting");
    leg(call, "caller", "ended");
    expect(page.snapshot.sensing).toBe("off");
  });

  test("a goodbye on the channel ends it, though the line is silent", async () => {
    const { page, pc } = await talking();
    hear(pc, 2, Presence.BYE);
    await pass(100);
    expect(page.snapshot).toMatchObject({ call: null, ended: { how: "ended", name: "Ben" } });
    expect(pc.isClosed).toBe(true);
  });

  test("the partner is gone and silent for 30 s: the call is lost, and may be made again", async () => {
    const { page, call } = await talking();
    leg(call, "caller", "talking", { partner_is: "gone" });
    await pass(29_000);
    expect(page.snapshot.call).not.toBeNull();
    await pass(1500);
    expect(FakeSocket.newest.types()).toContain("lose");
    expect(page.snapshot).toMatchObject({ call: null, ended: { how: "lost", canCallAgain: true } });
    page.again();
    expect(FakeSocket.newest.said.at(-1)).toMatchObject({ type: "again", of: call });
  });

  test("gone from the line, but not from the channel: it goes on", async () => {
    const { page, call, pc } = await talking();
    leg(call, "caller", "talking", { partner_is: "gone" });
    for (let seq = 2; seq < 70; seq++) {
      await pass(500);
      hear(pc, seq);
    }
    expect(page.snapshot.call).toMatchObject({ media: "open", partner: { is: "gone" } });
  });

  test("the server restarts: the call goes on, and is said to the next one", async () => {
    const { page, call, pc } = await talking();
    FakeSocket.newest.drop();
    expect(page.snapshot).toMatchObject({ link: "retrying", call: { state: "talking" } });
    await pass(1);
    FakeSocket.newest.open();
    expect(FakeSocket.newest.said[0]).toMatchObject({
      call: { call, partner: PARTNER, side: "caller", state: "talking" },
    });
    expect(pc.isClosed).toBe(false);
  });

  test("a reload goes on with the next generation", async () => {
    const { call } = await talking();
    await pass(2000);
    const again = visit();
    expect(again.snapshot).toMatchObject({ name: "Aki", call: { call, state: "talking", media: "renewing" } });
    expect(performance.now() - again.snapshot.call!.sinceMs).toBeGreaterThanOrEqual(2000);
    FakeSocket.newest.welcome();
    FakeSocket.newest.say({ type: "ice", servers: [], ttl_s: 600 });
    await pass(50);
    expect(FakeSocket.newest.said[0]).toMatchObject({ line: "s".repeat(22), call: { call } });
    expect(FakeSocket.newest.said).toContainEqual(expect.objectContaining({ type: "signal", call, generation: 2 }));
    expect(again.snapshot).toMatchObject({ sound: true, picture: "on" });
  });

  test("a newer tab takes the line: this one lets everything go without a word", async () => {
    const { page, pc } = await talking();
    const before = pc.channel.sent.length;
    FakeSocket.newest.drop(CloseCode.LINE_TAKEN);
    expect(page.snapshot).toMatchObject({ link: "closed", closedBecause: "line_taken", call: null, ended: null });
    expect([pc.isClosed, pc.channel.sent.length]).toEqual([true, before]);
    expect(tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
  });

  test.each(["left", "line_taken"])("%s in a face-off call, no camera is turned on again", async (because) => {
    const { page, call } = await talking();
    leg(call, "caller", "ended");
    page.ring("a-b-c-9", true);
    leg(page.snapshot.call!.call, "caller", "talking");
    await pass(500);
    if (because === "left") page.leave();
    else FakeSocket.newest.drop(CloseCode.LINE_TAKEN);
    await pass(1000);
    expect(page.snapshot).toMatchObject({ closedBecause: because, devices: { state: "off" } });
    expect(tracks.every(({ readyState }) => readyState === "ended")).toBe(true);
  });

  test("leaving says goodbye on both ways, and a reload begins anew", async () => {
    const { page, pc } = await talking();
    const before = pc.channel.sent.length;
    const socket = FakeSocket.newest;
    page.leave();
    expect(socket.types().at(-1)).toBe("bye");
    expect(pc.channel.sent.length).toBe(before + 3);
    expect(page.snapshot).toMatchObject({ closedBecause: "left", call: null, code: null, devices: { state: "off" } });
    const count = FakeSocket.all.length;
    visit();
    expect(FakeSocket.all).toHaveLength(count);
  });
});
