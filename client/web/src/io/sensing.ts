// From agreement to readings: camera and models are there exactly while the person agreed, did not pause, and looks.

import { ReadPace } from "../core/pace";
import type { Reading, SensingFailure, Sensing as State } from "../core/session";
import { Camera, failureOf, hasCameraApi } from "./camera";
import { Sensor } from "./sensor";

export interface SensingEvents {
  turned(state: State, failure: SensingFailure | null): void;
  /** null: no face, or nothing is read any more. */
  read(reading: Reading | null): void;
}

/** A camera that gives no picture for this long shows nobody. */
const BLIND_MS = 2000;

export class Sensing {
  readonly #events: SensingEvents;
  #state: State = "off";
  #deviceId: string | undefined;
  #isAgreed = false;
  #isPaused = false;
  #isHidden = false;
  #camera: Camera | null = null;
  #sensor: Promise<Sensor> | null = null;
  /** Counts changes of mind: what was begun before the newest is let go when it arrives. */
  #turn = 0;
  #readMs = 0;

  constructor(events: SensingEvents) {
    this.#events = events;
  }

  get state(): State {
    return this.#state;
  }

  get stream(): MediaStream | null {
    return this.#camera?.stream ?? null;
  }

  async start(deviceId: string | undefined): Promise<void> {
    if (!hasCameraApi()) return this.#fail("no_camera_api");
    this.#deviceId = deviceId;
    this.#isAgreed = true;
    this.#isPaused = false;
    this.#release();
    await this.#follow("starting");
  }

  stop(): void {
    this.#isAgreed = false;
    this.#close();
    this.#turnTo("off");
  }

  pause(): void {
    this.#isPaused = true;
    void this.#follow(this.#state);
  }

  resume(): void {
    this.#isPaused = false;
    void this.#follow(this.#state);
  }

  /** Whether nobody can see that kuuki looks. */
  hide(isHidden: boolean): void {
    if (isHidden === this.#isHidden) return;
    this.#isHidden = isHidden;
    void this.#follow(this.#state);
  }

  /** Asked now and then: a camera that gives no pictures must not leave its last one standing. */
  check(nowMs: number): void {
    if (this.#state === "on" && nowMs - this.#readMs > BLIND_MS) this.#events.read(null);
  }

  /** Camera on or off, as is wanted now; `meanwhile` is the state until the camera is there. */
  async #follow(meanwhile: State): Promise<void> {
    if (!this.#isAgreed) return;
    if (this.#isPaused || this.#isHidden) {
      this.#release();
      this.#turnTo(this.#isPaused ? "paused" : "hidden");
    } else if (this.#camera === null) {
      this.#turnTo(meanwhile);
      await this.#acquire();
    }
  }

  async #acquire(): Promise<void> {
    const turn = ++this.#turn;
    const isCurrent = (): boolean => turn === this.#turn;
    const sensorSoon = this.#openSensor();
    try {
      const camera = await Camera.open(this.#deviceId, () => isCurrent() && this.#fail("ended"));
      if (!isCurrent()) return camera.close();
      this.#camera = camera;
    } catch (error) {
      if (isCurrent()) this.#fail(failureOf(error));
      return;
    }
    try {
      const sensor = await sensorSoon;
      if (isCurrent()) this.#begin(this.#camera, sensor, isCurrent);
    } catch {
      if (isCurrent()) this.#fail("model");
    }
  }

  #openSensor(): Promise<Sensor> {
    this.#sensor ??= Sensor.open();
    this.#sensor.catch(() => undefined); // told to whoever awaits it; the camera may fail first
    return this.#sensor;
  }

  #begin(camera: Camera, sensor: Sensor, isCurrent: () => boolean): void {
    const pace = new ReadPace();
    this.#readMs = performance.now();
    this.#turnTo("on");
    camera.pump(
      () => isCurrent() && pace.isDue(performance.now()),
      async (picture) => {
        if (!isCurrent()) return picture.close();
        pace.began(performance.now());
        try {
          const { reading, tookMs } = await sensor.read(picture);
          pace.ended(tookMs);
          this.#readMs = performance.now();
          if (isCurrent()) this.#events.read(reading);
        } catch {
          if (isCurrent()) this.#fail("model");
        }
      },
    );
  }

  #fail(failure: SensingFailure): void {
    this.#isAgreed = false;
    this.#close();
    this.#state = "failed";
    this.#events.turned("failed", failure);
  }

  #close(): void {
    this.#release();
    this.#sensor?.then(
      (sensor) => sensor.close(),
      () => undefined,
    );
    this.#sensor = null;
  }

  #release(): void {
    this.#turn += 1;
    this.#camera?.close();
    this.#camera = null;
    this.#events.read(null);
  }

  #turnTo(state: State): void {
    if (state === this.#state && state !== "on") return;
    this.#state = state;
    this.#events.turned(state, null);
  }
}
