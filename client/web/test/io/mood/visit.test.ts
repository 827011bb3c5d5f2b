import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CloseCode, MIX_STALE_MS } from "../../../src/core/generated";
import { RoomEndpoint } from "../../../src/io/mood/endpoint";
import { Visit } from "../../../src/io/mood/visit";
import { fromHex, golden } from "../../core/golden";
import { Gateway } from "./gateway";

type Cases = { title: string; hex: string }[];

const GOLDEN = golden("frames.json") as { frames: Cases; newer: Cases };
const FRAMES = [...GOLDEN.frames, ...GOLDEN.newer];

let gateway: Gateway;

function frame(title: string): Uint8Array {
  return fromHex(FRAMES.find((each) => each.title === title)!.hex);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

async function open(role: "audience" | "stage" = "audience"): Promise<Visit> {
  const visit = new Visit(new RoomEndpoint("demo", role, null));
  void visit.run();
  await pass(1);
  gateway.peer.channel.open();
  return visit;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  const page = Object.assign(new EventTarget(), { requestAnimationFrame: () => 0 });
  vi.stubGlobal("window", page);
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  gateway = new Gateway();
  gateway.install();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a live mix is shown, and is stale when no newer one came for two seconds", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a live mix"));
  expect(visit.snapshot.mix).toMatchObject({ state: "live", body: { smiling: 0.66 } });
  for (let i = 0; i < 5; i++) {
    await pass(360);
    gateway.beat();
  }
  expect(visit.snapshot.mix?.state).toBe("live");
  await pass(400);
  expect(visit.snapshot.mix).toMatchObject({ state: "stale", body: null });
});

test("it is live for two seconds from its fold and not a moment longer", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a live mix"));
  const leftMs = MIX_STALE_MS - visit.snapshot.mix!.ageMs;
  for (let i = 0; i < 4; i++) {
    await pass((leftMs - 10) / 4);
    gateway.beat();
  }
  expect(visit.snapshot.mix?.state).toBe("live");
  await pass(20);
  expect(visit.snapshot.mix?.state).toBe("stale");
});

test("a mix of version 2 is shown, and few have no coverage", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a mix of few, with its draw"));
  expect(visit.snapshot.mix).toMatchObject({ state: "few", coverage: null, draw: 3 });
  gateway.peer.channel.receive(frame("a live mix, with its draw"));
  expect(visit.snapshot.mix).toMatchObject({ state: "live", coverage: 0.8, draw: 12, body: { smiling: 0.66 } });
});

test("who shares and is not counted yet waits, until the gateway says otherwise or is lost", async () => {
  const visit = await open();
  expect(visit.snapshot.waits).toBe(false);
  gateway.peer.channel.receive(frame("a gateway's beat to one who waits"));
  expect(visit.snapshot.waits).toBe(true);
  gateway.peer.channel.receive(frame("a live mix, with its draw"));
  expect(visit.snapshot.waits).toBe(true);
  gateway.peer.channel.receive(frame("a gateway's beat to one who counts"));
  expect(visit.snapshot.waits).toBe(false);
});

test("nobody waits at a gateway that is gone", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a gateway's beat to one who waits"));
  gateway.peer.channel.onclose?.();
  await pass(1);
  expect(visit.snapshot).toMatchObject({ link: "retrying", waits: false });
});

test("an older mix that comes late is not shown", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a live mix"));
  gateway.peer.channel.receive(frame("a mix of few"));
  expect(visit.snapshot.mix?.seq).toBe(7);
});

test("a move shows nothing but the room: the link stays open, taps stay counted, mixes never run backwards", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a live mix"));
  visit.tap("laugh");
  const seen = new Set<string>();
  const look = () => seen.add(`${visit.snapshot.link} ${visit.snapshot.mix?.seq} ${visit.snapshot.taps.laugh}`);
  for (let i = 0; i < 3; i++) {
    gateway.beat({ code: CloseCode.GOING_AWAY }, gateway.peers[0]);
    await pass(450);
    look();
  }
  expect(gateway.peers).toHaveLength(2);
  gateway.peer.channel.open();
  look();
  gateway.peer.channel.receive(frame("a mix of few"));
  look();
  expect([...seen]).toEqual(["open 7 1"]);
});

test("everything that leaves is counted and kept, byte for byte", async () => {
  const visit = await open();
  gateway.beat();
  visit.tap("wow");
  const { sent, sentCount, sentBytes } = visit.snapshot;
  expect(sent.map(({ kind }) => kind)).toEqual(["beat", "tap"]);
  expect(sent.map(({ bytes }) => bytes)).toEqual(gateway.peer.channel.sent);
  expect(sentCount).toBe(2);
  expect(sentBytes).toBe(gateway.peer.channel.sent.reduce((sum, bytes) => sum + bytes.length, 0));
});

test("the record of what left has an end, its counts have none", async () => {
  const visit = await open();
  for (let i = 0; i < 300; i++) gateway.beat();
  expect(visit.snapshot.sent).toHaveLength(200);
  expect(visit.snapshot.sentCount).toBe(300);
});

test("taps are counted when they could be said", async () => {
  const visit = new Visit(new RoomEndpoint("demo", "audience", null));
  visit.tap("laugh");
  expect(visit.snapshot.taps.laugh).toBe(0);
  const other = await open();
  other.tap("laugh");
  expect(other.snapshot.taps.laugh).toBe(1);
});

test("a stage neither taps nor looks", async () => {
  const visit = await open("stage");
  visit.tap("laugh");
  await visit.startSensing();
  expect(visit.snapshot).toMatchObject({ sensing: "off", taps: { laugh: 0 } });
  expect(gateway.said()).toEqual([]);
});

test("a page that goes away says goodbye, and shows nothing as live any more", async () => {
  const visit = await open();
  gateway.peer.channel.receive(frame("a live mix"));
  window.dispatchEvent(new Event("pagehide"));
  expect(gateway.said()).toEqual(["beat 3"]);
  expect(gateway.requests("DELETE")).toHaveLength(1);
  expect(visit.snapshot).toMatchObject({ link: "closed", closedBecause: "left", mix: { state: "stale", body: null } });
});
