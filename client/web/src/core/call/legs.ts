// The legs of this page's line: the one that is on, the one that knocks, and the one that ended last.
// The table is kuuki/call/calling.py's. The line says where each leg stands; what this page does itself, it follows at once.

import { AGAIN_MS, CALL_ANSWER_MS, CALL_RING_MS } from "../generated";
import { LEG_TABLE, type LegEvent, type LegState, type Side } from "./generated";
import type { CallEnd } from "./session";
import type { LegMessage, Standing } from "./signaling";

export interface Leg {
  readonly call: string;
  readonly side: Side;
  readonly state: LegState;
  /** The other line's id; null before it is known. */
  readonly partner: string | null;
  readonly name: string;
  readonly partnerIs: LegMessage["partnerIs"];
  /** When the state began. */
  readonly sinceMs: number;
}

export interface EndedLeg {
  readonly call: string;
  readonly side: Side;
  readonly how: CallEnd;
  readonly name: string;
  readonly talkedMs: number;
}

/** The line keeps the deadlines; these are for a line that is away. */
const LATE_MS = 5000;
/** Calls that are over are remembered for a while: words about them that were under way mean nothing any more. */
const OVER_KEPT = 50;

export function follow(state: LegState, event: LegEvent): LegState {
  return LEG_TABLE[state][event] ?? state;
}

export function isEnd(state: LegState): boolean {
  return Object.keys(LEG_TABLE[state]).length === 0;
}

export class Legs {
  #active: Leg | null = null;
  #knocking: Leg | null = null;
  #ended: EndedLeg | null = null;
  #again: { readonly of: string; readonly atMs: number } | null = null;
  #over: string[] = [];
  #accepted: string | null = null;
  #hasCrossed = false;

  get active(): Leg | null {
    return this.#active;
  }

  get knocking(): Leg | null {
    return this.#knocking;
  }

  get ended(): EndedLeg | null {
    return this.#ended;
  }

  /** The call that ended last whose partner the line knows; null when it is too long ago. */
  againOf(nowMs: number): string | null {
    return this.#again !== null && nowMs - this.#again.atMs < AGAIN_MS ? this.#again.of : null;
  }

  /** Whether a new call may begin now. */
  get isFree(): boolean {
    return this.#active === null || this.#active.state === "incoming";
  }

  /** Whether the call that was on has ended for one that follows at once: the partner's own call that crossed it, or a
   * knocking call that was accepted. */
  get isPassing(): boolean {
    const letIn = this.#knocking !== null && this.#knocking.call === this.#accepted;
    return this.#active === null && (this.#hasCrossed || letIn);
  }

  /** This page answers someone. */
  accept(call: string): void {
    this.#accepted = call;
  }

  /** This page calls someone. */
  ring(call: string, nowMs: number): void {
    const none = { partner: null, name: "", partnerIs: "here" } as const;
    this.#active = { call, side: "caller", state: "calling", sinceMs: nowMs, ...none };
    this.#hasCrossed = false;
  }

  /** As this page knew it before a reload. */
  restore({ call, side, state, partner, name }: Standing, sinceMs: number): void {
    this.#active = { call, side, state, partner, name, partnerIs: "here", sinceMs };
  }

  /** The call that this page is in, for its hello. */
  get standing(): Standing | null {
    if (this.#active === null || this.#active.partner === null) return null;
    const { call, partner, side, state, name } = this.#active;
    return { call, partner, side, state, name };
  }

  /** What the line says of a leg. */
  hear({ type: _, ...said }: LegMessage, nowMs: number): void {
    if (this.#over.includes(said.call)) return;
    const before = this.#find(said.call);
    const sinceMs = before?.state === said.state ? before.sinceMs : nowMs;
    const leg: Leg = { ...said, name: said.name || (before?.name ?? ""), sinceMs };
    if (isEnd(leg.state)) this.#end(leg, before, nowMs);
    else if (leg.state === "knocking") this.#knocking = leg;
    else if (this.#active?.state === "incoming" && leg.state === "calling")
      return; // an answer by calling back
    else this.#stand(leg, nowMs);
  }

  /** Something that happens on this side: the person's act, or a time that is over. */
  happen(call: string, event: LegEvent, nowMs: number): void {
    const leg = this.#find(call);
    if (leg === null) return;
    const state = follow(leg.state, event);
    if (isEnd(state)) this.#end({ ...leg, state }, leg, nowMs);
  }

  /** The line came back: it tells anew of a call that knocks. */
  forgetKnocking(): void {
    this.#knocking = null;
  }

  dismissEnded(): void {
    this.#ended = null;
  }

  /** Everything is elsewhere or over. */
  clear(): void {
    this.#active = this.#knocking = null;
    this.#hasCrossed = false;
  }

  /** Deadlines, where no line says that they are over. */
  age(nowMs: number): void {
    const leg = this.#active;
    if (leg === null || leg.state === "talking") return;
    const longestMs = leg.state === "calling" ? CALL_ANSWER_MS : CALL_RING_MS;
    if (nowMs - leg.sinceMs > longestMs + LATE_MS) this.happen(leg.call, "timeout", nowMs);
  }

  #find(call: string): Leg | null {
    return [this.#active, this.#knocking].find((leg) => leg?.call === call) ?? null;
  }

  #stand(leg: Leg, nowMs: number): void {
    if (this.#knocking?.call === leg.call) this.#knocking = null;
    const other = this.#active;
    this.#active = leg;
    this.#hasCrossed = false;
    // Another call takes its place: the line said that it ended, or that word was lost.
    if (other !== null && other.call !== leg.call) {
      this.#end({ ...other, state: other.state === "talking" ? "ended" : "crossed" }, other, nowMs);
    }
  }

  #end(leg: Leg, before: Leg | null, nowMs: number): void {
    if (this.#active?.call === leg.call) {
      this.#active = null;
      this.#hasCrossed = leg.state === "crossed";
    }
    if (this.#knocking?.call === leg.call) this.#knocking = null;
    this.#over = [...this.#over, leg.call].slice(-OVER_KEPT);
    if (leg.state === "crossed" || before === null) return;
    const { call, side, state, name } = leg;
    const talkedMs = before.state === "talking" ? nowMs - before.sinceMs : 0;
    if (state !== "unreachable") this.#again = { of: call, atMs: nowMs };
    if (before.state === "knocking") return;
    this.#ended = { call, side, how: state as CallEnd, name, talkedMs };
  }
}
