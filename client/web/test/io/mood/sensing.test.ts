import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { FromWorker, ToWorker } from "../../../src/core/mood/sensing";
import { Sensing } from "../../../src/io/mood/sensing";

const READING = { weights: [0, 0, 0, 1, 0, 0, 0], shown: [0, 0, 0, 1, 0, 0, 0], sure: 0.9, tookMs: 12 };

/** A worker that answers when it is told to. */
class FakeWorker {
  static all: FakeWorker[] = [];
  readonly heard: ToWorker[] = [];
  isTerminated = false;
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;

  constructor() {
    FakeWorker.all.push(this);
  }

  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: FromWorker): void {
    this.onmessage?.({ data });
  }
}

class FakeTrack {
  onended: (() => void) | null = null;
  isStopped = false;

  stop(): void {
    this.isStopped = true;
  }
}

let log: string[];
let sensing: Sensing;
let tracks: FakeTrack[];
let pictures: { isClosed: boolean }[];
let getUserMedia: ReturnType<typeof vi.fn>;

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "performance"] });
  [log, tracks, pictures, FakeWorker.all] = [[], [], [], []];
  getUserMedia = vi.fn(async () => {
    const track = new FakeTrack();
    tracks.push(track);
    return { getVideoTracks: () => [track], getTracks: () => [track] };
  });
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia, enumerateDevices: async () => [] } });
  vi.stubGlobal("location", { origin: "http://127.0.0.1:8080" });
  vi.stubGlobal("window", {});
  vi.stubGlobal("HTMLMediaElement", { HAVE_CURRENT_DATA: 2 });
  vi.stubGlobal("document", {
    createElement: () => ({ readyState: 4, videoWidth: 640, videoHeight: 480, play: async () => undefined }),
  });
  vi.stubGlobal("createImageBitmap", async () => {
    const picture = {
      isClosed: false,
      close(): void {
        this.isClosed = true;
      },
    };
    pictures.push(picture);
    return picture;
  });
  sensing = new Sensing({
    turned: (state, failure) => log.push(failure ? `${state} ${failure}` : state),
    read: (reading) => log.push(reading ? "face" : "no face"),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function begin(): Promise<FakeWorker> {
  void sensing.start(undefined);
  await pass(0);
  const worker = FakeWorker.all.at(-1)!;
  worker.say({ kind: "ready" });
  await pass(0);
  return worker;
}

function states(): string[] {
  return log.filter((line) => !line.endsWith("face"));
}

describe("agreement", () => {
  test("before it neither camera nor worker is touched", async () => {
    await pass(5000);
    sensing.resume();
    sensing.hide(true);
    sensing.hide(false);
    await pass(5000);
    expect(getUserMedia).not.toHaveBeenCalled();
    expect(FakeWorker.all).toEqual([]);
    expect(log).toEqual([]);
  });

  test("with it the camera opens, small and slow, and without a microphone", async () => {
    await begin();
    expect(states()).toEqual(["starting", "on"]);
    expect(getUserMedia).toHaveBeenCalledExactlyOnceWith({
      video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15 } },
      audio: false,
    });
    expect(sensing.stream).not.toBeNull();
  });

  test("withdrawn, camera and models are let go", async () => {
    const worker = await begin();
    sensing.stop();
    await pass(0);
    expect(tracks[0]!.isStopped).toBe(true);
    expect(worker.isTerminated).toBe(true);
    expect(states().at(-1)).toBe("off");
    expect(sensing.stream).toBeNull();
  });

  test("withdrawn while the browser still asks, a camera that comes later is let go at once", async () => {
    let grant = (_: unknown): void => undefined;
    const track = new FakeTrack();
    getUserMedia.mockImplementationOnce(() => new Promise((resolve) => (grant = resolve)));
    void sensing.start(undefined);
    sensing.stop();
    grant({ getVideoTracks: () => [track], getTracks: () => [track] });
    await pass(0);
    expect(track.isStopped).toBe(true);
    expect(states()).toEqual(["starting", "off"]);
  });
});

describe("pictures", () => {
  test("one in flight, five a second", async () => {
    const worker = await begin();
    await pass(1000);
    expect(worker.heard.filter(({ kind }) => kind === "read")).toHaveLength(1);
    for (let i = 0; i < 50; i++) {
      worker.say({ kind: "reading", reading: READING, tookMs: 12 });
      await pass(20);
    }
    const reads = worker.heard.filter(({ kind }) => kind === "read").length;
    expect(reads).toBeGreaterThanOrEqual(5);
    expect(reads).toBeLessThanOrEqual(7);
    expect(log).toContain("face");
  });

  test("no face is told as no face", async () => {
    const worker = await begin();
    await pass(200);
    worker.say({ kind: "reading", reading: null, tookMs: 4 });
    await pass(0);
    expect(log.at(-1)).toBe("no face");
  });

  test("a reading that comes after a pause is not told", async () => {
    const worker = await begin();
    await pass(200);
    sensing.pause();
    worker.say({ kind: "reading", reading: READING, tookMs: 12 });
    await pass(0);
    expect(log).not.toContain("face");
  });

  test("a camera that gives no pictures any more shows nobody", async () => {
    const worker = await begin();
    await pass(200);
    worker.say({ kind: "reading", reading: READING, tookMs: 12 });
    await pass(0);
    sensing.check(performance.now() + 1900);
    expect(log.at(-1)).toBe("face");
    sensing.check(performance.now() + 2100);
    expect(log.at(-1)).toBe("no face");
  });
});

describe("pause and hidden tabs", () => {
  test("a pause lets the camera go; resuming opens it again, with the same models", async () => {
    await begin();
    sensing.pause();
    expect(states().at(-1)).toBe("paused");
    expect(tracks[0]!.isStopped).toBe(true);
    sensing.resume();
    await pass(0);
    expect(states().at(-1)).toBe("on");
    expect(tracks).toHaveLength(2);
    expect(FakeWorker.all).toHaveLength(1);
  });

  test("a hidden tab is not looked at; what is paused stays paused when it is seen again", async () => {
    await begin();
    sensing.hide(true);
    expect(states().at(-1)).toBe("hidden");
    expect(tracks[0]!.isStopped).toBe(true);
    sensing.hide(false);
    await pass(0);
    expect(states().at(-1)).toBe("on");
    sensing.pause();
    sensing.hide(true);
    sensing.hide(false);
    await pass(0);
    expect(states().at(-1)).toBe("paused");
  });
});

describe("failures", () => {
  test.each([
    ["NotAllowedError", "NotAllowedError"],
    ["NotFoundError", "NotFoundError"],
    ["NotReadableError", "NotReadableError"],
    ["OverconstrainedError", "OverconstrainedError"],
    ["SecurityError", "SecurityError"],
    ["AbortError", "NotReadableError"],
  ])("%s", async (name, failure) => {
    getUserMedia.mockRejectedValueOnce(new DOMException("", name));
    await sensing.start(undefined);
    expect(states()).toEqual(["starting", `failed ${failure}`]);
  });

  test("no camera API: an insecure page", async () => {
    vi.stubGlobal("navigator", {});
    await sensing.start(undefined);
    expect(states()).toEqual(["failed no_camera_api"]);
  });

  test("models that cannot be loaded let the camera go", async () => {
    void sensing.start(undefined);
    await pass(0);
    FakeWorker.all[0]!.say({ kind: "failed", message: "no wasm" });
    await pass(0);
    expect(states()).toEqual(["starting", "failed model"]);
    expect(tracks[0]!.isStopped).toBe(true);
    expect(FakeWorker.all[0]!.isTerminated).toBe(true);
  });

  test("a camera that is pulled out", async () => {
    await begin();
    tracks[0]!.onended?.();
    expect(states().at(-1)).toBe("failed ended");
  });

  test("after a failure it can be started again", async () => {
    getUserMedia.mockRejectedValueOnce(new DOMException("", "NotReadableError"));
    await sensing.start(undefined);
    await begin();
    expect(states().at(-1)).toBe("on");
  });
});
