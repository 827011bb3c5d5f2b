import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decode } from "../../../src/core/callframes";
import { Picture, Presence } from "../../../src/core/generated";
import type { Signal, ToLine } from "../../../src/core/signaling";
import { CallMedia } from "../../../src/io/call/media";
import { FakePeerConnection, FakeTrack, install, joinChannels } from "./fakes";

const CALL = "c".repeat(22);

/** One side of a call: what it says goes to the other, unless the way is cut. */
class SideOfCall {
  readonly media: CallMedia;
  readonly said: Signal[] = [];
  readonly generations: number[] = [];
  readonly video = new FakeTrack("video");
  other: SideOfCall | null = null;
  isCut = false;
  relayOnly = false;
  silences = 0;
  remotes = 0;

  constructor(side: "caller" | "callee", generation = 0, isResumed = false) {
    const own = { presence: Presence.WATCHING, sound: true, picture: Picture.ON };
    const tracks = { audio: null, video: this.video as unknown as MediaStreamTrack };
    this.media = new CallMedia(
      { call: CALL, side, generation, isResumed },
      { tracks, own },
      {
        way: async () => ({ iceServers: [], relayOnly: this.relayOnly }),
        say: (message) => this.#say(message),
        sent: () => undefined,
        remote: (stream) => (this.remotes += stream === null ? 0 : 1),
        began: (newest) => this.generations.push(newest),
        silent: () => (this.silences += 1),
        changed: () => undefined,
      },
    );
  }

  descriptions(): string[] {
    return this.said.flatMap(({ generation, description }) =>
      description ? [`${description.type} ${generation}`] : [],
    );
  }

  #say(message: ToLine): void {
    if (message.type !== "signal") return;
    this.said.push(message);
    if (!this.isCut) this.other?.media.take(message);
  }
}

let caller: SideOfCall;
let callee: SideOfCall;
let pulse: ReturnType<typeof setInterval>;

function pair(): void {
  [caller.other, callee.other] = [callee, caller];
  pulse = setInterval(() => {
    caller.media.tick(performance.now());
    callee.media.tick(performance.now());
  }, 100);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function open(): FakePeerConnection[] {
  return FakePeerConnection.all.filter(({ isClosed }) => !isClosed);
}

/** The two connections that are open find each other. */
function connect(): void {
  const [one, other] = open();
  joinChannels(one!, other!);
}

async function talk(): Promise<void> {
  caller.media.start();
  callee.media.start();
  await pass(50);
  connect();
  await pass(200);
}

/** Hashing takes real time, in which the pages' time goes by too. */
async function words(): Promise<void> {
  const both = (): unknown => caller.media.facts(0).words && callee.media.facts(0).words;
  await vi.waitUntil(both, { timeout: 9000 });
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  vi.spyOn(Math, "random").mockReturnValue(0);
  install();
  [caller, callee] = [new SideOfCall("caller"), new SideOfCall("callee")];
  pair();
});

afterEach(() => {
  clearInterval(pulse);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a call that begins", () => {
  test("the caller offers, the callee answers, signs open it on both sides", async () => {
    await talk();
    expect(caller.descriptions()).toEqual(["offer 1"]);
    expect(callee.descriptions()).toEqual(["answer 1"]);
    expect([caller.media.link, callee.media.link]).toEqual(["open", "open"]);
    expect(FakePeerConnection.all[0]!.channelOptions).toEqual({
      negotiated: true,
      id: 0,
      ordered: false,
      maxRetransmits: 0,
    });
    expect([caller.remotes, callee.remotes]).toEqual([1, 1]);
  });

  test("both send sound and picture, with or without a track", async () => {
    await talk();
    for (const [i, side] of [caller, callee].entries()) {
      const transceivers = FakePeerConnection.all[i]!.transceivers;
      expect(transceivers.map(({ direction }) => direction)).toEqual(["sendrecv", "sendrecv"]);
      expect(transceivers.map(({ sender }) => sender.track)).toEqual([null, side.video]);
    }
  });

  test("while it rings all is made ready, and nothing is said", async () => {
    caller.media.prepare();
    callee.media.prepare();
    await pass(50);
    expect(FakePeerConnection.all).toHaveLength(1);
    expect(caller.said).toEqual([]);
    await talk();
    expect(FakePeerConnection.all).toHaveLength(2);
    expect(caller.media.link).toBe("open");
  });

  test("candidates that come before the description wait for it; foreign ones do no harm", async () => {
    const candidate = { candidate: "early", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null };
    callee.isCut = true;
    caller.media.start();
    callee.media.start();
    await pass(10);
    caller.media.take({ type: "signal", call: CALL, generation: 1, candidate });
    caller.media.take({ type: "signal", call: CALL, generation: 1, candidate: { ...candidate, candidate: "foreign" } });
    await pass(10);
    expect(FakePeerConnection.all[0]!.candidates).toEqual([]);
    caller.media.take(callee.said.find(({ description }) => description)!);
    await pass(10);
    expect(FakePeerConnection.all[0]!.candidates).toEqual([candidate]);
  });

  test("both see the same words, and each what the other sends", async () => {
    await talk();
    await words();
    expect(caller.media.facts(0).words).toEqual(callee.media.facts(0).words);
    callee.media.be({ presence: Presence.PAUSED, sound: false, picture: Picture.FACE_OFF });
    await Promise.resolve();
    expect(caller.media.facts(0).partner).toMatchObject({ presence: "paused", sound: false, picture: "face_off" });
    caller.media.score({ weights: [0, 0, 0, 255, 0, 0, 0], sure: 255 });
    await Promise.resolve();
    expect(callee.media.facts(performance.now()).partner.weights?.[3]).toBe(1);
  });
});

test("a channel that opens before the partner's description is shown is checked all the same", async () => {
  caller.media.start();
  callee.media.start();
  await pass(50);
  const [pc] = FakePeerConnection.all;
  const { remoteDescription } = pc!;
  pc!.remoteDescription = null;
  connect();
  await pass(600);
  expect(caller.media.link).toBe("open");
  expect(caller.media.facts(0).words).toBeNull();
  pc!.remoteDescription = remoteDescription;
  await words();
  expect(caller.media.facts(0).words).toEqual(callee.media.facts(0).words);
});

describe("trouble", () => {
  test("silence restarts ICE on both sides at once; the polite one gives way", async () => {
    await talk();
    for (const { channel } of open()) channel.other = null;
    await pass(3300);
    expect(caller.descriptions()).toContain("offer 1");
    const [one, other] = FakePeerConnection.all;
    expect([one!.restarts, other!.restarts]).toEqual([1, 1]);
    expect([one!.signalingState, other!.signalingState]).toEqual(["stable", "stable"]);
    expect(FakePeerConnection.all).toHaveLength(2);
    expect(caller.silences).toBeGreaterThan(0);
    connect();
    await pass(600);
    expect([caller.media.link, callee.media.link]).toEqual(["open", "open"]);
  });

  test("restarts that lead nowhere end in a new connection of the same call; the old ones are closed", async () => {
    await talk();
    for (const { channel } of open()) channel.other = null;
    await pass(11_400);
    expect(caller.generations.at(-1)).toBe(2);
    expect(open()).toHaveLength(2);
    connect();
    await pass(600);
    expect([caller.media.link, callee.media.link]).toEqual(["open", "open"]);
    expect(caller.generations.at(-1)).toBe(callee.generations.at(-1));
  });

  test("an offer that was said while the line was away is said again", async () => {
    caller.isCut = true;
    caller.media.start();
    callee.media.start();
    await pass(50);
    caller.isCut = false;
    caller.media.lineBack();
    await pass(50);
    expect(callee.descriptions()).toEqual(["answer 1"]);
  });

  test("another network restarts ICE at once", async () => {
    await talk();
    caller.media.networkChanged();
    await pass(10);
    expect(FakePeerConnection.all[0]!.restarts).toBe(1);
  });
});

describe("another connection in the same call", () => {
  test("a page that was reloaded begins one above the last; the other goes along", async () => {
    await talk();
    callee.media.close("silent");
    callee = new SideOfCall("callee", 1, true);
    [caller.other, callee.other] = [callee, caller];
    callee.media.start();
    await pass(50);
    expect(callee.descriptions()).toEqual(["offer 2"]);
    expect(caller.descriptions()).toEqual(["offer 1", "answer 2"]);
    expect(open()).toHaveLength(2);
    connect();
    await pass(200);
    expect([caller.media.link, callee.media.link]).toEqual(["open", "open"]);
  });

  test("both were reloaded: their offers meet, and the polite one begins afresh with the other's", async () => {
    [caller, callee] = [new SideOfCall("caller", 4, true), new SideOfCall("callee", 4, true)];
    [caller.other, callee.other] = [callee, caller];
    caller.media.start();
    callee.media.start();
    await pass(50);
    expect(caller.descriptions()).toEqual(["offer 5"]);
    expect(callee.descriptions()).toEqual(["offer 5", "answer 5"]);
    expect(open()).toHaveLength(2);
    expect(open().map(({ transceivers }) => transceivers.length)).toEqual([2, 2]);
    connect();
    await pass(200);
    expect([caller.media.link, callee.media.link]).toEqual(["open", "open"]);
  });

  test("what belongs to an older one is dropped", async () => {
    await talk();
    const [old] = caller.said;
    callee.media.renew();
    await pass(50);
    const before = open();
    callee.media.take(old!);
    await pass(50);
    expect(open()).toEqual(before);
    expect(callee.descriptions()).toEqual(["answer 1", "offer 2"]);
  });

  test("an answer or a candidate does not begin one", async () => {
    await talk();
    const description = { type: "answer", sdp: "v=0" } as const;
    caller.media.take({ type: "signal", call: CALL, generation: 9, description });
    await pass(50);
    expect(caller.generations).toEqual([1]);
  });
});

describe("relay only", () => {
  test("without a relay there is no way, and that is said", async () => {
    caller.relayOnly = true;
    caller.media.start();
    callee.media.start();
    await pass(50);
    expect(FakePeerConnection.all[0]!.configuration.iceTransportPolicy).toBe("relay");
    expect(caller.media.facts(0)).toMatchObject({ link: "no_relay", relayTrouble: "missing" });
    expect(callee.media.facts(0)).toMatchObject({ link: "connecting", relayTrouble: null });
  });

  test("chosen while talking, it takes a new connection", async () => {
    await talk();
    caller.relayOnly = true;
    caller.media.rewire();
    await pass(50);
    expect(caller.descriptions()).toEqual(["offer 1", "offer 2"]);
  });
});

describe("the end", () => {
  function byes(pc: FakePeerConnection): number {
    const frames = pc.channel.sent.map(decode);
    return frames.filter((frame) => frame.kind === "sign" && frame.presence === Presence.BYE).length;
  }

  test("goodbye is said three times, and everything is let go", async () => {
    await talk();
    caller.media.close("now");
    expect(byes(FakePeerConnection.all[0]!)).toBe(3);
    expect(FakePeerConnection.all[0]!.isClosed).toBe(true);
    await pass(5000);
    expect(callee.media.partner.isGone).toBe(true);
    expect(caller.descriptions()).toEqual(["offer 1"]);
  });

  test("without a line it lingers until the goodbye is out, but sends nothing more", async () => {
    await talk();
    caller.media.close("lingering");
    expect(FakePeerConnection.all[0]!.isClosed).toBe(false);
    expect(FakePeerConnection.all[0]!.transceivers.map(({ sender }) => sender.track)).toEqual([null, null]);
    await pass(300);
    expect(FakePeerConnection.all[0]!.isClosed).toBe(true);
  });

  test("a call that goes on in another tab is left without a word", async () => {
    await talk();
    caller.media.close("silent");
    expect(byes(FakePeerConnection.all[0]!)).toBe(0);
    expect(FakePeerConnection.all[0]!.isClosed).toBe(true);
  });
});
