// From agreement to readings: camera and models are there exactly while the person agreed, did not pause, and looks.

import type { Reading, SensingFailure, Sensing as State } from "../../core/mood/session";
import { hasCameraApi } from "./camera";
import { Eye, type Look } from "./eye";

export interface SensingEvents {
  turned(state: State, failure: SensingFailure | null): void;
  /** null: no face, or nothing is read any more. */
  read(reading: Reading | null): void;
}

/** A camera that gives no picture for this long counts as one without a face. */
const BLIND_MS = 2000;

export class Sensing {
  readonly #events: SensingEvents;
  readonly #eye: Eye;
  #state: State = "off";
  #deviceId: string | undefined;
  #isAgreed = false;
  #isPaused = false;
  #isHidden = false;
  #look: Look | null = null;
  #letGo: (() => void) | null = null;
  #readMs = 0;

  /** `eye`: one that others look through too, each with an agreement of its own. */
  constructor(events: SensingEvents, eye = new Eye()) {
    this.#events = events;
    this.#eye = eye;
    eye.onCover(() => void this.#follow(this.#state));
  }

  get state(): State {
    return this.#state;
  }

  get stream(): MediaStream | null {
    return this.#look === null ? null : this.#eye.stream;
  }

  async start(deviceId: string | undefined): Promise<void> {
    if (!hasCameraApi()) return this.#fail("no_camera_api");
    this.#deviceId = deviceId;
    this.#isAgreed = true;
    this.#isPaused = false;
    this.#letGo ??= this.#eye.hold();
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

  /** No window of ours is seen: then the camera must not be read, because nobody could notice that it is. */
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
    const isPaused = this.#isPaused || this.#eye.isCovered;
    if (isPaused || this.#isHidden) {
      this.#release();
      this.#turnTo(isPaused ? "paused" : "hidden");
    } else if (this.#look === null) {
      this.#turnTo(meanwhile);
      await this.#acquire();
    }
  }

  async #acquire(): Promise<void> {
    const looker = {
      began: (): void => {
        this.#readMs = performance.now();
        this.#turnTo("on");
      },
      read: (reading: Reading | null): void => {
        this.#readMs = performance.now();
        this.#events.read(reading);
      },
      failed: (failure: SensingFailure): void => this.#fail(failure),
    };
    this.#look = this.#eye.look(this.#deviceId, looker);
    await this.#look.ready;
  }

  #fail(failure: SensingFailure): void {
    this.#isAgreed = false;
    this.#close();
    this.#state = "failed";
    this.#events.turned("failed", failure);
  }

  #close(): void {
    this.#release();
    this.#letGo?.();
    this.#letGo = null;
  }

  #release(): void {
    this.#look?.stop();
    this.#look = null;
    this.#events.read(null);
  }

  #turnTo(state: State): void {
    if (state === this.#state && state !== "on") return;
    this.#state = state;
    this.#events.turned(state, null);
  }
}
