// One's expression for the partner of this call: off until agreed, and over with the call.

import { type Said, ScorePace } from "../../core/mood/pace";
import type { Reading, SensingFailure, Sensing as State } from "../../core/mood/session";
import type { Eye } from "../mood/eye";
import { Sensing } from "../mood/sensing";

export interface ExpressionEvents {
  turned(state: State, failure: SensingFailure | null): void;
  read(reading: Reading | null): void;
  said(score: Said): void;
}

export class Expression {
  readonly #events: ExpressionEvents;
  readonly #sensing: Sensing;
  readonly #pace = new ScorePace();

  constructor(eye: Eye, events: ExpressionEvents) {
    this.#events = events;
    this.#sensing = new Sensing({ turned: events.turned, read: (reading) => this.#read(reading) }, eye);
  }

  get state(): State {
    return this.#sensing.state;
  }

  share(): Promise<void> {
    return this.#sensing.start(undefined);
  }

  stop(): void {
    if (this.state !== "off") this.#sensing.stop();
  }

  pause(): void {
    this.#sensing.pause();
  }

  resume(): void {
    this.#sensing.resume();
  }

  check(nowMs: number): void {
    this.#sensing.check(nowMs);
  }

  #read(reading: Reading | null): void {
    if (this.state === "on") this.#say(reading);
    else this.#pace.forget();
    this.#events.read(reading);
  }

  #say(reading: Reading | null): void {
    const said = this.#pace.next(reading, performance.now());
    if (said !== null) this.#events.said(said);
  }
}
