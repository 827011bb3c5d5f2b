import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decode, encode } from "../../../src/core/call/frames";
import { Picture } from "../../../src/core/call/generated";
import type { Signal, ToLine } from "../../../src/core/call/signaling";
import { Presence } from "../../../src/core/mood/generated";
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
  changes = 0;

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
        changed: () => (this.changes += 1),
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
  await vi.waitUntil(both, { timeout: 30_000 });
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

  test("whatever the browser gathers, no address but the relay's is said", async () => {
    caller.relayOnly = true;
    caller.media.start();
    await pass(50);
    const [pc] = FakePeerConnection.all;
    const relay = "candidate:1 1 udp 1 192.0.2.1 5 typ relay";
    const texts = ["candidate:2 1 udp 1 10.0.0.7 5 typ host", `${relay} raddr 203.0.113.9 rport 77 generation 0`, ""];
    const setLocal = pc!.setLocalDescription.bind(pc);
    pc!.setLocalDescription = async () => {
      await setLocal();
      const { type, sdp } = pc!.localDescription!;
      pc!.localDescription = { type, sdp: `${sdp}a=${texts[0]}\r\na=${texts[1]}\r\na=mid:0\r\n` };
    };
    for (const candidate of texts) pc!.onicecandidate?.({ candidate: { candidate, toJSON: () => ({ candidate }) } });
    await pc!.setLocalDescription();
    caller.media.lineBack();
    await pass(50);
    expect(caller.said.flatMap(({ candidate }) => candidate?.candidate ?? [])).toEqual([
      `${relay} raddr 0.0.0.0 rport 0 generation 0`,
      "",
    ]);
    const { sdp } = caller.said.findLast(({ description }) => description)!.description!;
    expect(sdp).toContain(`\r\na=${relay} raddr 0.0.0.0 rport 0 generation 0\r\na=mid:0\r\n`);
    expect(sdp).not.toContain("10.0.0.7");
  });

  test("chosen while talking, it takes a new connection", async () => {
    await talk();
    caller.relayOnly = true;
    caller.media.rewire();
    await pass(50);
    expect(caller.descriptions()).toEqual(["offer 1", "offer 2"]);
  });
});

describe("a partner who is not what they should be", () => {
  const offer = (sdp: string, generation = 1): Signal => ({
    type: "signal",
    call: CALL,
    generation,
    description: { type: "offer", sdp },
  });
  const print = (octet: string): string =>
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => octet).join(":")}\r\n`;

  test("another certificate in the same connection is not taken: the words would be of the first", async () => {
    await talk();
    const [pc] = FakePeerConnection.all;
    const before = pc!.remoteDescription;
    caller.media.take(offer(`v=0\r\n${print("EE")}`));
    await pass(50);
    expect(pc!.remoteDescription).toBe(before);
    caller.media.take(offer(`v=0 again\r\n${before!.sdp.match(/a=fingerprint:.*\r\n/)![0]}`));
    await pass(50);
    expect(pc!.remoteDescription!.sdp).toContain("again");
  });

  test.each([
    ["two pictures", "m=audio 9\r\nm=video 9\r\nm=video 9\r\n"],
    ["a line in a line", "a=x\ra=fingerprint:sha-512 AB\r\n"],
    ["an old line break", "a=x\va=fingerprint:sha-512 AB\r\n"],
    ["a line break of Unicode", "a=x\u2028a=fingerprint:sha-512 AB\r\n"],
  ])("a description with %s is not taken", async (_, more) => {
    callee.media.start();
    callee.media.take(offer(`v=0\r\n${print("EE")}${more}`));
    await pass(50);
    expect(FakePeerConnection.all.map(({ remoteDescription }) => remoteDescription)).toEqual([null]);
    expect(callee.said).toEqual([]);
  });

  test("offers without end begin connections at a bounded pace", async () => {
    await talk();
    for (let generation = 2; generation < 200; generation++) caller.media.take(offer("v=0", generation));
    await pass(100);
    expect(FakePeerConnection.all.length).toBeLessThan(15);
    expect(open()).toHaveLength(2);
    await pass(5000);
    caller.media.take(offer("v=0", 900));
    await pass(100);
    expect(caller.generations.at(-1)).toBe(900);
  });

  test("candidates without end are passed over", async () => {
    await talk();
    const candidate = { candidate: "x", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: null };
    for (let i = 0; i < 2000; i++) caller.media.take({ type: "signal", call: CALL, generation: 1, candidate });
    await pass(100);
    expect(FakePeerConnection.all[0]!.candidates.length).toBeLessThan(300);
  });

  test("frames without end are passed over, and those that come later are heard", async () => {
    await talk();
    const [pc] = FakePeerConnection.all;
    const before = caller.changes;
    const say = (seq: number, sound: boolean): void => {
      const sign = { kind: "sign", seq, presence: Presence.WATCHING, answer: 0, heldMs: 0, sound } as const;
      const bytes = encode({ ...sign, picture: Picture.ON });
      pc!.channel.onmessage?.({ data: Uint8Array.from(bytes).buffer });
    };
    for (let seq = 100; seq < 5100; seq++) say(seq, true);
    expect(caller.changes - before).toBeLessThan(200);
    await pass(1000);
    say(9000, false);
    expect(caller.media.facts(performance.now()).partner.sound).toBe(false);
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

  test("what is under way as it ends brings no track back", async () => {
    await talk();
    const [pc] = FakePeerConnection.all;
    let taken = (): void => undefined;
    pc!.setRemoteDescription = async (description) => {
      pc!.signalingState = "have-remote-offer";
      await new Promise<void>((resolve) => (taken = resolve));
      pc!.remoteDescription = description;
    };
    caller.media.take({ ...callee.said[0]!, description: { type: "offer", sdp: pc!.remoteDescription!.sdp } });
    await pass(10);
    caller.media.close("lingering");
    taken();
    await pass(10);
    expect(pc!.transceivers.map(({ sender }) => sender.track)).toEqual([null, null]);
    expect(caller.descriptions()).toEqual(["offer 1"]);
  });

  test("a picture that is taken back waits for nothing else that is under way", async () => {
    await talk();
    const [pc] = FakePeerConnection.all;
    pc!.setRemoteDescription = () => new Promise(() => undefined);
    caller.media.take({ ...callee.said[0]!, description: { type: "offer", sdp: pc!.remoteDescription!.sdp } });
    await pass(10);
    caller.media.send({ audio: null, video: null });
    await pass(10);
    expect(pc!.transceivers.map(({ sender }) => sender.track)).toEqual([null, null]);
  });

  test("a call that goes on in another tab is left without a word", async () => {
    await talk();
    caller.media.close("silent");
    expect(byes(FakePeerConnection.all[0]!)).toBe(0);
    expect(FakePeerConnection.all[0]!.isClosed).toBe(true);
  });
});
