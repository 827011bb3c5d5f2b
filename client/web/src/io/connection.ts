// The way to the gateway, kept up: join, talk, notice silence, join again; watch by event stream where nothing else goes.

import { becauseOfCode, becauseOfStatus } from "../core/closing";
import { Dialog, type Spoken } from "../core/dialog";
import { PENDING_OFFER_MS, Presence, UDP_BLOCKED_MS } from "../core/generated";
import type { IceServer } from "../core/links";
import type { Mix } from "../core/mix";
import type { Said } from "../core/pace";
import { Retry } from "../core/retry";
import type { ClosedBecause, Link, RoomFacts, TapKind } from "../core/session";
import { wait } from "./clock";
import type { Door } from "./door";
import { Refused } from "./http";
import { Peer } from "./peer";
import { watch } from "./watch";

export interface ConnectionEvents {
  learned(facts: RoomFacts): void;
  moved(link: Link): void;
  heard(mix: Mix): void;
  measured(rttMs: number | null): void;
  sent(spoken: Spoken): void;
  /** The end: nothing is tried any more. */
  closed(because: ClosedBecause): void;
}

/** Half of REPEAT_MS, so that a repeat is at most half late. */
const PULSE_MS = 100;
/** How long a person who leaves is kept here, so that the goodbye gets out. */
const GOODBYE_MS = 300;

/** How one attempt ended; `because` null: try again, after `waitMs` at least. */
interface End {
  readonly because: ClosedBecause | null;
  readonly waitMs: number;
}

export class Connection {
  readonly #door: Door;
  readonly #events: ConnectionEvents;
  readonly #stop = new AbortController();
  readonly #wake = new EventTarget();
  readonly #retry = new Retry(Math.random);
  #iceServers: readonly IceServer[] | null = null;
  #presence: Presence = Presence.WATCHING;
  #peer: Peer | null = null;
  #dialog: Dialog | null = null;
  #participant = "";
  #wasIn = false;
  #apartMs = performance.now();
  #watching: AbortController | null = null;
  #end: ((code: number | null) => void) | null = null;

  constructor(door: Door, events: ConnectionEvents) {
    this.#door = door;
    this.#events = events;
  }

  /** Runs until the end. */
  async run(): Promise<void> {
    const pulse = setInterval(() => this.#pulse(), PULSE_MS);
    this.#events.moved("joining");
    while (!this.#stop.signal.aborted) {
      const { because, waitMs } = await this.#attempt();
      if (because !== null) this.#close(because);
      else if (!this.#stop.signal.aborted) await this.#rest(waitMs);
    }
    clearInterval(pulse);
    this.#watching?.abort();
  }

  /** Say now what can be said again at once: the network is back, or somebody looks. */
  wake(): void {
    this.#wake.dispatchEvent(new Event("wake"));
  }

  be(presence: Presence): void {
    if (presence === this.#presence) return;
    this.#presence = presence;
    this.#say(this.#dialog?.be(presence, performance.now()));
  }

  score(said: Said): void {
    this.#say(this.#dialog?.score(said));
  }

  /** Whether it could be said. */
  tap(kind: TapKind): boolean {
    this.#say(this.#dialog?.tap(kind, performance.now()));
    return this.#dialog !== null;
  }

  /** The person leaves, or the page goes: goodbye on both ways, then silence. */
  leave(): void {
    if (this.#stop.signal.aborted) return;
    this.#say(this.#dialog?.be(Presence.BYE, performance.now()));
    if (this.#participant) this.#door.leave(this.#participant);
    const peer = this.#peer;
    this.#peer = null;
    setTimeout(() => peer?.close(), GOODBYE_MS);
    this.#close("left");
  }

  #close(because: ClosedBecause): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#end?.(null);
    this.#events.moved("closed");
    this.#events.closed(because);
  }

  async #rest(waitMs: number): Promise<void> {
    if (this.#watching === null) this.#events.moved(this.#wasIn ? "retrying" : "joining");
    await wait(this.#retry.nextMs(waitMs), this.#stop.signal, this.#wake);
  }

  async #attempt(): Promise<End> {
    try {
      const code = await this.#join();
      return { because: code === null ? null : becauseOfCode(code), waitMs: 0 };
    } catch (error) {
      if (error instanceof Refused) {
        return { because: becauseOfStatus(error.status, this.#wasIn), waitMs: error.retryAfterMs };
      }
      return { because: null, waitMs: 0 };
    } finally {
      this.#part();
    }
  }

  /** Joins and talks; the close code that ended it, null for silence. Raises Refused, and AbortError on `stop`. */
  async #join(): Promise<number | null> {
    const stop = this.#stop.signal;
    this.#iceServers ??= await this.#learn();
    const ended = new Promise<number | null>((resolve) => {
      this.#end = resolve;
    });
    const peer = new Peer(this.#iceServers, {
      opened: () => this.#opened(),
      received: (data) => this.#received(data),
      lost: () => this.#end?.(null),
    });
    this.#peer = peer;
    const answer = await this.#door.join(await peer.offer(), stop);
    this.#participant = answer.participant;
    await peer.accept(answer.sdp);
    const deadline = setTimeout(() => this.#dialog ?? this.#end?.(null), PENDING_OFFER_MS);
    return ended.finally(() => clearTimeout(deadline));
  }

  async #learn(): Promise<readonly IceServer[]> {
    const { facts, iceServers } = await this.#door.facts(this.#stop.signal);
    this.#events.learned(facts);
    return iceServers;
  }

  #opened(): void {
    this.#wasIn = true;
    this.#retry.succeeded();
    this.#watching?.abort();
    this.#watching = null;
    this.#dialog = new Dialog(Presence.WATCHING, performance.now());
    if (this.#presence !== Presence.WATCHING) this.#say(this.#dialog.be(this.#presence, performance.now()));
    this.#events.moved("open");
  }

  #received(data: Uint8Array): void {
    if (this.#dialog === null) return;
    const { answers, mix } = this.#dialog.hear(data, performance.now());
    for (const answer of answers) this.#say(answer);
    if (mix !== null) this.#events.heard(mix);
    this.#events.measured(this.#dialog.rttMs);
    if (this.#dialog.code !== null) this.#end?.(this.#dialog.code);
    else this.#talk(); // frames come when timers are held back
  }

  /** What a moment asks for: repeats, and whether the gateway is still there. */
  #talk(): void {
    if (this.#dialog === null) return;
    const nowMs = performance.now();
    for (const spoken of this.#dialog.repeats(nowMs)) this.#say(spoken);
    if (this.#dialog.isDead(nowMs)) this.#end?.(null);
  }

  #pulse(): void {
    this.#talk();
    const isApart = this.#dialog === null && performance.now() - this.#apartMs > UDP_BLOCKED_MS;
    if (isApart && this.#watching === null && !this.#stop.signal.aborted) this.#watch();
  }

  /** Watches until a channel opens; a stream that ends is asked for again. */
  async #watch(): Promise<void> {
    const stop = new AbortController();
    this.#watching = stop;
    const retry = new Retry(Math.random);
    while (!stop.signal.aborted) {
      await watch(this.#door, stop.signal, (mix) => {
        retry.succeeded();
        this.#events.moved("watching");
        this.#events.heard(mix);
      }).catch(() => undefined); // whatever it was, the way to the channel will say so too
      if (stop.signal.aborted) return;
      this.#events.moved(this.#wasIn ? "retrying" : "joining");
      await wait(retry.nextMs(), stop.signal, this.#wake);
    }
  }

  #part(): void {
    this.#peer?.close();
    if (this.#peer !== null && this.#participant) this.#door.leave(this.#participant);
    if (this.#dialog !== null) this.#apartMs = performance.now();
    this.#peer = this.#dialog = this.#end = null;
    this.#participant = "";
    this.#events.measured(null);
  }

  #say(spoken: Spoken | undefined): void {
    if (spoken !== undefined && this.#peer?.send(spoken.bytes, spoken.kind === "score")) this.#events.sent(spoken);
  }
}
