import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CloseCode } from "../../../src/core/generated";
import { Line } from "../../../src/io/call/line";
import { FakeSocket, install } from "./fakes";

const CALL = "c".repeat(22);

let log: string[];
let known: { line: string | null; turn: number | null };
let standing: object | null;

function open(): Line {
  const line = new Line({
    moved: (link, because) => log.push(because ? `${link} ${because}` : link),
    heard: ({ type }) => log.push(`heard ${type}`),
    hello: () => ({ name: "Aki", language: "ja", ...known, standing: standing as never }),
  });
  line.open();
  return line;
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  install();
  [log, known, standing] = [[], { line: null, turn: 0 }, null];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("opening", () => {
  test("says hello first, and is open when it is welcome", () => {
    open();
    expect(FakeSocket.newest.url).toBe("wss://kuuki.example/calls");
    FakeSocket.newest.open();
    expect(FakeSocket.newest.said).toEqual([{ type: "hello", version: 1, name: "Aki", language: "ja" }]);
    FakeSocket.newest.welcome();
    expect(log).toEqual(["connecting", "heard welcome", "open"]);
  });

  test("shows its secret, the code's number and its call when it comes back", () => {
    known = { line: "s".repeat(22), turn: 3 };
    standing = { call: CALL };
    open();
    FakeSocket.newest.open();
    expect(FakeSocket.newest.said[0]).toMatchObject({ line: "s".repeat(22), turn: 3, call: { call: CALL } });
  });

  test("shows no number while its code is spent", () => {
    known = { line: "s".repeat(22), turn: null };
    open();
    FakeSocket.newest.open();
    expect(Object.keys(FakeSocket.newest.said[0]!)).toEqual(["type", "version", "name", "language", "line"]);
  });

  test("what is said before waits; what only holds at the moment does not", () => {
    const line = open();
    line.say({ type: "hang_up", call: CALL });
    line.say({ type: "ice" });
    line.say({ type: "accept", call: "d".repeat(22) });
    line.forget("d".repeat(22));
    FakeSocket.newest.welcome();
    expect(FakeSocket.newest.types()).toEqual(["hello", "hang_up"]);
  });

  test("no welcome in ten seconds: again", async () => {
    open();
    FakeSocket.newest.open();
    await pass(10_600);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("losing", () => {
  test.each([1006, CloseCode.GOING_AWAY, CloseCode.SLOW, CloseCode.SILENT])(
    "code %i: again, with jitter",
    async (code) => {
      open();
      FakeSocket.newest.welcome();
      FakeSocket.newest.drop(code);
      expect(log.at(-1)).toBe("retrying");
      await pass(400);
      expect(FakeSocket.all).toHaveLength(1);
      await pass(200);
      expect(FakeSocket.all).toHaveLength(2);
      FakeSocket.newest.drop();
      await pass(2000);
      expect(FakeSocket.all).toHaveLength(3);
      FakeSocket.newest.welcome();
      expect(log.at(-1)).toBe("open");
    },
  );

  test.each([
    [CloseCode.LINE_TAKEN, "line_taken"],
    [CloseCode.CALLS_OFF, "calls_off"],
    [CloseCode.FLOOD, "refused"],
    [CloseCode.MALFORMED, "refused"],
  ])("code %i is the end: %s", async (code, because) => {
    const line = open();
    FakeSocket.newest.welcome();
    FakeSocket.newest.drop(code);
    expect(log.at(-1)).toBe(`closed ${because}`);
    line.say({ type: "accept", call: CALL });
    line.wake(true);
    await pass(120_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("a server that is full is asked five times", async () => {
    open();
    for (let i = 0; i < 5; i++) {
      FakeSocket.newest.drop(CloseCode.FULL);
      await pass(5000);
    }
    expect(log.at(-1)).toBe("closed too_many");
    expect(FakeSocket.all).toHaveLength(5);
  });

  test("words of a socket that was given up mean nothing", async () => {
    open();
    const first = FakeSocket.newest;
    first.welcome();
    first.drop();
    await pass(600);
    const heard = log.length;
    first.say({ type: "still" });
    expect(log).toHaveLength(heard);
  });
});

describe("being still there", () => {
  test("is asked every 15 s while the page is seen; no answer in 5 s: anew", async () => {
    open();
    FakeSocket.newest.welcome();
    await pass(15_000);
    expect(FakeSocket.newest.types()).toEqual(["hello", "still"]);
    FakeSocket.newest.say({ type: "still" });
    await pass(15_000);
    expect(FakeSocket.all).toHaveLength(1);
    await pass(5_600);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("is not asked of a page that nobody sees", async () => {
    vi.stubGlobal("document", { hidden: true });
    open();
    FakeSocket.newest.welcome();
    await pass(60_000);
    expect(FakeSocket.newest.types()).toEqual(["hello"]);
  });

  test("another network: asked at once, and sooner given up", async () => {
    const line = open();
    FakeSocket.newest.welcome();
    line.wake(true);
    await pass(2100);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("a network that is back cuts the wait short", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const line = open();
    FakeSocket.newest.drop();
    line.wake(false);
    expect(FakeSocket.all).toHaveLength(2);
    line.wake(false);
    expect(FakeSocket.all).toHaveLength(2);
    line.wake(true);
    expect(FakeSocket.all).toHaveLength(3);
  });
});

test("leaving says goodbye and tries nothing more", async () => {
  const line = open();
  FakeSocket.newest.welcome();
  const socket = FakeSocket.newest;
  line.leave();
  expect(socket.types()).toEqual(["hello", "bye"]);
  expect(log.at(-1)).toBe("closed left");
  await pass(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test("another name is said on the same line", () => {
  const line = open();
  FakeSocket.newest.welcome();
  line.rename();
  expect(FakeSocket.newest.types()).toEqual(["hello", "hello"]);
  expect(FakeSocket.all).toHaveLength(1);
});
