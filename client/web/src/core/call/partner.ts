// What is known of the partner from the call's channel, whatever connection it came by. Time is an argument.

import { SCORE_STALE_MS, SURE_MIN } from "../generated";
import type { Score } from "../mood/frames";
import { Presence, WHOLE } from "../mood/generated";
import type { Sign } from "./frames";
import { Picture } from "./generated";
import type { PastScore, Picture as PictureName } from "./session";

export const PICTURE_NAMES: Readonly<Record<Picture, PictureName>> = {
  [Picture.OFF]: "off",
  [Picture.ON]: "on",
  [Picture.FACE_OFF]: "face_off",
};

const PRESENCE_NAMES = ["watching", "sensing", "paused", "watching"] as const;
const PAST_STEP_MS = 1000;
const PAST_STEPS = 60;

/** What a partner sends, before a sign said so. */
export interface Shown {
  readonly sound: boolean;
  readonly picture: PictureName;
  readonly presence: (typeof PRESENCE_NAMES)[number];
  readonly weights: readonly number[] | null;
  readonly past: readonly PastScore[];
}

export class PartnerView {
  #sound = true;
  #picture: PictureName = "off";
  #presence: Presence = Presence.WATCHING;
  #score: { readonly weights: readonly number[]; readonly atMs: number } | null = null;
  #past: readonly PastScore[] = [];

  /** Whether they said goodbye. */
  get isGone(): boolean {
    return this.#presence === Presence.BYE;
  }

  /** A newer score or sign; what does not sense withdraws the score. */
  see(frame: Score | Sign, nowMs: number): void {
    if (frame.kind === "score") {
      this.#presence = Presence.SENSING;
      const weights = frame.weights.map((weight) => weight / WHOLE);
      this.#score = frame.sure < SURE_MIN ? null : { weights, atMs: nowMs };
      return;
    }
    this.#presence = frame.presence;
    this.#sound = frame.sound;
    this.#picture = PICTURE_NAMES[frame.picture];
    if (frame.presence !== Presence.SENSING) this.#score = null;
  }

  /** How they are to be shown at this moment. */
  at(nowMs: number): Shown {
    if (this.#score !== null && nowMs - this.#score.atMs > SCORE_STALE_MS) this.#score = null;
    const weights = this.#score?.weights ?? null;
    const last = this.#past.at(-1);
    if (last === undefined || nowMs - last.atMs >= PAST_STEP_MS) this.#remember(nowMs, weights);
    const presence = PRESENCE_NAMES[this.#presence];
    return { sound: this.#sound, picture: this.#picture, presence, weights, past: this.#past };
  }

  #remember(nowMs: number, weights: readonly number[] | null): void {
    this.#past = [...this.#past, { atMs: nowMs, weights }].slice(-PAST_STEPS);
  }
}
