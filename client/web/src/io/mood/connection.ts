// The way to the gateway, kept up: join, notice silence, join again, move when asked; watch by event stream where
// nothing else goes. One join is made at a time; one that opens takes the place of the one before.

import { Backoff } from "../../core/backoff";
import {
  CloseCode,
  FORMER_MS,
  JOIN_PATIENCE_MS,
  PENDING_OFFER_MS,
  SCORE_STALE_MS,
  UDP_BLOCKED_MS,
} from "../../core/generated";
import type { IceServer } from "../../core/links";
import { becauseOfCode, becauseOfStatus } from "../../core/mood/closing";
import type { Spoken } from "../../core/mood/dialog";
import { Presence } from "../../core/mood/generated";
import type { Mix } from "../../core/mood/mix";
import type { Said } from "../../core/mood/pace";
import type { ClosedBecause, Link, RoomFacts, TapKind } from "../../core/mood/session";
import { wait } from "../clock";
import { Refused } from "../http";
import type { RoomEndpoint } from "./endpoint";
import { Join } from "./join";
import { watch } from "./watch";

export interface ConnectionEvents {
  learned(facts: RoomFacts): void;
  moved(link: Link): void;
  /** A channel opened: what was said on another one is not known there. */
  opened(): void;
  heard(mix: Mix): void;
  measured(rttMs: number | null): void;
  /** Whether this participant is counted from the next moment on, not yet. */
  waited(waits: boolean): void;
  sent(spoken: Spoken): void;
  /** The end: nothing is tried any more. */
  closed(because: ClosedBecause): void;
}

/** Half of REPEAT_MS, so that a repeat is at most half late. */
const PULSE_MS = 100;
/** How long a channel stays open after the goodbye on it, so that the goodbye gets out. */
const GOODBYE_MS = 300;

/** Why a join did not open; `because` null: try again, after `waitMs` at least. */
interface Failure {
  readonly because: ClosedBecause | null;
  readonly waitMs: number;
}

export class Connection {
  readonly #endpoint: RoomEndpoint;
  readonly #events: ConnectionEvents;
  readonly #stop = new AbortController();
  readonly #wake = new EventTarget();
  readonly #backoff = new Backoff(Math.random);
  #hasLearned = false;
  /** The servers of a join that was answered and did not open: with them the next one looks for ways at once. */
  #known: readonly IceServer[] = [];
  #presence: Presence = Presence.WATCHING;
  /** The newest score. */
  #said: { readonly said: Said; readonly atMs: number } | null = null;
  /** The join that is open. */
  #joined: Join | null = null;
  /** The channel before it, for a little while. */
  #former: Join | null = null;
  /** The join that is being made, to take its place. */
  #next: Join | null = null;
  /** Whether a join was asked for since the newest one opened: then a close with SEAT_TAKEN was caused by that join. */
  #isMoving = false;
  /** Whether the open join was lost since the last rest began. */
  #isLost = false;
  #wasIn = false;
  /** How long the next join may take to open. */
  #patienceMs = JOIN_PATIENCE_MS;
  #apartMs = performance.now();
  #watching: AbortController | null = null;
  #need: () => void = () => undefined;

  constructor(endpoint: RoomEndpoint, events: ConnectionEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
  }

  /** Runs until the end. */
  async run(): Promise<void> {
    const pulse = setInterval(() => this.#pulse(), PULSE_MS);
    this.#events.moved("joining");
    while (!this.#stop.signal.aborted) {
      const failure = await this.#make();
      if (failure === null) await this.#untilNeeded();
      else if (failure.because !== null) this.#close(failure.because);
      if (!this.#stop.signal.aborted) await this.#rest(failure?.waitMs ?? 0);
    }
    clearInterval(pulse);
    this.#watching?.abort();
  }

  /**
   * Try again now: the network is back, or the page is seen again. An event stream is asked for anew: it may lead into
   * a network that is gone, and its silence would be noticed only after STREAM_SILENT_MS.
   */
  wake(): void {
    this.#wake.dispatchEvent(new Event("wake"));
  }

  be(presence: Presence): void {
    if (presence === this.#presence) return;
    this.#presence = presence;
    if (presence !== Presence.SENSING) {
      this.#said = null;
      this.#closeFormer(); // what it said must not count any longer
    }
    this.#joined?.be(presence);
  }

  score(said: Said): void {
    this.#said = { said, atMs: performance.now() };
    this.#joined?.score(said);
  }

  /** Whether a channel was open to say it on. */
  tap(kind: TapKind): boolean {
    this.#joined?.tap(kind);
    return this.#joined !== null;
  }

  /** The person leaves, or the page goes: goodbye on both ways, then silence. */
  leave(): void {
    if (this.#stop.signal.aborted) return;
    const joined = this.#joined;
    joined?.be(Presence.BYE);
    for (const each of [joined, this.#next]) each?.withdraw();
    this.#joined = null;
    this.#closeFormer();
    setTimeout(() => joined?.close(), GOODBYE_MS);
    this.#close("left");
  }

  #close(because: ClosedBecause): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    for (const joined of [this.#joined, this.#next]) joined?.close();
    this.#closeFormer();
    this.#joined = null;
    this.#need();
    this.#events.measured(null);
    this.#events.waited(false);
    this.#events.moved("closed");
    this.#events.closed(because);
  }

  /** Makes one join; null when it opened. */
  async #make(): Promise<Failure | null> {
    try {
      await this.#learn();
      this.#next = new Join(this.#endpoint, this.#known, {
        opened: (joined) => this.#opened(joined),
        heard: (joined, mix) => this.#heard(joined, mix),
        sent: (spoken) => this.#events.sent(spoken),
        lost: (joined, code) => this.#lost(joined, code),
      });
      this.#isMoving = this.#joined !== null;
      await this.#next.open(this.#stop.signal, this.#patienceMs);
      return null;
    } catch (error) {
      this.#patienceMs = PENDING_OFFER_MS;
      this.#known = this.#next?.iceServers ?? [];
      if (!(error instanceof Refused)) return { because: null, waitMs: 0 };
      return { because: becauseOfStatus(error.status, this.#wasIn), waitMs: error.retryAfterMs };
    } finally {
      this.#next?.close();
      this.#next?.withdraw();
      this.#next = null;
    }
  }

  async #learn(): Promise<void> {
    if (this.#hasLearned) return;
    this.#events.learned(await this.#endpoint.facts(this.#stop.signal));
    this.#hasLearned = true;
  }

  /**
   * The new channel speaks from now on. The former one is closed without a word, a little later: until the new gateway has
   * taken the seat over, the one before counts it.
   */
  #opened(joined: Join): void {
    this.#closeFormer();
    const former = this.#joined;
    [this.#former, this.#joined, this.#next] = [former, joined, null];
    if (this.#presence !== Presence.SENSING) this.#closeFormer();
    else if (former !== null) setTimeout(() => this.#former === former && this.#closeFormer(), FORMER_MS);
    this.#isMoving = this.#isLost = false;
    this.#wasIn = true;
    this.#patienceMs = JOIN_PATIENCE_MS;
    this.#known = [];
    this.#backoff.succeeded();
    this.#watching?.abort();
    this.#watching = null;
    if (this.#presence !== Presence.WATCHING) joined.be(this.#presence);
    // The newest score is said at once: a client that moves would else be out of the mix until its next reading.
    if (this.#said !== null && performance.now() - this.#said.atMs <= SCORE_STALE_MS) joined.score(this.#said.said);
    this.#events.opened();
    this.#events.moved("open");
  }

  #closeFormer(): void {
    this.#former?.close();
    this.#former = null;
  }

  #heard(joined: Join, mix: Mix | null): void {
    if (joined === this.#former) return;
    if (mix !== null) this.#events.heard(mix);
    if (joined.rttMs !== null) this.#events.measured(joined.rttMs);
    if (joined.waits !== null) this.#events.waited(joined.waits);
    if (joined.mustMove) this.#need();
  }

  #lost(joined: Join, code: number | null): void {
    if (joined !== this.#joined) return;
    const because = code === null ? null : becauseOfCode(code, this.#isMoving);
    if (because !== null) {
      this.#close(because);
      return;
    }
    if (code === null) joined.withdraw(); // silence: the gateway may still count this participant, who is about to join anew
    this.#joined = null;
    this.#apartMs = performance.now();
    // The join that this page is making took the seat, and opens in a moment: nothing of it is shown.
    if (code !== CloseCode.SEAT_TAKEN || this.#next === null) this.#showApart();
    this.#isLost = true;
    this.#need();
    if (this.#next === null) this.wake();
  }

  #showApart(): void {
    this.#events.measured(null);
    this.#events.waited(false);
    if (this.#watching === null) this.#events.moved(this.#wasIn ? "retrying" : "joining");
  }

  /** Until the open join is lost or must be left, or the end. */
  async #untilNeeded(): Promise<void> {
    while (this.#joined !== null && !this.#joined.mustMove)
      await new Promise<void>((resolve) => {
        this.#need = resolve;
      });
  }

  /** Waits before another join. A loss meanwhile is answered like any loss, however long this wait was to be. */
  async #rest(waitMs: number): Promise<void> {
    if (this.#joined === null) this.#showApart();
    this.#isLost = false;
    await wait(this.#backoff.nextMs(waitMs), this.#stop.signal, this.#wake);
    if (!this.#isLost || this.#stop.signal.aborted) return;
    this.#backoff.succeeded();
    await this.#rest(0);
  }

  #pulse(): void {
    this.#joined?.pulse();
    const isApart = this.#joined === null && performance.now() - this.#apartMs > UDP_BLOCKED_MS;
    if (isApart && this.#watching === null && !this.#stop.signal.aborted) this.#watch();
  }

  /** Watches until a channel opens; a stream that ends is asked for again. */
  async #watch(): Promise<void> {
    const stop = new AbortController();
    this.#watching = stop;
    const backoff = new Backoff(Math.random);
    while (!stop.signal.aborted) {
      const woken = new AbortController();
      const isWoken = (): void => woken.abort();
      this.#wake.addEventListener("wake", isWoken);
      await watch(this.#endpoint, AbortSignal.any([stop.signal, woken.signal]), (mix) => {
        backoff.succeeded();
        this.#events.moved("watching");
        this.#events.heard(mix);
      }).catch(() => undefined); // whatever it was, the way to the channel will say so too
      this.#wake.removeEventListener("wake", isWoken);
      if (stop.signal.aborted) return;
      if (woken.signal.aborted) continue;
      this.#events.moved(this.#wasIn ? "retrying" : "joining");
      await wait(backoff.nextMs(), stop.signal, this.#wake);
    }
  }
}
