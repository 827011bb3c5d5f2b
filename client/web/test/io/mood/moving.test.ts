// Make before break: a gateway asks its clients to move, and nobody sees it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CloseCode, FORMER_MS } from "../../../src/core/generated";
import { Presence } from "../../../src/core/mood/generated";
import { Connection } from "../../../src/io/mood/connection";
import { RoomEndpoint } from "../../../src/io/mood/endpoint";
import { Gateway, refuse } from "./gateway";

const SMILE = { weights: [0, 0, 0, 255, 0, 0, 0], sure: 230 };
const JOIN = "participants?role=audience";

let gateway: Gateway;
let log: string[];
let dice: number;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

async function open(): Promise<Connection> {
  const connection = new Connection(new RoomEndpoint("demo", "audience", null), {
    learned: () => undefined,
    moved: (link) => log.at(-1) !== link && log.push(link),
    opened: () => log.push("opened"),
    heard: () => undefined,
    measured: (rttMs) => log.push(`rtt ${rttMs}`),
    waited: (waits) => waits && log.push("waits"),
    sent: () => undefined,
    closed: (because) => log.push(`because ${because}`),
  });
  void connection.run();
  await pass(1);
  gateway.peer.channel.open();
  log = [];
  return connection;
}

/** The gateway serves on, and goes on asking. */
async function beats(peer: Gateway["peer"], ms: number): Promise<void> {
  for (let sinceMs = 0; sinceMs < ms; sinceMs += 500) {
    gateway.beat({ code: CloseCode.GOING_AWAY }, peer);
    await pass(Math.min(500, ms - sinceMs));
  }
}

function posts(): number {
  return gateway.requests("POST").length;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  dice = 0.5;
  vi.spyOn(Math, "random").mockImplementation(() => dice);
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
  log = [];
  gateway = new Gateway();
  gateway.install();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("moving", () => {
  test("joins again within a second, speaks on the old channel until the new one is open, then on that alone", async () => {
    const connection = await open();
    const old = gateway.peer;
    connection.be(Presence.SENSING);
    connection.score(SMILE);
    await beats(old, 490);
    expect(posts()).toBe(1);
    await beats(old, 500);
    expect(posts()).toBe(2);
    expect(gateway.requests("POST")[1]!.headers.get("Kuuki-Seat")).toBe("seat-secret-of-mine");
    connection.score(SMILE);
    expect(gateway.said(old).at(-1)).toBe("score");
    const saidBefore = gateway.said(old).length;
    gateway.peer.channel.open();
    gateway.beat({}, gateway.peer);
    expect(gateway.said(old)).toHaveLength(saidBefore);
    expect(gateway.said()).toEqual(["beat 1", "score", "beat 1"]);
    expect(gateway.peer.channel.sent[0]![3]).toBe(1);
    await pass(FORMER_MS - 10);
    expect([old.isClosed, gateway.said(old).length]).toEqual([false, saidBefore]);
    await pass(10);
    expect(old.isClosed).toBe(true);
    expect(gateway.said(old)).not.toContain("beat 3");
    expect(gateway.requests("DELETE")).toEqual([]);
  });

  test("nobody sees it: no state but open, and the round trip stays until there is a newer one", async () => {
    await open();
    const old = gateway.peer;
    gateway.beat();
    gateway.beat({ answer: 1, rttMs: 20 });
    await beats(old, 1000);
    gateway.peer.channel.open();
    await pass(100);
    expect(log.filter((line) => !line.startsWith("rtt 20"))).toEqual(["opened", "open"]);
  });

  test("the seat is the same where nothing can be stored, too", async () => {
    vi.stubGlobal("localStorage", undefined);
    await open();
    await beats(gateway.peer, 1000);
    expect(gateway.requests("POST").map(({ headers }) => headers.get("Kuuki-Seat"))).toEqual([
      null,
      "seat-secret-of-mine",
    ]);
  });

  test.each([
    [0, 1],
    [1, 990],
  ])("the wait is anywhere in a second (%d)", async (thrown, ms) => {
    dice = thrown;
    await open();
    await beats(gateway.peer, ms);
    expect(posts()).toBe(thrown === 0 ? 2 : 1);
    await beats(gateway.peers[0]!, 20);
    expect(posts()).toBe(2);
  });

  test("never two at once, however often it is asked; a request on the new channel is another move", async () => {
    await open();
    const [old] = gateway.peers;
    await beats(old!, 5000);
    expect(posts()).toBe(2);
    gateway.peer.channel.open();
    const second = gateway.peer;
    gateway.beat({}, second);
    await pass(1000);
    expect(posts()).toBe(2);
    await beats(second, 1000);
    expect(posts()).toBe(3);
    gateway.peer.channel.open();
    expect(second.isClosed).toBe(true);
  });

  test("who pauses just after it is heard on neither channel as one who shares", async () => {
    const connection = await open();
    const [old] = gateway.peers;
    connection.be(Presence.SENSING);
    connection.score(SMILE);
    await beats(old!, 1000);
    gateway.peer.channel.open();
    expect(old!.isClosed).toBe(false);
    connection.be(Presence.PAUSED);
    expect([old!.isClosed, gateway.said().at(-1)]).toEqual([true, "beat 2"]);
  });

  test("what the former channel still brings is passed over", async () => {
    const connection = await open();
    const [old] = gateway.peers;
    connection.be(Presence.SENSING);
    await beats(old!, 1000);
    gateway.peer.channel.open();
    log.length = 0;
    gateway.beat({ code: CloseCode.GOING_AWAY }, old);
    gateway.beat({ presence: Presence.BYE, code: CloseCode.SEAT_TAKEN }, old);
    await pass(1000);
    expect([posts(), log]).toEqual([2, []]);
  });

  test("who had paused is paused there from the first beat on", async () => {
    const connection = await open();
    connection.be(Presence.PAUSED);
    await beats(gateway.peer, 1000);
    gateway.peer.channel.open();
    expect(gateway.said()).toEqual(["beat 2"]);
    expect(gateway.peers[0]!.isClosed).toBe(true);
  });

  test("who has just paused, or said nothing for two seconds, has no score there", async () => {
    const connection = await open();
    connection.be(Presence.SENSING);
    connection.score(SMILE);
    await beats(gateway.peer, 2010);
    gateway.peer.channel.open();
    expect(gateway.said()).toEqual(["beat 1"]);
    connection.score(SMILE);
    connection.be(Presence.PAUSED);
    await beats(gateway.peer, 1000);
    gateway.peer.channel.open();
    expect(gateway.said()).toEqual(["beat 2"]);
  });

  test("taps go on over the switch, counted anew", async () => {
    const connection = await open();
    expect(connection.tap("laugh")).toBe(true);
    await beats(gateway.peer, 1000);
    expect(connection.tap("laugh")).toBe(true);
    gateway.peer.channel.open();
    expect(connection.tap("laugh")).toBe(true);
    expect(gateway.said()).toEqual(["tap"]);
    expect([...gateway.peer.channel.sent[0]!.slice(3)]).toEqual([1, 0, 1, 0, 0]);
  });
});

describe("a move that fails", () => {
  test.each([
    ["503", refuse(503)],
    ["no answer", (): Promise<Response> => Promise.reject(new TypeError("no network"))],
  ])("is tried again with full jitter, the old channel kept meanwhile (%s)", async (_, refusal) => {
    const connection = await open();
    const old = gateway.peer;
    gateway.refusals.set(JOIN, refusal);
    dice = 1;
    await beats(old, 1010);
    expect(posts()).toBe(2);
    await beats(old, 1900);
    expect(posts()).toBe(2);
    await beats(old, 200);
    expect(posts()).toBe(3);
    await beats(old, 3800);
    expect(posts()).toBe(3);
    connection.score(SMILE);
    expect(gateway.said(old).at(-1)).toBe("score");
    expect(log).toEqual([]);
    gateway.refusals.clear();
    await beats(old, 300);
    expect(posts()).toBe(4);
    gateway.peer.channel.open();
    expect([old.isClosed, log.at(-1)]).toEqual([true, "open"]);
  });

  test("a channel that does not open in 5 s is given up, and taken out; the next one has 10 s", async () => {
    await open();
    const [old] = gateway.peers;
    await beats(old!, 5400);
    expect([posts(), old!.isClosed]).toEqual([2, false]);
    await beats(old!, 200);
    expect(gateway.peers[1]!.isClosed).toBe(true);
    expect(gateway.requests("DELETE").map(({ path }) => path)).toEqual(["/rooms/demo/participants/p2"]);
    await beats(old!, 1500);
    expect([posts(), old!.isClosed]).toEqual([3, false]);
    await beats(old!, 9000);
    expect([posts(), gateway.peer.isClosed]).toEqual([3, false]);
    await beats(old!, 1000);
    expect(gateway.peer.isClosed).toBe(true);
  });

  test("one that is refused for good is the end", async () => {
    await open();
    gateway.refusals.set(JOIN, refuse(404));
    await beats(gateway.peer, 1000);
    expect(log.slice(-2)).toEqual(["closed", "because room_closed"]);
    expect(gateway.peers.every(({ isClosed }) => isClosed)).toBe(true);
  });
});

describe("the old channel ends first", () => {
  test("by the seat that the new one took: that is no news", async () => {
    await open();
    const [old] = gateway.peers;
    await beats(old!, 1000);
    gateway.beat({ presence: Presence.BYE, code: CloseCode.SEAT_TAKEN }, old);
    expect([old!.isClosed, log]).toEqual([true, []]);
    gateway.peer.channel.open();
    expect(log).toEqual(["opened", "open"]);
    await pass(500);
    expect(posts()).toBe(2);
  });

  test("by silence: the join under way goes on, and it is said", async () => {
    await open();
    const [old] = gateway.peers;
    await beats(old!, 600);
    await pass(1600);
    expect([old!.isClosed, log.at(-1), posts()]).toEqual([true, "retrying", 2]);
    gateway.peer.channel.open();
    expect(log.at(-1)).toBe("open");
    expect(posts()).toBe(2);
  });

  test("while a later try is far off: as after any loss, within a second", async () => {
    await open();
    const [old] = gateway.peers;
    gateway.refusals.set(JOIN, refuse(503));
    await beats(old!, 20_000);
    const tries = posts();
    expect(tries).toBeGreaterThan(3);
    dice = 1;
    while (posts() === tries) await beats(old!, 500);
    gateway.beat({ presence: Presence.BYE, code: CloseCode.GOING_AWAY }, old);
    expect(log.at(-1)).toBe("retrying");
    await pass(990);
    expect(posts()).toBe(tries + 1);
    await pass(20);
    expect(posts()).toBe(tries + 2);
  });

  test.each([
    [CloseCode.ROOM_CLOSED, "because room_closed"],
    [CloseCode.REMOVED, "because removed"],
    [CloseCode.FLOOD, "because refused"],
  ])("by %d: that stops the move too", async (code, last) => {
    await open();
    await beats(gateway.peer, 1000);
    gateway.beat({ presence: Presence.BYE, code }, gateway.peers[0]);
    expect(log.at(-1)).toBe(last);
    await pass(60_000);
    expect([posts(), gateway.peers.every(({ isClosed }) => isClosed)]).toEqual([2, true]);
  });

  test("by another window before anything was asked for: that is the end", async () => {
    await open();
    gateway.beat({ code: CloseCode.GOING_AWAY });
    gateway.beat({ presence: Presence.BYE, code: CloseCode.SEAT_TAKEN });
    expect(log.at(-1)).toBe("because seat_taken");
    await pass(60_000);
    expect(posts()).toBe(1);
  });

  test("by the person, who leaves: both are taken out, and one says goodbye", async () => {
    const connection = await open();
    const [old] = gateway.peers;
    await beats(old!, 1000);
    connection.leave();
    expect(gateway.said(old).at(-1)).toBe("beat 3");
    await pass(1000);
    expect(gateway.requests("DELETE").map(({ path }) => path)).toEqual([
      "/rooms/demo/participants/p1",
      "/rooms/demo/participants/p2",
    ]);
    expect(gateway.peers.every(({ isClosed }) => isClosed)).toBe(true);
    expect(log.at(-1)).toBe("because left");
  });
});

describe("a gateway that was killed", () => {
  test("is noticed after 1.5 s without a frame; the first try comes within a second, later ones with full jitter", async () => {
    dice = 1;
    await open();
    gateway.beat();
    gateway.refusals.set(JOIN, refuse(503));
    await pass(1500);
    expect(log.at(-1)).not.toBe("retrying");
    await pass(110);
    expect(log.at(-1)).toBe("retrying");
    const times: number[] = [];
    for (let sinceMs = 0, tries = 1; sinceMs < 40_000; sinceMs += 10) {
      await pass(10);
      if (posts() > tries) times.push(sinceMs);
      tries = posts();
    }
    const gaps = times.map((at, i) => Math.round((at - (times[i - 1] ?? 0)) / 100) / 10);
    expect(gaps).toEqual([1, 2, 4, 8, 16]);
  });
});
