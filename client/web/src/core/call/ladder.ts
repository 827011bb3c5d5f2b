// When a call's media are helped, and how: wait a moment, restart ICE, then a new connection. Time is an argument.
// Signs on the call's channel are the truth about it; what ICE says of itself only comes sooner.

import { Doubling } from "../backoff";
import { ICE_RESTART_MS, ICE_TROUBLE_MS, SIGN_MS, SIGNS_LOST_MS } from "../generated";
import type { MediaLink } from "./session";

/** What is to be done now. */
export type Help = "restart" | "renew" | null;

type Rung = Extract<MediaLink, "connecting" | "open" | "trouble" | "restarting" | "renewing">;

/** So much silence is said to the person, and is asked about. */
const TROUBLE_MS = 3 * SIGN_MS;
/** The first connection may take this long before another is tried. */
const FIRST_MS = 2 * ICE_RESTART_MS;
const RENEWAL_MAX_MS = 20_000;
/** Signs that come this soon after a restart may still have gone the old way. */
const OLD_WAY_MS = 300;
/** A tick that comes this late was held back (a sleeping machine): silence meanwhile proves nothing. */
const ASLEEP_MS = 1500;
const RESTARTS = 2;

export class Ladder {
  readonly #dice: () => number;
  #rung: Rung = "connecting";
  #sinceMs: number;
  #heardMs: number;
  #tickedMs: number;
  #disconnectedMs: number | null = null;
  #mustHelp = false;
  #restarts = 0;
  readonly #renewals = new Doubling(ICE_RESTART_MS, RENEWAL_MAX_MS);
  #patienceMs = FIRST_MS;

  /** `isNew` false: a connection that takes the place of one of an earlier page. `dice`: numbers in 0..1. */
  constructor(dice: () => number, nowMs: number, isNew = true) {
    this.#dice = dice;
    this.#sinceMs = this.#heardMs = this.#tickedMs = nowMs;
    if (!isNew) this.#rung = "renewing";
  }

  get link(): Rung {
    return this.#rung;
  }

  /** How long nothing was heard. */
  silentMs(nowMs: number): number {
    return nowMs - this.#heardMs;
  }

  /** A frame of the partner came. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
    if (this.#rung === "restarting" && nowMs - this.#sinceMs < OLD_WAY_MS) return;
    if (this.#rung === "trouble" && this.#disconnectedMs !== null) return;
    this.#open();
  }

  /** What the connection says of itself: RTCPeerConnection.connectionState. */
  moved(state: string, nowMs: number): void {
    if (state === "connected") this.#disconnectedMs = null;
    else if (state === "disconnected") this.#disconnectedMs ??= nowMs;
    else if (state === "failed" && this.#rung !== "connecting" && this.#rung !== "renewing") this.#mustHelp = true;
    if (state === "failed") this.#patienceMs = Math.min(this.#patienceMs, nowMs - this.#sinceMs + ICE_RESTART_MS / 2);
  }

  /** The network changed: the old way may be gone. */
  networkChanged(): void {
    if (this.#rung === "connecting" || this.#rung === "renewing") return;
    this.#mustHelp = true;
    this.#restarts = 0;
  }

  /** The partner began a new connection: it has as long as one of our own. */
  renewed(nowMs: number): void {
    if (this.#rung !== "connecting") this.#enter("renewing", nowMs, this.#renewalMs());
    this.#disconnectedMs = null;
    this.#mustHelp = false;
  }

  /** Asked several times a second. What it says to do counts as done. */
  tick(nowMs: number): Help {
    if (nowMs - this.#tickedMs > ASLEEP_MS) this.#heardMs = Math.max(this.#heardMs, nowMs - SIGN_MS);
    this.#tickedMs = nowMs;
    if (this.#rung === "open" || this.#rung === "trouble") return this.#watch(nowMs);
    if (this.#mustHelp && this.#rung === "restarting") return this.#restart(nowMs);
    if (nowMs - this.#sinceMs < this.#patienceMs) return null;
    return this.#rung === "restarting" && this.#restarts < RESTARTS ? this.#restart(nowMs) : this.#renew(nowMs);
  }

  #watch(nowMs: number): Help {
    const silentMs = this.silentMs(nowMs);
    const apartMs = this.#disconnectedMs === null ? 0 : nowMs - this.#disconnectedMs;
    if (this.#mustHelp || silentMs > SIGNS_LOST_MS || apartMs > ICE_TROUBLE_MS) return this.#restart(nowMs);
    if (silentMs > TROUBLE_MS || this.#disconnectedMs !== null) this.#rung = "trouble";
    else this.#rung = "open";
    return null;
  }

  #restart(nowMs: number): Help {
    this.#restarts += 1;
    this.#mustHelp = false;
    this.#disconnectedMs = null;
    this.#enter("restarting", nowMs, ICE_RESTART_MS);
    return "restart";
  }

  #renew(nowMs: number): Help {
    this.#mustHelp = false;
    this.#disconnectedMs = null;
    this.#enter("renewing", nowMs, this.#renewalMs());
    return "renew";
  }

  /** 4, 8, … 20 s, and up to a quarter more: two pages that renew at once do not go on doing so. */
  #renewalMs(): number {
    return this.#renewals.nextMs() * (1 + this.#dice() / 4);
  }

  #enter(rung: Rung, nowMs: number, patienceMs: number): void {
    this.#rung = rung;
    this.#sinceMs = nowMs;
    this.#patienceMs = patienceMs;
  }

  #open(): void {
    this.#rung = "open";
    this.#restarts = 0;
    this.#renewals.beginAnew();
  }
}
