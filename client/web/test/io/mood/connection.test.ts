import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CloseCode } from "../../../src/core/generated";
import { Presence } from "../../../src/core/mood/generated";
import { Connection } from "../../../src/io/mood/connection";
import { RoomEndpoint } from "../../../src/io/mood/endpoint";
import { Gateway, refuse } from "./gateway";

let gateway: Gateway;
let log: string[];

function connect(key: string | null = null): Connection {
  const connection = new Connection(new RoomEndpoint("demo", "audience", key), {
    learned: (facts) => log.push(`facts ${facts.minGroup}`),
    moved: (link) => log.at(-1) !== link && log.push(link),
    opened: () => undefined,
    heard: (mix) => log.push(`mix ${mix.state}`),
    measured: () => undefined,
    waited: (waits) => waits && log.push("waits"),
    sent: () => undefined,
    closed: (because) => log.push(`because ${because}`),
  });
  void connection.run();
  return connection;
}

/** Time goes by, and what was promised meanwhile is kept. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

async function open(): Promise<Connection> {
  const connection = connect();
  await pass(1);
  gateway.peer.channel.open();
  return connection;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance", "Date"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("localStorage", storage());
  log = [];
  gateway = new Gateway();
  gateway.install();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function relay(join: number): object {
  return { urls: "turn:own.example:3478", username: `n${join}`, credential: "c" };
}

function storage(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

describe("joining", () => {
  test("asks for the facts, sends one offer, opens", async () => {
    await open();
    expect(log).toEqual(["joining", "facts 5", "open"]);
    expect(gateway.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /rooms/demo",
      "POST /rooms/demo/participants?role=audience",
    ]);
    expect(gateway.peer.answer).toBe("v=0 answer");
    expect(gateway.peer.channelOptions).toEqual({ ordered: false, maxRetransmits: 0 });
  });

  test("takes the relay of the answer before it gathers, and its offer is the one that was answered", async () => {
    await open();
    expect(gateway.peer.steps).toEqual(["configure", "local v=0 offer", "remote"]);
    expect(gateway.peer.configuration).toEqual({ iceServers: [relay(1)] });
  });

  test("a join after one that was answered and did not open gathers at once; one after an open one does not", async () => {
    connect();
    await pass(5_700);
    expect(gateway.peers).toHaveLength(2);
    expect(gateway.peer.configuration).toEqual({ iceServers: [relay(1)] });
    expect(gateway.peer.steps).toEqual(["local v=0 offer", "remote"]);
    gateway.peer.channel.open();
    gateway.beat({ code: CloseCode.GOING_AWAY });
    await pass(1_000);
    expect(gateway.peers).toHaveLength(3);
    expect(gateway.peer.steps).toEqual(["configure", "local v=0 offer", "remote"]);
    expect(gateway.peer.configuration).toEqual({ iceServers: [relay(3)] });
  });

  test("a browser that takes no servers late joins without them, and has them with the next join", async () => {
    gateway.takesLate = false;
    connect();
    await pass(1);
    expect(gateway.peer.steps).toEqual(["local v=0 offer", "remote"]);
    await pass(5_700);
    expect(gateway.peer.configuration).toEqual({ iceServers: [relay(1)] });
  });

  test("shows the link's secret with each request, and the seat's when it joins again", async () => {
    connect("s3cret");
    await pass(1);
    expect(gateway.asked.map(({ headers }) => headers.get("Authorization"))).toEqual([
      "Bearer s3cret",
      "Bearer s3cret",
    ]);
    expect(gateway.requests("POST")[0]!.headers.get("Kuuki-Seat")).toBeNull();
    gateway.peer.channel.onclose?.();
    await pass(1000);
    expect(gateway.requests("POST")[1]!.headers.get("Kuuki-Seat")).toBe("seat-secret-of-mine");
  });

  test("says in each join which frames it reads, the newest first", async () => {
    connect();
    await pass(1);
    gateway.peer.channel.onclose?.();
    await pass(1000);
    expect(gateway.requests("POST").map(({ headers }) => headers.get("Kuuki-Frames"))).toEqual(["2, 1", "2, 1"]);
  });

  test.each([
    [404, "room_unknown"],
    [401, "not_allowed"],
    [422, "refused"],
  ])("status %i is the end: %s", async (status, because) => {
    gateway.refusals.set("/rooms/demo", refuse(status));
    connect();
    await pass(60_000);
    expect(log).toEqual(["joining", "closed", `because ${because}`]);
    expect(gateway.asked).toHaveLength(1);
  });

  test("a busy gateway is asked again, after what it asked for and the jitter", async () => {
    gateway.refusals.set("participants?role=audience", refuse(429, { "Retry-After": "2" }));
    connect();
    await pass(2400);
    expect(gateway.requests("POST")).toHaveLength(1);
    await pass(200);
    expect(gateway.requests("POST")).toHaveLength(2);
  });

  test("a network that is away is tried again; its return cuts the wait short", async () => {
    gateway.refusals.set("/rooms/demo", () => Promise.reject(new TypeError("no network")));
    const connection = connect();
    await pass(5000);
    const tries = gateway.asked.length;
    expect(tries).toBeGreaterThan(1);
    gateway.refusals.clear();
    connection.wake();
    await pass(1);
    expect(gateway.requests("POST")).toHaveLength(1);
  });
});

describe("talking", () => {
  test("each beat is answered at once", async () => {
    await open();
    gateway.beat();
    gateway.beat();
    expect(gateway.said()).toEqual(["beat 0", "beat 0"]);
  });

  test("a pause is said again until it was seen", async () => {
    const connection = await open();
    connection.be(Presence.PAUSED);
    await pass(550);
    expect(gateway.said()).toEqual(["beat 2", "beat 2", "beat 2"]);
    gateway.beat({ presence: Presence.PAUSED, answer: 3 });
    await pass(1000);
    expect(gateway.said()).toHaveLength(4);
  });

  test("what one is, is said again on the next channel", async () => {
    const connection = await open();
    connection.be(Presence.PAUSED);
    gateway.peer.channel.onclose?.();
    await pass(1000);
    gateway.peer.channel.open();
    expect(gateway.said()).toEqual(["beat 2"]);
  });

  test("a score waits for nobody: it is dropped while anything is unsent", async () => {
    const connection = await open();
    gateway.peer.channel.bufferedAmount = 20;
    connection.score({ weights: [0, 0, 0, 255, 0, 0, 0], sure: 230 });
    connection.be(Presence.PAUSED);
    expect(gateway.said()).toEqual(["beat 2"]);
    gateway.peer.channel.bufferedAmount = 5000;
    gateway.beat();
    await pass(400);
    expect(gateway.said()).toEqual(["beat 2"]);
  });

  test("a tap without a channel is no tap", async () => {
    const connection = connect();
    expect(connection.tap("laugh")).toBe(false);
    await pass(1);
    gateway.peer.channel.open();
    expect(connection.tap("laugh")).toBe(true);
    expect(gateway.said()).toEqual(["tap"]);
  });
});

describe("losing", () => {
  test("a silent gateway is dead after 1.5 s: its peer is closed, another joins", async () => {
    await open();
    gateway.beat();
    await pass(1400);
    expect(log.at(-1)).toBe("open");
    await pass(400);
    expect(log.at(-1)).toBe("retrying");
    expect(gateway.peers[0]!.isClosed).toBe(true);
    expect(gateway.requests("DELETE").map(({ path }) => path)).toEqual(["/rooms/demo/participants/p1"]);
    await pass(500);
    expect(gateway.peers).toHaveLength(2);
  });

  test.each([
    [CloseCode.GOING_AWAY, "retrying"],
    [CloseCode.SLOW, "retrying"],
    [CloseCode.SEAT_TAKEN, "because seat_taken"],
    [CloseCode.ROOM_CLOSED, "because room_closed"],
    [CloseCode.FLOOD, "because refused"],
  ])("code %i: %s", async (code, last) => {
    await open();
    gateway.beat({ presence: Presence.BYE, code });
    await pass(1);
    expect(log.at(-1)).toBe(last);
  });

  test("a channel that does not open in 5 s is given up", async () => {
    connect();
    await pass(4_900);
    expect(gateway.peers).toHaveLength(1);
    await pass(700);
    expect(gateway.peers).toHaveLength(2);
    expect(gateway.peers[0]!.isClosed).toBe(true);
  });

  test("leaving says goodbye on both ways and tries nothing more", async () => {
    const connection = await open();
    connection.leave();
    expect(gateway.said()).toEqual(["beat 3"]);
    expect(gateway.requests("DELETE")).toHaveLength(1);
    await pass(60_000);
    expect(gateway.peers[0]!.isClosed).toBe(true);
    expect(gateway.peers).toHaveLength(1);
    expect(log.slice(-2)).toEqual(["closed", "because left"]);
  });
});

describe("watching", () => {
  const EVENT =
    'event: mix\ndata: {"state": "few", "people": {"at_most": 4}, "coverage": 0.5, "term": 1, "seq": 8, "age_ms": 3}\n\n';

  function stream(end: boolean): () => Response {
    return () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode(EVENT));
            if (end) controller.close();
          },
        }),
      );
  }

  test("without a channel for 8 s the mixes come by event stream; a channel that opens takes over", async () => {
    gateway.refusals.set("/mix", stream(false));
    connect();
    await pass(8000);
    expect(log).not.toContain("watching");
    await pass(300);
    expect(log.slice(-2)).toEqual(["watching", "mix few"]);
    expect(gateway.asked.at(-1)!.headers.get("Accept")).toBe("text/event-stream");
    await pass(5000);
    expect(log.at(-1)).toBe("mix few");
    gateway.peer.channel.open();
    expect(log.at(-1)).toBe("open");
  });

  test("a stream that ends is asked for again", async () => {
    gateway.refusals.set("/mix", stream(true));
    connect();
    await pass(10_000);
    expect(log.filter((line) => line === "mix few").length).toBeGreaterThan(1);
    expect(log.filter((line) => line === "watching").length).toBeGreaterThan(1);
  });

  test("a stream that falls silent is asked for again", async () => {
    gateway.refusals.set("/mix", stream(false));
    connect();
    await pass(9000);
    const asked = () => gateway.requests("GET").filter(({ path }) => path.endsWith("/mix")).length;
    expect(asked()).toBe(1);
    await pass(21_000);
    expect(asked()).toBe(2);
    expect(log.slice(-3)).toEqual(["joining", "watching", "mix few"]);
  });

  test("a new network, or somebody who looks, asks for it anew at once, and nothing is seen of it", async () => {
    gateway.refusals.set("/mix", stream(false));
    const connection = connect();
    await pass(9000);
    const asked = () => gateway.requests("GET").filter(({ path }) => path.endsWith("/mix")).length;
    const before = log.length;
    connection.wake();
    await pass(1);
    expect(asked()).toBe(2);
    expect(log.slice(before).filter((line) => line === "mix few")).toHaveLength(1);
    expect(log.slice(before)).not.toContain("retrying");
    connection.leave();
    await pass(60_000);
    expect(asked()).toBe(2);
  });

  test("a server that is away altogether is not watched", async () => {
    gateway.refusals.set("/rooms/demo", () => Promise.reject(new TypeError("no network")));
    gateway.refusals.set("/mix", () => Promise.reject(new TypeError("no network")));
    connect();
    await pass(20_000);
    expect(log).not.toContain("watching");
  });
});
