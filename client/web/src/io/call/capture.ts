// Asking the browser for microphone and camera: once for both, then for each alone, so that one that fails does not
// take the other with it.

import type { DeviceFailure } from "../../core/call/session";
import { failureOf, hasCameraApi } from "../mood/camera";

type Kind = "camera" | "microphone";

export interface Wish {
  /** A device's id, "" for any, null for none. */
  readonly camera: string | null;
  readonly microphone: string | null;
}

/** What came: a track, a failure, or neither where none was asked for. */
export interface Capture {
  readonly track: MediaStreamTrack | null;
  readonly failure: DeviceFailure | null;
}

export type Captured = Readonly<Record<Kind, Capture>>;

const KINDS = ["camera", "microphone"] as const;
const NOTHING: Capture = { track: null, failure: null };
const HEAR = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SEE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

export async function capture(wish: Wish): Promise<Captured> {
  if (!hasCameraApi()) return each(wish, async () => ({ track: null, failure: "no_camera_api" }));
  if (wish.camera === null || wish.microphone === null) return each(wish, (kind) => captureOne(kind, wish));
  try {
    return tracksOf(await navigator.mediaDevices.getUserMedia(constraintsOf(wish)));
  } catch (error) {
    const failure = failureOf(error) as DeviceFailure;
    if (failure === "NotAllowedError" && !(await isOnlyOneDenied())) return each(wish, async () => failed(failure));
    return each(wish, (kind) => captureOne(kind, wish));
  }
}

async function each(wish: Wish, one: (kind: Kind) => Promise<Capture>): Promise<Captured> {
  const [camera, microphone] = await Promise.all(KINDS.map((kind) => (wish[kind] === null ? NOTHING : one(kind))));
  return { camera: camera!, microphone: microphone! };
}

async function captureOne(kind: Kind, wish: Wish): Promise<Capture> {
  const alone = { camera: null, microphone: null, [kind]: wish[kind] };
  try {
    return tracksOf(await navigator.mediaDevices.getUserMedia(constraintsOf(alone)))[kind];
  } catch (error) {
    const failure = failureOf(error) as DeviceFailure;
    // The device that was chosen earlier is not there any more: another will do.
    if (failure === "OverconstrainedError" && wish[kind] !== "") return captureOne(kind, { ...wish, [kind]: "" });
    return failed(failure);
  }
}

function failed(failure: DeviceFailure): Capture {
  return { track: null, failure };
}

function constraintsOf({ camera, microphone }: Wish): MediaStreamConstraints {
  const which = (id: string): object => (id === "" ? {} : { deviceId: { exact: id } });
  return {
    audio: microphone === null ? false : { ...HEAR, ...which(microphone) },
    video: camera === null ? false : { ...SEE, ...(camera === "" ? { facingMode: "user" } : which(camera)) },
  };
}

function tracksOf(stream: MediaStream): Captured {
  const [camera = null] = stream.getVideoTracks();
  const [microphone = null] = stream.getAudioTracks();
  return { camera: { track: camera, failure: null }, microphone: { track: microphone, failure: null } };
}

/** A person who dismissed the question for both devices is not asked for each; where one is forbidden for good, the other is tried. */
async function isOnlyOneDenied(): Promise<boolean> {
  try {
    const states = await Promise.all(
      KINDS.map((name) => navigator.permissions.query({ name: name as PermissionName })),
    );
    return states.filter(({ state }) => state === "denied").length === 1;
  } catch {
    return true; // this browser does not say: asking is the way to know
  }
}
