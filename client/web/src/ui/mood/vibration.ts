// A phone or tablet on the stage says by a short vibration that a wave begins: off until someone turns it on, and kept.

import type { Pulse } from "../../core/mood/heard";
import { keepText, keptText } from "../kept";

const KEPT_AS = "kuuki.vibrate";
/** The larger the wave the longer; milliseconds. */
const LEAST_MS = 60;
const MORE_MS = 200;

export class Vibration {
  #isOn = keptText(KEPT_AS) === "on";
  #felt: Pulse | null = null;

  get can(): boolean {
    return typeof navigator !== "undefined" && "vibrate" in navigator;
  }

  get isOn(): boolean {
    return this.can && this.#isOn;
  }

  turn(on: boolean): void {
    this.#isOn = on;
    keepText(KEPT_AS, on ? "on" : "off");
    if (on && this.can) navigator.vibrate(LEAST_MS); // so it is felt what was turned on
  }

  /** Called with the newest pulse as often as one likes: each is felt once. */
  feel(pulse: Pulse | null): void {
    const isNew = pulse !== null && pulse !== this.#felt;
    if (pulse !== null) this.#felt = pulse;
    if (isNew && this.isOn) navigator.vibrate(Math.round(LEAST_MS + MORE_MS * Math.min(1, pulse.rise)));
  }
}
