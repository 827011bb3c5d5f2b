// The media of one call, over all its connections: each is a generation, and the ladder says when the next is due.

import { Bucket } from "../../core/admission";
import { Channel, type Own, type Spoken } from "../../core/call/channel";
import type { Side } from "../../core/call/generated";
import { Ladder } from "../../core/call/ladder";
import { PartnerView } from "../../core/call/partner";
import type { MediaLink, RelayTrouble } from "../../core/call/session";
import type { Signal, ToLine } from "../../core/call/signaling";
import type { MediaFacts } from "../../core/call/view";
import { GENERATIONS } from "../../core/generated";
import type { Said as Score } from "../../core/mood/pace";
import { SafetyCheck } from "./check";
import { CallConnection, type Tracks, type Way } from "./connection";

export interface MediaEvents {
  /** How to connect now: asked before each connection. */
  way(): Promise<Way>;
  say(message: ToLine): void;
  sent(spoken: Spoken): void;
  remote(stream: MediaStream | null): void;
  /** A new connection of the call: a reload must go beyond it. */
  began(generation: number): void;
  /** Nothing was heard for a moment. */
  silent(): void;
  changed(): void;
}

/** Signs, scores and steps of the check are some ten a second. What a partner sends beyond is not looked at. */
const FRAMES = { perS: 30, burst: 60 };
/** A connection now and then, and its candidates; more would be work without end for this page, and so many answers
 * and candidates of its own that the server takes them for a flood. */
const DESCRIPTIONS = { perS: 0.5, burst: 10 };
const CANDIDATES = { perS: 2, burst: 200 };

export class CallMedia {
  readonly call: string;
  readonly partner = new PartnerView();
  readonly #side: Side;
  readonly #isResumed: boolean;
  readonly #events: MediaEvents;
  #generation: number;
  #connection: CallConnection | null = null;
  #channel: Channel | null = null;
  #check: SafetyCheck | null = null;
  #ladder: Ladder | null = null;
  #relayTrouble: RelayTrouble | null = null;
  #tracks: Tracks;
  #own: Own;
  #isPrepared = false;
  #isOver = false;
  #link: MediaLink = "none";
  readonly #frames = new Bucket(FRAMES.perS, FRAMES.burst);
  readonly #descriptions = new Bucket(DESCRIPTIONS.perS, DESCRIPTIONS.burst);
  readonly #candidates = new Bucket(CANDIDATES.perS, CANDIDATES.burst);
  /** The end of a chain of promises: requests to the connection are made one after the other. */
  #queue: Promise<void> = Promise.resolve();

  /** `generation`: the newest that an earlier page of this tab knew, 0 in a new call; `isResumed`: there was one. */
  constructor(
    of: { call: string; side: Side; generation: number; isResumed: boolean },
    now: { tracks: Tracks; own: Own },
    events: MediaEvents,
  ) {
    this.call = of.call;
    this.#side = of.side;
    this.#generation = of.generation;
    this.#isResumed = of.isResumed;
    this.#tracks = now.tracks;
    this.#own = now.own;
    this.#events = events;
  }

  /** Everything that is shown of them, but their quality. */
  facts(nowMs: number): Omit<MediaFacts, "quality" | "isRelayed"> {
    const { link } = this;
    const relayTrouble = link === "no_relay" ? this.#relayTrouble : null;
    const [rttMs, words] = [this.#channel?.rttMs ?? null, this.#check?.words ?? null];
    return { partner: this.partner.at(nowMs), link, relayTrouble, rttMs, words };
  }

  get link(): MediaLink {
    return this.#relayTrouble !== null && this.#link !== "open" ? "no_relay" : this.#link;
  }

  get connection(): CallConnection | null {
    return this.#connection;
  }

  silentMs(nowMs: number): number {
    return this.#ladder?.silentMs(nowMs) ?? 0;
  }

  /** It rings: the caller's connection is made ready, so that an answer finds it so. */
  prepare(): void {
    if (this.#side !== "caller" || this.#isResumed || this.#isPrepared) return;
    this.#isPrepared = true;
    this.#enqueue(() => this.#connect(1, true));
  }

  /** Both talk: the caller offers, as does a page that came back; the callee waits for the offer. */
  start(): void {
    if (this.#ladder !== null) return;
    this.#ladder = new Ladder(Math.random, performance.now(), !this.#isResumed);
    this.#follow();
    if (this.#isResumed) this.renew();
    else if (this.#side === "caller") {
      this.#enqueue(() => this.#connection ?? this.#connect(1, true));
      this.#enqueue(() => this.#connection?.offer());
    }
  }

  /** What the partner's page said. Lower generations are over; a higher one begins with its offer. */
  take({ generation, description, candidate }: Signal): void {
    const allowance = description === undefined ? this.#candidates : this.#descriptions;
    if (generation < this.#generation || !allowance.take(performance.now())) return;
    this.#enqueue(async () => {
      if (generation > this.#generation || (generation === this.#generation && this.#connection === null)) {
        if (description?.type !== "offer") return;
        this.#ladder?.renewed(performance.now());
        await this.#connect(generation, false);
      }
      if (generation !== this.#generation || this.#connection === null) return;
      const said = description === undefined ? { candidate: candidate! } : { description };
      if ((await this.#connection.take(said)) === "taken") return;
      await this.#connect(generation, false);
      await this.#connection.take(said);
    });
  }

  /** A new connection in the same call. */
  renew(): void {
    if (this.#isOver || this.#ladder === null) return;
    this.#enqueue(async () => {
      await this.#connect(Math.min(this.#generation + 1, GENERATIONS), true);
      await this.#connection?.offer();
    });
  }

  /** Another way was chosen: through the relay only, or not. */
  rewire(): void {
    if (this.#ladder !== null) this.renew();
    else if (this.#generation > 0) this.#enqueue(() => this.#connect(this.#generation, true));
  }

  /** The line is back: what was said while it was away may be lost. */
  lineBack(): void {
    this.#enqueue(() => this.#connection?.repeat());
  }

  networkChanged(): void {
    this.#ladder?.networkChanged();
    this.tick(performance.now());
  }

  send(tracks: Tracks): void {
    if (tracks.audio === this.#tracks.audio && tracks.video === this.#tracks.video) return;
    this.#tracks = tracks;
    // At once: what was turned off waits for nothing that the partner may still have under way.
    void this.#connection?.setTracks(tracks).catch(() => undefined);
  }

  be(own: Own): void {
    this.#own = own;
    for (const sign of this.#channel?.be(own, performance.now()) ?? []) this.#say(sign);
  }

  score(score: Score): void {
    if (this.#channel !== null) this.#say(this.#channel.score(score));
  }

  /** Asked several times a second. */
  tick(nowMs: number): void {
    for (const spoken of this.#channel?.due(nowMs) ?? []) this.#say(spoken);
    const help = this.#ladder?.tick(nowMs) ?? null;
    if (help === "restart") this.#enqueue(() => this.#connection?.offer(true));
    if (help === "renew") this.renew();
    this.#follow();
  }

  /**
   * Says goodbye and lets everything go. `lingering`: a moment later, because the line cannot say it too; `silent`:
   * without a goodbye, the call goes on elsewhere.
   */
  close(how: "now" | "lingering" | "silent"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const byes = how === "silent" ? [] : (this.#channel?.bye(performance.now()) ?? []);
    for (const sign of byes) this.#say(sign);
    const connection = this.#connection;
    this.#connection = this.#channel = null;
    if (how === "lingering") connection?.leave();
    else connection?.close();
    this.#events.remote(null);
  }

  async #connect(generation: number, offers: boolean): Promise<void> {
    this.#drop();
    this.#generation = generation;
    this.#events.began(generation);
    const way = await this.#events.way();
    if (this.#isOver) return;
    const connection = new CallConnection(
      way,
      this.#tracks,
      { isPolite: this.#side === "callee", offers },
      {
        say: (said) => this.#events.say({ type: "signal", call: this.call, generation, ...said }),
        moved: (state) => this.#ladder?.moved(state, performance.now()),
        remote: (stream) => this.#events.remote(stream),
        opened: () => this.#opened(),
        received: (data) => this.#received(data),
        ended: () => this.#ladder?.moved("disconnected", performance.now()),
        relayed: (trouble) => this.#relayed(trouble),
      },
    );
    this.#connection = connection;
  }

  #drop(): void {
    this.#connection?.close();
    this.#connection = this.#channel = this.#check = null;
  }

  #opened(): void {
    this.#channel = new Channel(this.#own, {
      repeat: () => this.#checkNow()?.repeat() ?? null,
      hear: (step, octets) => this.#checkNow()?.hear(step, octets) ?? null,
    });
    this.tick(performance.now());
  }

  /** The channel may open before the browser shows the partner's description; steps that are lost meanwhile come again. */
  #checkNow(): SafetyCheck | null {
    const prints = this.#check === null ? this.#connection?.fingerprints : null;
    if (prints) this.#check = new SafetyCheck(this.#side, prints, () => this.#events.changed());
    return this.#check;
  }

  #received(data: Uint8Array): void {
    const nowMs = performance.now();
    if (!this.#frames.take(nowMs)) return;
    const heard = this.#channel?.hear(data, nowMs);
    if (heard === undefined) return;
    for (const answer of heard.answers) this.#say(answer);
    if (heard.frame !== null) this.partner.see(heard.frame, nowMs);
    this.#ladder?.heard(nowMs);
    this.tick(nowMs); // frames come when timers are held back
    this.#events.changed();
  }

  #relayed(trouble: RelayTrouble | null): void {
    this.#relayTrouble = trouble;
    this.#events.changed();
  }

  #follow(): void {
    const link = this.#ladder?.link ?? "none";
    if (link === this.#link) return;
    this.#link = link;
    if (link === "open") this.#relayTrouble = null;
    if (link === "trouble" || link === "restarting") this.#events.silent();
    this.#events.changed();
  }

  #say(spoken: Spoken): void {
    if (this.#connection?.send(spoken.bytes, spoken.kind === "score")) this.#events.sent(spoken);
  }

  /** A step that fails is the ladder's to mend. */
  #enqueue(step: () => unknown): void {
    this.#queue = this.#queue.then(async () => {
      if (!this.#isOver) await step();
    });
    this.#queue = this.#queue.catch(() => undefined);
  }
}
