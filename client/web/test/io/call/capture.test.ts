import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CallDevices } from "../../../src/io/call/devices";
import { FakeStream, FakeTrack, install } from "./fakes";

type Constraints = { audio: object | false; video: object | false };

const LISTED = [
  { kind: "videoinput", deviceId: "video-1", label: "Front" },
  { kind: "audioinput", deviceId: "audio-1", label: "Desk" },
  { kind: "audioinput", deviceId: "", label: "" },
  { kind: "audiooutput", deviceId: "speaker-1", label: "Box" },
];

let devices: CallDevices;
let tracks: FakeTrack[];
let asked: Constraints[];
/** Which kinds fail, with what. */
let failing: { audio?: string; video?: string };
let denied: string[];

function getUserMedia(constraints: Constraints): Promise<FakeStream> {
  asked.push(constraints);
  const kinds = (["audio", "video"] as const).filter((kind) => constraints[kind]);
  const failure = kinds.map((kind) => failing[kind]).find((name) => name !== undefined);
  if (failure !== undefined) return Promise.reject(new DOMException("", failure));
  const made = kinds.map((kind) => new FakeTrack(kind, idIn(constraints[kind]) ?? `${kind}-1`));
  tracks.push(...made);
  return Promise.resolve(new FakeStream(made));
}

function idIn(constraint: object | false): string | undefined {
  return (constraint as { deviceId?: { exact: string } }).deviceId?.exact;
}

const makeMedia = () => Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: async () => LISTED });
let media: ReturnType<typeof makeMedia>;

beforeEach(() => {
  install();
  [tracks, asked, failing, denied] = [[], [], {}, []];
  media = makeMedia();
  vi.stubGlobal("HTMLMediaElement", class {});
  vi.stubGlobal("navigator", {
    mediaDevices: media,
    permissions: {
      query: async ({ name }: { name: string }) => ({ state: denied.includes(name) ? "denied" : "prompt" }),
    },
  });
  devices = new CallDevices({ changed: () => undefined }, { camera: null, microphone: null, speaker: null });
});

afterEach(() => void vi.unstubAllGlobals());

const BOTH = { camera: true, microphone: true };

describe("asking", () => {
  test("once for both, with what makes a voice clear", async () => {
    await devices.use(BOTH);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.audio).toMatchObject({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });
    expect(devices.state).toMatchObject({ state: "on", cameraFailure: null, microphoneFailure: null });
    expect(devices.state).toMatchObject({ camera: "video-1", microphone: "audio-1" });
    expect(devices.state.microphones).toEqual([{ deviceId: "audio-1", label: "Desk" }]);
    expect(devices.state.speakers).toEqual([]);
  });

  test("only for what is wanted", async () => {
    await devices.use({ camera: false, microphone: true });
    expect(asked.map(({ video }) => video)).toEqual([false]);
    expect([devices.camera, devices.state.cameraFailure]).toEqual([null, null]);
  });

  test.each([
    ["video", "cameraFailure", "microphoneFailure"],
    ["audio", "microphoneFailure", "cameraFailure"],
  ] as const)("a failing %s does not stop the other", async (kind, failed, other) => {
    failing = { [kind]: "NotReadableError" };
    await devices.use(BOTH);
    expect(devices.state[failed]).toBe("NotReadableError");
    expect(devices.state[other]).toBeNull();
    expect(tracks.map((track) => track.kind)).toEqual([kind === "video" ? "audio" : "video"]);
  });

  test("who waves both away is asked once", async () => {
    failing = { audio: "NotAllowedError", video: "NotAllowedError" };
    await devices.use(BOTH);
    expect(asked).toHaveLength(1);
    expect(devices.state).toMatchObject({ cameraFailure: "NotAllowedError", microphoneFailure: "NotAllowedError" });
  });

  test("where only the camera is forbidden for good, the microphone works", async () => {
    failing = { video: "NotAllowedError" };
    denied = ["camera"];
    await devices.use(BOTH);
    expect(devices.state).toMatchObject({ cameraFailure: "NotAllowedError", microphoneFailure: null });
  });

  test("an insecure page has no devices", async () => {
    vi.stubGlobal("navigator", {});
    await devices.use(BOTH);
    expect(devices.state).toMatchObject({ cameraFailure: "no_camera_api", microphoneFailure: "no_camera_api" });
  });

  test("a device that was chosen earlier and is gone: another will do", async () => {
    const inner = media.getUserMedia;
    vi.stubGlobal("navigator", {
      mediaDevices: Object.assign(new EventTarget(), {
        enumerateDevices: async () => LISTED,
        getUserMedia: (constraints: Constraints) =>
          idIn(constraints.video) === "gone"
            ? Promise.reject(new DOMException("", "OverconstrainedError"))
            : inner(constraints),
      }),
    });
    devices = new CallDevices({ changed: () => undefined }, { camera: "gone", microphone: null, speaker: null });
    await devices.use({ camera: true, microphone: false });
    expect(devices.state).toMatchObject({ camera: "video-1", cameraFailure: null });
  });
});

describe("while they are on", () => {
  test("another microphone takes the place of the first; the camera goes on", async () => {
    await devices.use(BOTH);
    await devices.turnOn("microphone", "audio-2");
    expect(devices.state.microphone).toBe("audio-2");
    expect(tracks.map(({ kind, readyState }) => [kind, readyState])).toEqual([
      ["audio", "ended"],
      ["video", "live"],
      ["audio", "live"],
    ]);
  });

  test("another camera that fails is said; the first goes on", async () => {
    await devices.use(BOTH);
    failing = { video: "NotReadableError" };
    await devices.turnOn("camera", "video-2");
    expect(devices.state).toMatchObject({ cameraFailure: "NotReadableError", camera: "video-1" });
    expect(devices.camera?.readyState).toBe("live");
  });

  test("camera off: its light goes out", async () => {
    await devices.use(BOTH);
    devices.release("camera");
    expect(tracks.find(({ kind }) => kind === "video")?.readyState).toBe("ended");
    expect([devices.camera, devices.state.cameraFailure]).toEqual([null, null]);
    await devices.turnOn("camera");
    expect(devices.camera?.readyState).toBe("live");
  });

  test("one that is pulled out is said", async () => {
    await devices.use(BOTH);
    tracks.find(({ kind }) => kind === "audio")!.end();
    expect(devices.state.microphoneFailure).toBe("ended");
    expect(devices.microphone).toBeNull();
  });

  test("one that comes after it was turned off again is let go at once", async () => {
    const soon = devices.turnOn("camera");
    devices.release("camera");
    await soon;
    expect(tracks[0]!.readyState).toBe("ended");
    expect(devices.camera).toBeNull();
  });

  test("devices that come and go are listed", async () => {
    await devices.use(BOTH);
    LISTED.push({ kind: "videoinput", deviceId: "video-2", label: "Back" });
    media.dispatchEvent(new Event("devicechange"));
    await vi.waitUntil(() => devices.state.cameras.length === 2);
    LISTED.pop();
  });

  test("in the end everything is let go", async () => {
    await devices.use(BOTH);
    devices.stop();
    expect(tracks.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
    expect(devices.state.state).toBe("off");
  });
});
