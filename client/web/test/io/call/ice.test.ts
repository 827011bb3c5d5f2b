import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { IceMessage, NoRelay, RelayServer } from "../../../src/core/call/signaling";
import { IceServers } from "../../../src/io/call/ice";
import { isRelay, watchRelay } from "../../../src/io/call/relay";

const SERVER = { urls: ["turn:t.example"], username: "9999999999:a", credential: "x" };

let asked: number;
let tests: number;
let ice: IceServers;

beforeEach(() => {
  vi.useFakeTimers();
  asked = tests = 0;
  ice = new IceServers((isTest) => {
    if (isTest) tests += 1;
    else asked += 1;
  });
});

function message(servers: RelayServer[], ttlS: number, noRelay: NoRelay | null = null, isTest = false): IceMessage {
  return { type: "ice", servers, ttlS, isTest, noRelay };
}

afterEach(() => void vi.useRealTimers());

test("asked for once, however many wait; fresh ones are not asked for again", async () => {
  const both = Promise.all([ice.now(), ice.now()]);
  ice.given(message([SERVER], 600));
  expect(await both).toEqual([[SERVER], [SERVER]]);
  expect(await ice.now()).toEqual([SERVER]);
  expect(asked).toBe(1);
  vi.advanceTimersByTime(61_000);
  const later = ice.now();
  expect(asked).toBe(2);
  ice.given(message([], 600));
  expect(await later).toEqual([]);
});

test("a line that does not answer is not waited for: those that were given last, while they hold", async () => {
  ice.given(message([SERVER], 100));
  vi.advanceTimersByTime(61_000);
  const soon = ice.now();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await soon).toEqual([SERVER]);
  vi.advanceTimersByTime(100_000);
  const late = ice.now();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await late).toEqual([]);
});

test("a line that is back is asked again for whoever waits", () => {
  ice.lineBack();
  expect(asked).toBe(0);
  void ice.now();
  ice.lineBack();
  expect(asked).toBe(2);
});

test("relays that are withheld are asked for again a second later; those that still hold stay", async () => {
  const STUN = { urls: ["stun:s.example"] };
  const first = ice.now();
  ice.given(message([STUN], 600, "no_call"));
  expect(await first).toEqual([STUN]);
  expect(await ice.now()).toEqual([STUN]);
  expect(asked).toBe(1);
  vi.advanceTimersByTime(1000);
  const second = ice.now();
  expect(asked).toBe(2);
  ice.given(message([SERVER], 600));
  expect(await second).toEqual([SERVER]);
  vi.advanceTimersByTime(61_000);
  const third = ice.now();
  ice.given(message([STUN], 600, "no_call"));
  expect(await third).toEqual([SERVER]);
});

test("a test of the network asks for its own, and they are no call's", async () => {
  const test = ice.forTest();
  expect([asked, tests]).toEqual([0, 1]);
  ice.given(message([SERVER], 30, null, true));
  expect(await test).toEqual({ servers: [SERVER], isTooSoon: false });
  void ice.now();
  expect(asked).toBe(1);
});

test("a test that comes too soon is told so; a line that is back is asked again, one that is silent is not waited for", async () => {
  const soon = ice.forTest();
  ice.lineBack();
  expect([asked, tests]).toEqual([0, 2]);
  ice.given(message([], 30, "tested", true));
  expect(await soon).toEqual({ servers: [], isTooSoon: true });
  const silent = ice.forTest();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await silent).toEqual({ servers: [], isTooSoon: false });
});

test("which servers are relays", () => {
  expect(isRelay({ urls: "stun:s.example" })).toBe(false);
  expect(isRelay({ urls: ["stun:s.example", "turns:t.example"] })).toBe(true);
});

class Gathering extends EventTarget {
  signalingState = "stable";
  iceGatheringState = "gathering";

  tell(name: string, fields: object): void {
    this.dispatchEvent(Object.assign(new Event(name), fields));
  }

  complete(): void {
    this.iceGatheringState = "complete";
    this.tell("icegatheringstatechange", {});
  }
}

function watched(servers: RTCIceServer[] = [SERVER]): { pc: Gathering; told: unknown[] } {
  const [pc, told] = [new Gathering(), [] as unknown[]];
  watchRelay(pc as unknown as RTCPeerConnection, servers, (trouble) => told.push(trouble));
  return { pc, told };
}

test("a relay that answers is no trouble", () => {
  const { pc, told } = watched();
  pc.tell("icecandidateerror", { errorCode: 701 });
  pc.tell("icecandidate", { candidate: { type: "relay" } });
  pc.complete();
  vi.advanceTimersByTime(9000);
  expect(told).toEqual([null]);
});

test.each([
  ["refused", SERVER, 401],
  ["refused", SERVER, 438],
  ["expired", { ...SERVER, username: "1000000000:a" }, 401],
  ["unreachable", SERVER, 701],
  ["unreachable", { ...SERVER, username: "1000000000:a" }, 701],
])("%s", (trouble, server, errorCode) => {
  const { pc, told } = watched([server]);
  pc.tell("icecandidate", { candidate: { type: "host" } });
  pc.tell("icecandidateerror", { errorCode });
  expect(told).toEqual([]);
  pc.complete();
  expect(told).toEqual([trouble]);
});

test("one that says nothing for eight seconds is unreachable; one that answers after all is no trouble", () => {
  const { pc, told } = watched();
  vi.advanceTimersByTime(8000);
  expect(told).toEqual(["unreachable"]);
  pc.tell("icecandidate", { candidate: { type: "relay" } });
  expect(told).toEqual(["unreachable", null]);
});

test("where there is none, it is missing", () => {
  expect(watched([{ urls: "stun:s.example" }]).told).toEqual(["missing"]);
});
