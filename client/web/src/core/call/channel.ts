// What is said and heard on a call's own channel, in one connection of the call. Time is an argument.
// Everything that is sent takes the next seq of one counter. A sign is the whole state of what one sends.

import { Bucket } from "../admission";
import { MALFORMED_FRAMES, SIGN_MS } from "../generated";
import { Presence } from "../mood/generated";
import type { Said } from "../mood/pace";
import type { Sent } from "../mood/session";
import { BadFrame } from "../msgpack";
import { type CallFrame, decode, encode, type Sign } from "./frames";
import type { Picture, Step } from "./generated";

export type Spoken = Pick<Sent, "kind" | "bytes">;

/** What one sends at this moment. */
export interface Own {
  readonly presence: Presence;
  readonly sound: boolean;
  readonly picture: Picture;
}

export interface CheckStep {
  readonly step: Step;
  readonly octets: Uint8Array;
}

/** The safety check of one connection: what is said with each sign, and what a step is answered with. */
export interface Checking {
  repeat(): CheckStep | null;
  hear(step: Step, octets: Uint8Array): CheckStep | null;
}

/** What a message led to. `frame` is what it says, if it is newer than all before. */
export interface Heard {
  readonly answers: readonly Spoken[];
  readonly frame: Exclude<CallFrame, { kind: "check" }> | null;
}

const NOTHING: Heard = { answers: [], frame: null };
const SCORES_PER_S = 10;
const SCORES_BURST = 20;
/** So many of our signs are remembered until the partner answers them. */
const UNDER_WAY = 40;
/** A sign is due a little early rather than a whole tick late. */
const EARLY_MS = 40;
const NEWER_COUNTS = 0.3;

export class Channel {
  readonly #checking: Checking | null;
  #own: Own;
  #seq = 0;
  #signedMs = -Infinity;
  readonly #sentMs = new Map<number, number>();
  /** The newest seq that said what the partner sends; the newest sign, and when it came. */
  #newest = 0;
  #answer = 0;
  #answerMs = 0;
  #malformed = 0;
  readonly #scores = new Bucket(SCORES_PER_S, SCORES_BURST);
  #rttMs: number | null = null;

  constructor(own: Own, checking: Checking | null) {
    this.#own = own;
    this.#checking = checking;
  }

  /** The round trip to the partner; null before it is known. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** A sign, if what one sends is not what was said last. */
  be(own: Own, nowMs: number): Spoken[] {
    const { presence, sound, picture } = this.#own;
    const isSame = own.presence === presence && own.sound === sound && own.picture === picture;
    this.#own = own;
    return isSame ? [] : [this.#sign(nowMs)];
  }

  /** Three times, because nothing is sent again. */
  bye(nowMs: number): Spoken[] {
    this.#own = { ...this.#own, presence: Presence.BYE };
    return [this.#sign(nowMs), this.#sign(nowMs), this.#sign(nowMs)];
  }

  score(said: Said): Spoken {
    return { kind: "score", bytes: encode({ kind: "score", seq: this.#next(), ...said }) };
  }

  /** What is due by now. Asked several times a second. */
  due(nowMs: number): Spoken[] {
    if (nowMs - this.#signedMs < SIGN_MS - EARLY_MS) return [];
    const repeat = this.#checking?.repeat() ?? null;
    return [this.#sign(nowMs), ...(repeat === null ? [] : [this.#step(repeat)])];
  }

  /** Takes a message. After MALFORMED_FRAMES that are no frames, nothing more of this partner is read. */
  hear(data: Uint8Array, nowMs: number): Heard {
    if (this.#malformed >= MALFORMED_FRAMES) return NOTHING;
    const frame = this.#decoded(data);
    if (frame === null) return NOTHING;
    if (frame.kind === "check") {
      const answer = this.#checking?.hear(frame.step, frame.octets) ?? null;
      return answer === null ? NOTHING : { answers: [this.#step(answer)], frame: null };
    }
    if (frame.kind === "sign") this.#measure(frame, nowMs);
    else if (!this.#scores.take(nowMs)) return NOTHING;
    if (frame.seq <= this.#newest) return NOTHING;
    this.#newest = frame.seq;
    return { answers: [], frame };
  }

  #decoded(data: Uint8Array): CallFrame | null {
    try {
      return decode(data);
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error;
      this.#malformed += 1;
      return null;
    }
  }

  /** `heldMs` is how long the partner kept our sign: what is left of the time since then was spent on the way. */
  #measure({ seq, answer, heldMs }: Sign, nowMs: number): void {
    if (seq <= this.#answer) return;
    this.#answer = seq;
    this.#answerMs = nowMs;
    const sentMs = this.#sentMs.get(answer);
    if (sentMs === undefined) return;
    const rttMs = Math.max(0, nowMs - sentMs - heldMs);
    this.#rttMs = this.#rttMs === null ? rttMs : this.#rttMs + NEWER_COUNTS * (rttMs - this.#rttMs);
  }

  #sign(nowMs: number): Spoken {
    this.#signedMs = nowMs;
    const seq = this.#next();
    this.#sentMs.set(seq, nowMs);
    for (const old of this.#sentMs.keys()) if (this.#sentMs.size > UNDER_WAY) this.#sentMs.delete(old);
    const heldMs = this.#answer === 0 ? 0 : nowMs - this.#answerMs;
    return { kind: "beat", bytes: encode({ kind: "sign", seq, ...this.#own, answer: this.#answer, heldMs }) };
  }

  #step(step: CheckStep): Spoken {
    return { kind: "beat", bytes: encode({ kind: "check", seq: this.#next(), ...step }) };
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}
