import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FromWorker, ToWorker } from "../../../src/core/mood/sensing";
import { Camera } from "../../../src/io/mood/camera";
import { Eye } from "../../../src/io/mood/eye";
import { Sensing } from "../../../src/io/mood/sensing";
import { FakeStream, FakeTrack } from "../call/fakes";

const READING = { weights: [0, 0, 0, 1, 0, 0, 0], shown: [0, 0, 0, 1, 0, 0, 0], sure: 0.9, tookMs: 12 };

class FakeWorker {
  static all: FakeWorker[] = [];
  reads = 0;
  isTerminated = false;
  onmessage: ((event: { data: FromWorker }) => void) | null = null;

  constructor() {
    FakeWorker.all.push(this);
  }

  postMessage({ kind }: ToWorker): void {
    if (kind === "read") this.reads += 1;
    const answer: FromWorker = kind === "start" ? { kind: "ready" } : { kind: "reading", reading: READING, tookMs: 12 };
    queueMicrotask(() => this.onmessage?.({ data: answer }));
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

let eye: Eye;
let tracks: FakeTrack[];
let seen: Record<"room" | "call", string[]>;
let room: Sensing;
let call: Sensing;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function sensing(who: "room" | "call"): Sensing {
  return new Sensing(
    {
      turned: (state, failure) => seen[who].push(failure ?? state),
      read: (reading) => reading && seen[who].push("face"),
    },
    eye,
  );
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => Promise.reject(new Error("not asked for")) } });
  vi.stubGlobal("location", { origin: "http://127.0.0.1:8080" });
  vi.stubGlobal("window", {});
  vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
  vi.stubGlobal("document", {
    createElement: () => ({ readyState: 4, videoWidth: 640, videoHeight: 480, play: async () => undefined }),
  });
  vi.stubGlobal("createImageBitmap", async () => ({ close: () => undefined }));
  [tracks, FakeWorker.all, seen] = [[], [], { room: [], call: [] }];
  eye = new Eye(async (_, ended) => {
    const track = new FakeTrack("video");
    tracks.push(track);
    return Camera.of(track as unknown as MediaStreamTrack, ended);
  });
  [room, call] = [sensing("room"), sensing("call")];
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("two agreements, one camera, one inference", async () => {
  void room.start(undefined);
  void call.start(undefined);
  await pass(1000);
  expect([tracks.length, FakeWorker.all.length]).toEqual([1, 1]);
  expect(FakeWorker.all[0]!.reads).toBeLessThanOrEqual(7);
  const faces = (who: "room" | "call"): number => seen[who].filter((what) => what === "face").length;
  expect(faces("room")).toBeGreaterThan(3);
  expect(faces("room")).toBe(faces("call"));
});

test("each agreement is withdrawn alone; with the last one camera and models go", async () => {
  void room.start(undefined);
  void call.start(undefined);
  await pass(500);
  call.stop();
  const count = seen.call.length;
  await pass(500);
  expect(seen.call).toHaveLength(count);
  expect(seen.room.at(-1)).toBe("face");
  expect(tracks[0]!.readyState).toBe("live");
  room.stop();
  await pass(0);
  expect(tracks[0]!.readyState).toBe("ended");
  expect(FakeWorker.all[0]!.isTerminated).toBe(true);
});

test("who agrees later looks through what is open", async () => {
  void room.start(undefined);
  await pass(500);
  void call.start(undefined);
  await pass(500);
  expect(tracks).toHaveLength(1);
  expect(seen.call).toContain("face");
});

test("the camera is turned off elsewhere: both pause, both come back, and a pause of one's own stays", async () => {
  void room.start(undefined);
  void call.start(undefined);
  await pass(300);
  room.pause();
  eye.cover(true);
  expect([room.state, call.state]).toEqual(["paused", "paused"]);
  expect(tracks[0]!.readyState).toBe("ended");
  call.resume();
  await pass(300);
  expect(call.state).toBe("paused");
  eye.cover(false);
  await pass(300);
  expect([room.state, call.state]).toEqual(["paused", "on"]);
  expect(tracks).toHaveLength(2);
});

test("agreed to while the camera is off, sensing waits for it", async () => {
  eye.cover(true);
  void call.start(undefined);
  await pass(100);
  expect([call.state, tracks.length]).toEqual(["paused", 0]);
  eye.cover(false);
  await pass(100);
  expect(call.state).toBe("on");
});

test("another camera is lent: what looks goes on through it", async () => {
  eye.refresh();
  expect(tracks).toHaveLength(0);
  void call.start(undefined);
  await pass(300);
  eye.refresh();
  await pass(500);
  expect(tracks.map(({ readyState }) => readyState)).toEqual(["ended", "live"]);
  expect(call.state).toBe("on");
  expect(FakeWorker.all).toHaveLength(1);
});

test("a camera that ends is told to both", async () => {
  void room.start(undefined);
  void call.start(undefined);
  await pass(300);
  tracks[0]!.end();
  expect([seen.room.at(-1), seen.call.at(-1)]).toEqual(["ended", "ended"]);
});

test("models may be loaded before anybody may look: no camera, no picture", async () => {
  const letGo = eye.warm();
  await pass(1000);
  expect([FakeWorker.all.length, FakeWorker.all[0]!.reads, tracks.length]).toEqual([1, 0, 0]);
  void call.start(undefined);
  await pass(300);
  call.stop();
  await pass(0);
  expect(FakeWorker.all[0]!.isTerminated).toBe(false);
  letGo();
  letGo();
  await pass(0);
  expect(FakeWorker.all[0]!.isTerminated).toBe(true);
});
