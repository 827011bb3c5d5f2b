import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RoomHistory } from "../../../src/io/mood/history";

const FEW = { state: "few", people: { at_most: 4 }, coverage: 0.5 };

/** A server that has so many rows, one a second from 0 on. */
class Server {
  rows = 0;
  pageRows = 3600;
  recording = "on";
  marks: object[] = [];
  /** Waves that the rows of some seconds tell of. */
  waves: Record<number, object[]> = {};
  retentionS = 86_400;
  asked: string[] = [];
  keys: (string | null)[] = [];
  refusal: (() => Response) | null = null;

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    this.asked.push(`${init.method ?? "GET"} ${path.replace("/rooms/demo", "")}`);
    this.keys.push(new Headers(init.headers).get("Authorization"));
    if (this.refusal) return this.refusal();
    if (init.method === "DELETE") {
      this.rows = 0;
      this.marks = [];
      return new Response(null, { status: 204 });
    }
    if (init.method === "POST") {
      const mark = { id: "new", at: "1970-01-01T00:00:09Z", text: JSON.parse(String(init.body)).text };
      this.marks.push(mark);
      return Response.json(mark, { status: 201 });
    }
    return Response.json(this.#page(new URL(path, "http://x").searchParams));
  };

  #page(query: URLSearchParams): object {
    const after = Number(query.get("after") ?? -1);
    const last = Math.min(this.rows - 1, after + Math.min(this.pageRows, Number(query.get("limit"))));
    const rows = Array.from({ length: Math.max(0, last - after) }, (_, i) => ({
      at: new Date((after + 1 + i) * 1000).toISOString(),
      cursor: String(after + 1 + i),
      mix: this.waves[after + 1 + i] ? { ...FEW, waves: this.waves[after + 1 + i] } : FEW,
    }));
    const next = last < this.rows - 1 ? String(last) : null;
    return { recording: this.recording, reason: null, retention_s: this.retentionS, rows, marks: this.marks, next };
  }
}

let server: Server;
let history: RoomHistory;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function seconds(): number[] {
  return history.snapshot.rows.map(({ atMs }) => atMs / 1000);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.spyOn(Math, "random").mockReturnValue(1);
  vi.stubGlobal("window", { requestAnimationFrame: () => 0 });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  history = new RoomHistory("demo", "s3cret");
  void history.run();
});

afterEach(() => {
  history.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("while it is not shown", () => {
  test("only whether the room is recorded is asked, now and then", async () => {
    server.rows = 5000;
    await pass(1);
    expect(history.snapshot).toMatchObject({ recording: "on", retentionS: 86400, rows: [], isWhole: false });
    server.recording = "refused";
    await pass(20_000);
    expect(history.snapshot.recording).toBe("refused");
    expect(server.asked).toEqual(["GET /timeline?limit=1", "GET /timeline?limit=1"]);
    expect(server.keys[0]).toBe("Bearer s3cret");
  });
});

describe("while it is shown", () => {
  test("all there is comes page by page, then what is new, and nothing twice", async () => {
    await pass(1);
    server.rows = 25;
    server.pageRows = 10;
    history.show(true);
    await pass(1);
    expect(seconds()).toEqual(Array.from({ length: 25 }, (_, i) => i));
    expect(history.snapshot.isWhole).toBe(true);
    server.rows = 27;
    await pass(2000);
    expect(seconds()).toHaveLength(27);
    expect(server.asked.at(-1)).toBe("GET /timeline?after=24&limit=3600");
    await pass(4000);
    expect(seconds()).toHaveLength(27);
  });

  test("what it has is kept while it is closed, and only the rest is fetched when it opens again", async () => {
    server.rows = 10;
    history.show(true);
    await pass(1);
    history.show(false);
    server.rows = 40;
    await pass(30_000);
    expect(seconds()).toHaveLength(10);
    history.show(true);
    await pass(1);
    expect(seconds()).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  test("a wave is there once, as the last row told it, also over pages; what is not new stays as it was", async () => {
    const wave = { number: 4, kind: "smiles", rise: 0.3, share: 0.4 };
    await pass(1);
    server.pageRows = 10;
    server.rows = 11;
    for (let second = 8; second < 13; second++) server.waves[second] = [{ ...wave, began_ms: (second - 7) * 1000 }];
    history.show(true);
    await pass(1);
    expect(history.snapshot.waves).toMatchObject([{ number: 4, beganMs: 7000, lastsMs: 3000 }]);
    server.waves[11] = [{ ...wave, began_ms: 4000, lasts_ms: 3400, share: 0.7 }];
    server.rows = 12;
    await pass(2000);
    expect(history.snapshot.waves).toMatchObject([{ number: 4, beganMs: 7000, lastsMs: 3400, share: 0.7 }]);
    const { rows, waves, marks } = history.snapshot;
    await pass(2000);
    expect(history.snapshot.rows).toBe(rows);
    expect(history.snapshot.waves).toBe(waves);
    expect(history.snapshot.marks).toBe(marks);
  });

  test("rows and waves that the server has let go of go here too", async () => {
    await pass(1);
    server.retentionS = 20;
    server.waves[2] = [{ number: 1, kind: "wow", rise: 0.3, share: 0.4, began_ms: 0 }];
    server.waves[25] = [{ number: 2, kind: "wow", rise: 0.3, share: 0.4, began_ms: 0 }];
    server.rows = 20;
    history.show(true);
    await pass(1);
    expect(history.snapshot.waves.map(({ number }) => number)).toEqual([1]);
    server.rows = 40;
    await pass(2000);
    expect(seconds()[0]).toBe(19);
    expect(history.snapshot.waves.map(({ number }) => number)).toEqual([2]);
  });

  test("a server that is away is asked again with jitter, and it is said", async () => {
    server.rows = 3;
    history.show(true);
    await pass(1);
    server.refusal = () => Response.json({}, { status: 503 });
    await pass(2000);
    expect(history.snapshot.isFailing).toBe(true);
    expect(seconds()).toHaveLength(3);
    const tries = server.asked.length;
    await pass(2990);
    expect(server.asked.length).toBe(tries + 1);
    server.refusal = null;
    await pass(20);
    expect(history.snapshot.isFailing).toBe(false);
  });

  test("an answer that is none is a failure, not an empty evening", async () => {
    await pass(1);
    server.refusal = () => Response.json({ rows: [] });
    history.show(true);
    await pass(1);
    expect(history.snapshot).toMatchObject({ isFailing: true, rows: [], isWhole: false });
  });
});

describe("what one may do", () => {
  test("a mark is there once the server has it", async () => {
    await pass(1);
    await history.mark("Opening");
    expect(history.snapshot.marks).toEqual([{ id: "new", atMs: 9000, text: "Opening" }]);
    history.show(true);
    await pass(1);
    expect(history.snapshot.marks).toHaveLength(1);
  });

  test("a mark that cannot be kept is refused with its reason", async () => {
    server.refusal = () => Response.json({ error: "not_recorded", message: "" }, { status: 409 });
    await expect(history.mark("")).rejects.toMatchObject({ error: "not_recorded" });
    expect(history.snapshot.marks).toEqual([]);
  });

  test("a deleted record is gone at once, and what comes after is shown", async () => {
    server.rows = 10;
    history.show(true);
    await pass(1);
    await history.mark("Opening");
    await history.erase();
    expect(history.snapshot).toMatchObject({ rows: [], marks: [], waves: [] });
    server.rows = 2;
    await pass(2000);
    expect(seconds()).toEqual([0, 1]);
    expect(history.snapshot.marks).toEqual([]);
  });

  test("the whole record is fetched for a file, whatever was shown", async () => {
    server.rows = 25;
    server.pageRows = 10;
    await pass(1);
    expect(await history.entries()).toHaveLength(25);
    expect(seconds()).toEqual([]);
  });
});

test("after its end it asks nothing more", async () => {
  await pass(1);
  history.stop();
  await pass(60_000);
  expect(server.asked).toHaveLength(1);
});
