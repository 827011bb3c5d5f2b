// One camera and one set of models for a room and a call at once: each has an agreement of its own, and every picture
// is read once for both.

import { ReadPace } from "../../core/mood/pace";
import type { Reading, SensingFailure } from "../../core/mood/session";
import { Camera, failureOf } from "./camera";
import { Sensor } from "./sensor";

export interface Looker {
  /** Pictures are being read from now on. */
  began(): void;
  /** null: no face. */
  read(reading: Reading | null): void;
  /** Nothing more will come. */
  failed(failure: SensingFailure): void;
}

export interface Look {
  /** Resolves when it began or failed. */
  readonly ready: Promise<void>;
  stop(): void;
}

export type CameraOpener = (deviceId: string | undefined, ended: () => void) => Promise<Camera>;

export class Eye {
  readonly #openCamera: CameraOpener;
  readonly #lookers = new Set<Looker>();
  readonly #coverings = new Set<() => void>();
  #isCovered = false;
  #deviceId: string | undefined;
  #camera: Camera | null = null;
  #sensor: Promise<Sensor> | null = null;
  #holders = 0;
  #opening: Promise<void> | null = null;
  #isOpen = false;
  /** Counts changes of mind: what was begun before the newest is let go when it arrives. */
  #turn = 0;

  constructor(openCamera: CameraOpener = Camera.open) {
    this.#openCamera = openCamera;
  }

  get stream(): MediaStream | null {
    return this.#camera?.stream ?? null;
  }

  /** Whether the person turned the camera off in the call: then no picture is read for any agreement. */
  get isCovered(): boolean {
    return this.#isCovered;
  }

  cover(isCovered: boolean): void {
    if (isCovered === this.#isCovered) return;
    this.#isCovered = isCovered;
    for (const covered of this.#coverings) covered();
  }

  /** Tells when it is covered or uncovered. */
  onCover(covered: () => void): void {
    this.#coverings.add(covered);
  }

  /** Keeps the models ready until the returned function is called. */
  hold(): () => void {
    this.#holders += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#holders -= 1;
      if (this.#holders === 0) this.#closeSensor();
    };
  }

  /** Loads the models before anybody may look: an agreement is answered soon, and no picture is taken for it. */
  warm(): () => void {
    const letGo = this.hold();
    void this.#openSensor();
    return letGo;
  }

  look(deviceId: string | undefined, looker: Looker): Look {
    this.#lookers.add(looker);
    if (this.#lookers.size === 1) this.#deviceId = deviceId;
    if (this.#isOpen) looker.began();
    else this.#opening ??= this.#open();
    const stop = (): void => {
      if (this.#lookers.delete(looker) && this.#lookers.size === 0) this.#close();
    };
    return { ready: this.#opening ?? Promise.resolve(), stop };
  }

  /** The camera that is lent has changed: look through the new one. */
  refresh(): void {
    if (this.#lookers.size === 0) return;
    this.#close();
    this.#opening = this.#open();
  }

  async #open(): Promise<void> {
    const turn = ++this.#turn;
    const isCurrent = (): boolean => turn === this.#turn;
    const sensorSoon = this.#openSensor();
    try {
      const camera = await this.#openCamera(this.#deviceId, () => isCurrent() && this.#fail("ended"));
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
    const sensor = this.#sensor ?? Sensor.open();
    this.#sensor = sensor;
    // The failure reaches those who await this promise; the next to ask loads the models again.
    sensor.catch(() => {
      if (this.#sensor === sensor) this.#sensor = null;
    });
    return sensor;
  }

  #begin(camera: Camera, sensor: Sensor, isCurrent: () => boolean): void {
    const pace = new ReadPace();
    this.#isOpen = true;
    this.#opening = null;
    for (const looker of [...this.#lookers]) looker.began();
    camera.pump(
      () => isCurrent() && pace.isDue(performance.now()),
      async (picture) => {
        if (!isCurrent()) return picture.close();
        pace.began(performance.now());
        try {
          const { reading, tookMs } = await sensor.read(picture);
          pace.ended(tookMs);
          if (isCurrent()) for (const looker of [...this.#lookers]) looker.read(reading);
        } catch {
          if (isCurrent()) this.#fail("model");
        }
      },
    );
  }

  #fail(failure: SensingFailure): void {
    if (failure === "model") this.#closeSensor();
    const lookers = [...this.#lookers];
    this.#lookers.clear();
    this.#close();
    for (const looker of lookers) looker.failed(failure);
  }

  #close(): void {
    this.#turn += 1;
    this.#isOpen = false;
    this.#opening = null;
    this.#camera?.close();
    this.#camera = null;
  }

  #closeSensor(): void {
    this.#sensor?.then(
      (sensor) => sensor.close(),
      () => undefined,
    );
    this.#sensor = null;
  }
}
