// What goes out of this page in calls: microphone, camera, and what the person chose to send of them.

import type { Picture } from "../../core/call/session";
import { Camera } from "../mood/camera";
import { Eye } from "../mood/eye";
import type { Tracks } from "./connection";
import { CallDevices } from "./devices";
import { Level } from "./level";
import type { SavedState } from "./saved";

export interface OutgoingEvents {
  /** Tracks, choices or devices have changed. */
  changed(): void;
  level(level: number): void;
}

export class Outgoing {
  /** The camera of calls, for every agreement to read expressions by it. */
  readonly eye: Eye;
  readonly devices: CallDevices;
  readonly #saved: SavedState;
  readonly #events: OutgoingEvents;
  readonly #level: Level;
  #sound: boolean;
  #picture: Picture;
  /** What was sent of the picture before a call was begun or answered face-off. */
  #pictureBefore: Picture | null = null;
  #camera: MediaStreamTrack | null = null;
  #microphone: MediaStreamTrack | null = null;
  #preview: MediaStream | null = null;
  #letGoModels: (() => void) | null = null;

  constructor(saved: SavedState, events: OutgoingEvents) {
    const { state: kept } = saved;
    this.#saved = saved;
    this.#events = events;
    this.#sound = kept.sound;
    this.#picture = kept.picture;
    this.#level = new Level(events.level);
    this.eye = new Eye((deviceId, ended) => this.#lend(deviceId, ended));
    this.devices = new CallDevices({ changed: () => this.#follow() }, kept);
  }

  get tracks(): Tracks {
    return { audio: this.#microphone, video: this.#picture === "on" ? this.#camera : null };
  }

  /** Whether the own voice is sent. */
  get sound(): boolean {
    return this.#sound && this.#microphone !== null;
  }

  get picture(): Picture {
    return this.#camera === null ? "off" : this.#picture;
  }

  get preview(): MediaStream | null {
    return this.#preview;
  }

  async use(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    this.#saved.change({ wanted });
    if (!wanted.camera) this.#choose("off");
    else if (this.#picture === "off") this.#choose("on");
    await this.devices.use(wanted);
  }

  /** As before a reload. */
  async resume(): Promise<void> {
    const { wanted } = this.#saved.state;
    if (wanted !== null) await this.devices.use({ ...wanted, camera: wanted.camera && this.#picture !== "off" });
  }

  async chooseCamera(deviceId: string): Promise<void> {
    if (this.#picture === "off") this.#choose("on");
    await this.devices.turnOn("camera", deviceId);
  }

  setSound(on: boolean): void {
    this.#sound = on;
    this.#saved.change({ sound: on });
    if (on && this.#microphone === null) void this.devices.turnOn("microphone");
    this.#follow();
  }

  setPicture(picture: Picture): void {
    this.#pictureBefore = null;
    this.#turnTo(picture);
  }

  /** For this call: its expression without its picture. Where the camera is off by choice, it stays off. */
  goFaceOff(): void {
    if (this.#picture === "off") return;
    this.#pictureBefore ??= this.#picture;
    this.#turnTo("face_off");
  }

  /** The call is over. */
  endFaceOff(): void {
    if (this.#pictureBefore === null) return;
    const before = this.#pictureBefore;
    this.#pictureBefore = null;
    this.#turnTo(before);
  }

  stop(): void {
    if (this.#pictureBefore !== null) this.#choose(this.#pictureBefore);
    this.#pictureBefore = null; // else the end of the call would turn the camera on once more
    this.devices.stop();
    this.#letGoModels?.();
    this.#letGoModels = null;
  }

  #turnTo(picture: Picture): void {
    this.#choose(picture);
    if (picture === "off") this.devices.release("camera");
    else if (this.#camera === null && this.devices.state.state === "on") void this.devices.turnOn("camera");
    this.#follow();
  }

  #choose(picture: Picture): void {
    this.#picture = picture;
    this.#saved.change({ picture });
  }

  #follow(): void {
    const { camera, microphone, state } = this.devices;
    if (microphone !== this.#microphone) this.#level.listen(microphone);
    if (microphone !== null) microphone.enabled = this.#sound;
    const isNewCamera = camera !== this.#camera;
    [this.#camera, this.#microphone] = [camera, microphone];
    if (isNewCamera) this.#look(camera);
    this.#saved.change({ camera: state.camera, microphone: state.microphone, speaker: state.speaker });
    this.#events.changed();
  }

  #look(camera: MediaStreamTrack | null): void {
    this.#preview = camera === null ? null : new MediaStream([camera]);
    if (camera === null) return;
    this.#letGoModels ??= this.eye.warm();
    this.eye.refresh();
  }

  /** One camera for all: each use gets a clone of the call's track, which ends when the camera does. */
  async #lend(deviceId: string | undefined, ended: () => void): Promise<Camera> {
    return this.#camera === null ? Camera.open(deviceId, ended) : Camera.of(this.#camera.clone(), ended);
  }
}
