// What is said and heard on one channel: the client's half of docs/protocol.md. Time is an argument.
// Everything that is sent takes the next seq of one counter. What must be seen (a presence, a tap) is said again
// until the gateway's beat shows it.

import { CloseCode, GATEWAY_DEAD_MS, REPEAT_MS } from "../generated";
import { BadFrame, type Beat, decode, encode, type MixFrame } from "./frames";
import { Presence, TAPS } from "./generated";
import type { Mix } from "./mix";
import type { Said } from "./pace";
import type { Sent, TapKind } from "./session";

/** A tick that comes this late was held back (a sleeping machine, a throttled tab): silence meanwhile proves nothing. */
const ASLEEP_MS = 1200;

export type Spoken = Pick<Sent, "kind" | "bytes">;

/** What a message led to: frames to send at once, and the mix if it is one. */
export interface Heard {
  readonly answers: readonly Spoken[];
  readonly mix: Mix | null;
}

const NOTHING: Heard = { answers: [], mix: null };

export class Dialog {
  #presence: Presence;
  #seq = 0;
  #counts: number[] = TAPS.map(() => 0);
  #answered = 0;
  #firstAnswerSeq: number | null = null;
  #unseenSince: number | null = null;
  #tapsSeen = 0;
  #repeatMs = 0;
  #heardMs: number;
  #checkedMs: number;
  #rttMs: number | null = null;
  #code: number | null = null;
  #mustMove = false;
  #waits: boolean | null = null;

  /** Begins when the channel opened, at `nowMs`. */
  constructor(presence: Presence, nowMs: number) {
    this.#presence = presence;
    this.#heardMs = this.#checkedMs = nowMs;
  }

  /** The gateway's measure of the round trip; null before it has one. */
  get rttMs(): number | null {
    return this.#rttMs;
  }

  /** Whether one counts only from the next moment on, as the newest beat says; null before the first. */
  get waits(): boolean | null {
    return this.#waits;
  }

  /** Why the gateway closes this peer, once it says so. */
  get code(): number | null {
    return this.#code;
  }

  /** Whether the gateway, while it still serves, asked to join anew elsewhere. Never taken back. */
  get mustMove(): boolean {
    return this.#mustMove;
  }

  /** A score. It says that one is sensing, so a presence that waited to be seen need not be said again. */
  score(said: Said): Spoken {
    this.#presence = Presence.SENSING;
    this.#unseenSince = null;
    return { kind: "score", bytes: encode({ kind: "score", seq: this.#next(), ...said }) };
  }

  /** Say a presence, and remember to say it again until it was seen. */
  be(presence: Presence, nowMs: number): Spoken {
    this.#presence = presence;
    this.#unseenSince = this.#seq + 1;
    this.#repeatMs = nowMs + REPEAT_MS;
    return this.#beat();
  }

  /** One more tap of this kind. */
  tap(kind: TapKind, nowMs: number): Spoken {
    this.#counts[TAPS.indexOf(kind)]! += 1;
    this.#repeatMs = nowMs + REPEAT_MS;
    return this.#taps();
  }

  /** Take a message. Bytes that are no frame, and beats that are not newer, lead to nothing. */
  hear(data: Uint8Array, nowMs: number): Heard {
    const frame = decoded(data);
    if (frame === null) return NOTHING;
    this.#heardMs = nowMs;
    if (frame.kind === "mix") return { answers: [], mix: frame.mix };
    return { answers: this.#hearBeat(frame), mix: null };
  }

  #hearBeat(beat: Beat): Spoken[] {
    if (beat.seq <= this.#answered) return [];
    this.#answered = beat.seq;
    this.#waits = beat.waits;
    if (this.#firstAnswerSeq !== null && beat.answer >= this.#firstAnswerSeq) this.#rttMs = beat.rttMs;
    this.#tapsSeen = Math.max(this.#tapsSeen, beat.taps);
    if (beat.presence === Presence.BYE && this.#presence !== Presence.BYE) {
      this.#code = beat.code;
      return [];
    }
    if (beat.code === CloseCode.GOING_AWAY) this.#mustMove = true;
    const isSeen = this.#unseenSince !== null && beat.answer >= this.#unseenSince;
    if (isSeen && beat.presence === this.#presence) this.#unseenSince = null;
    const answer = this.#beat();
    this.#firstAnswerSeq ??= this.#seq;
    return [answer];
  }

  /** What must be said again by now: nothing while all was seen. */
  repeats(nowMs: number): Spoken[] {
    const tapsUnseen = this.#tapsSeen < this.#sum();
    if (nowMs < this.#repeatMs || (this.#unseenSince === null && !tapsUnseen)) return [];
    this.#repeatMs = nowMs + REPEAT_MS;
    const said = this.#unseenSince === null ? [] : [this.#beat()];
    return tapsUnseen ? [...said, this.#taps()] : said;
  }

  /** Whether the gateway must be taken for dead. Asked several times a second. */
  isDead(nowMs: number): boolean {
    if (nowMs - this.#checkedMs > ASLEEP_MS) this.#heardMs = Math.max(this.#heardMs, nowMs);
    this.#checkedMs = nowMs;
    return nowMs - this.#heardMs > GATEWAY_DEAD_MS;
  }

  #beat(): Spoken {
    const [seq, presence, answer, taps] = [this.#next(), this.#presence, this.#answered, this.#sum()];
    return { kind: "beat", bytes: encode({ kind: "beat", seq, presence, answer, taps, code: 0, rttMs: 0 }) };
  }

  #taps(): Spoken {
    return { kind: "tap", bytes: encode({ kind: "tap", seq: this.#next(), counts: this.#counts }) };
  }

  #sum(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #next(): number {
    this.#seq += 1;
    return this.#seq;
  }
}

function decoded(data: Uint8Array): Beat | MixFrame | null {
  try {
    return decode(data);
  } catch (error) {
    if (error instanceof BadFrame) return null;
    throw error;
  }
}
