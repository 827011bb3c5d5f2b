// The person's microphone and camera in calls: asked for together, changed one by one, let go when off.

import type { Device, DeviceFailure, Devices as State } from "../../core/call/session";
import { hasCameraApi } from "../mood/camera";
import { type Captured, capture, type Wish } from "./capture";

export interface DevicesEvents {
  /** The state or a track has changed. */
  changed(): void;
}

type Kind = "camera" | "microphone";

const OFF: State = {
  state: "off",
  cameraFailure: null,
  microphoneFailure: null,
  cameras: [],
  microphones: [],
  speakers: [],
  camera: null,
  microphone: null,
  speaker: null,
};

export class CallDevices {
  readonly #events: DevicesEvents;
  #state: State = OFF;
  readonly #tracks: Record<Kind, MediaStreamTrack | null> = { camera: null, microphone: null };
  /** Counts changes of mind: what was asked for before the newest is let go when it arrives. */
  readonly #turns: Record<Kind, number> = { camera: 0, microphone: 0 };
  #watches = false;

  constructor(events: DevicesEvents, chosen: Pick<State, "camera" | "microphone" | "speaker">) {
    this.#events = events;
    const { camera, microphone, speaker } = chosen;
    this.#state = { ...OFF, camera, microphone, speaker };
  }

  get state(): State {
    return this.#state;
  }

  get camera(): MediaStreamTrack | null {
    return this.#tracks.camera;
  }

  get microphone(): MediaStreamTrack | null {
    return this.#tracks.microphone;
  }

  /** Asks for what is wanted, and lets go what is not. What failed is said in the state. */
  async use(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    this.#watch();
    this.#change({ state: "asking" });
    if (!wanted.camera) this.release("camera");
    if (!wanted.microphone) this.release("microphone");
    await this.#ask({
      camera: wanted.camera ? (this.#state.camera ?? "") : null,
      microphone: wanted.microphone ? (this.#state.microphone ?? "") : null,
    });
  }

  /** Turns one on, or changes it to another device; the others go on. */
  async turnOn(kind: Kind, deviceId: string | null = this.#state[kind]): Promise<void> {
    this.#watch();
    await this.#ask({ camera: null, microphone: null, [kind]: deviceId ?? "" });
  }

  /** The light goes out. */
  release(kind: Kind): void {
    this.#turns[kind] += 1;
    this.#put(kind, null);
    this.#change({ [`${kind}Failure`]: null });
  }

  chooseSpeaker(speaker: string): void {
    this.#change({ speaker });
  }

  stop(): void {
    this.#watches = false;
    if (hasCameraApi()) navigator.mediaDevices.removeEventListener("devicechange", this.#list);
    this.release("camera");
    this.release("microphone");
    this.#change({ state: "off" });
  }

  async #ask(wish: Wish): Promise<void> {
    const turns = { camera: wish.camera === null ? 0 : ++this.#turns.camera, microphone: 0 };
    turns.microphone = wish.microphone === null ? 0 : ++this.#turns.microphone;
    const captured = await capture(wish);
    for (const kind of ["camera", "microphone"] as const) this.#arrived(kind, turns[kind], captured);
    this.#change({ state: "on" });
    await this.#list();
  }

  #arrived(kind: Kind, turn: number, captured: Captured): void {
    const { track, failure } = captured[kind];
    if (turn === 0 || turn !== this.#turns[kind]) {
      track?.stop();
      return;
    }
    if (track !== null || this.#tracks[kind]?.readyState !== "live") this.#put(kind, track);
    this.#change({ [`${kind}Failure`]: failure });
  }

  #put(kind: Kind, track: MediaStreamTrack | null): void {
    const before = this.#tracks[kind];
    if (before !== null) {
      before.onended = null;
      before.stop();
    }
    this.#tracks[kind] = track;
    if (track === null) return;
    track.onended = () => this.#lost(kind, track, "ended");
    const { deviceId = null } = track.getSettings();
    this.#change({ [kind]: deviceId || this.#state[kind] });
  }

  /** It was pulled out, or taken away. */
  #lost(kind: Kind, track: MediaStreamTrack, failure: DeviceFailure): void {
    if (this.#tracks[kind] !== track) return;
    this.#put(kind, null);
    this.#change({ [`${kind}Failure`]: failure });
  }

  #watch(): void {
    if (this.#watches || !hasCameraApi()) return;
    this.#watches = true;
    navigator.mediaDevices.addEventListener("devicechange", this.#list);
  }

  readonly #list = async (): Promise<void> => {
    if (!hasCameraApi()) return;
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const of = (kind: MediaDeviceKind): Device[] =>
      devices
        .filter((device) => device.kind === kind && device.deviceId !== "")
        .map(({ deviceId, label }) => ({ deviceId, label }));
    const speakers = "setSinkId" in HTMLMediaElement.prototype ? of("audiooutput") : [];
    this.#change({ cameras: of("videoinput"), microphones: of("audioinput"), speakers });
  };

  #change(changed: Partial<State>): void {
    this.#state = { ...this.#state, ...changed };
    this.#events.changed();
  }
}
