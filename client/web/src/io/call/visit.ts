// A page of calls: line, legs, media and expression, joined as core/call/session.ts shows them.

import type { Own } from "../../core/call/channel";
import { Picture as PictureCode, type Side } from "../../core/call/generated";
import { Legs } from "../../core/call/legs";
import type { CallSession, CallSnapshot, Picture } from "../../core/call/session";
import type { FromLine, ToLine } from "../../core/call/signaling";
import { atFirst, callOf, endedOf, knockingOf, type MediaFacts } from "../../core/call/view";
import { CALL_LOST_MS, NAME_CHARS } from "../../core/generated";
import { presenceOf } from "../../core/mood/presence";
import type { Sent } from "../../core/mood/session";
import { differing } from "../../core/same";
import type { Eye } from "../mood/eye";
import { Store } from "../store";
import { Expression } from "./expression";
import { IceServers } from "./ice";
import { Keep } from "./keep";
import { Line, type LineHello } from "./line";
import { CallMedia } from "./media";
import { RUNNING, testNetwork, withRelayOf } from "./network";
import { Outgoing } from "./outgoing";
import { QualityWatch } from "./quality";
import { playTestSound } from "./sound";
import { watchWorld } from "./world";

const SENT_SHOWN = 200;
const PULSE_MS = 100;
const ID_BYTES = 16;
const PICTURE_CODES = { off: PictureCode.OFF, on: PictureCode.ON, face_off: PictureCode.FACE_OFF } as const;

export class CallVisit implements CallSession {
  readonly #keep = new Keep();
  readonly #legs = new Legs();
  readonly #line: Line;
  readonly #ice: IceServers;
  readonly #outgoing: Outgoing;
  readonly #expression: Expression;
  readonly #quality = new QualityWatch();
  readonly #store: Store<CallSnapshot>;
  readonly #language: () => LineHello["language"];
  #media: CallMedia | null = null;
  #remote: MediaStream | null = null;
  #turn: number | null = null;
  /** How the call that is on was begun here. */
  #rung: ToLine | null = null;

  /** `language`: the person's, at any moment. */
  constructor(language: () => LineHello["language"]) {
    this.#language = language;
    this.#outgoing = new Outgoing(this.#keep, {
      changed: () => this.#follow(),
      level: (level) => this.#change({ level }),
    });
    const { name, relayOnly } = this.#keep.kept;
    this.#store = new Store(atFirst(name, relayOnly, this.#outgoing.devices.state));
    this.#expression = new Expression(this.eye, {
      turned: (sensing, sensingFailure) => {
        this.#store.change({ sensing, sensingFailure });
        this.#media?.be(this.#own());
      },
      read: (reading) => this.#change({ reading }),
      said: (score) => this.#media?.score(score),
    });
    this.#line = new Line({
      moved: (link, closedBecause) => this.#lineMoved(link, closedBecause),
      heard: (message) => this.#hear(message),
      hello: () => this.#hello(),
    });
    this.#ice = new IceServers((isTest) => this.#line.say(isTest ? { type: "ice", for: "test" } : { type: "ice" }));
  }

  /** Begins; a page that was reloaded goes on where it was. */
  run(): void {
    setInterval(() => this.#pulse(), PULSE_MS);
    watchWorld({
      seen: (isSeen) => {
        this.#store.showIn(isSeen ? window : null);
        if (isSeen) this.#line.wake(false);
      },
      networkChanged: () => {
        this.#line.wake(true);
        this.#media?.networkChanged();
      },
    });
    this.#resume();
  }

  /** The camera of calls, for a visit to a room beside. */
  get eye(): Eye {
    return this.#outgoing.eye;
  }

  get snapshot(): CallSnapshot {
    return this.#store.snapshot;
  }

  get preview(): MediaStream | null {
    return this.#outgoing.preview;
  }

  get remote(): MediaStream | null {
    return this.#remote;
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  open(name: string): void {
    const plain = name.trim().slice(0, NAME_CHARS);
    const isNew = plain !== this.#keep.kept.name;
    this.#keep.change({ name: plain });
    this.#change({ name: plain });
    if (this.#line.link === "off") this.#line.open();
    else if (isNew) this.#line.rename();
  }

  useDevices(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    return this.#outgoing.use(wanted);
  }

  chooseCamera(deviceId: string): Promise<void> {
    return this.#outgoing.chooseCamera(deviceId);
  }

  chooseMicrophone(deviceId: string): Promise<void> {
    return this.#outgoing.devices.turnOn("microphone", deviceId);
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.#outgoing.devices.chooseSpeaker(deviceId);
  }

  playTestSound(): Promise<void> {
    return playTestSound(this.snapshot.devices.speaker);
  }

  async testNetwork(): Promise<void> {
    const before = this.snapshot.network;
    if (before?.state === "running") return;
    this.#change({ network: RUNNING });
    const { servers, isTooSoon } = await this.#ice.forTest();
    const network = await testNetwork(servers);
    this.#change({ network: isTooSoon ? withRelayOf(before, network) : network });
  }

  renewCode(): void {
    this.#line.say({ type: "code" });
  }

  setRelayOnly(relayOnly: boolean): void {
    if (relayOnly === this.snapshot.relayOnly) return;
    this.#keep.change({ relayOnly });
    this.#change({ relayOnly });
    this.#media?.rewire();
  }

  ring(code: string, faceOff = false): void {
    this.#begin((call) => ({ type: "ring", call, code }), faceOff);
  }

  again(): void {
    const of = this.#legs.againOf(performance.now());
    if (of !== null) this.#begin((call) => ({ type: "again", call, of }), false);
  }

  accept(call: string, faceOff = false): void {
    if (![this.#legs.active?.call, this.#legs.knocking?.call].includes(call)) return;
    if (faceOff) this.#outgoing.goFaceOff();
    this.#legs.accept(call);
    // Whether the answer came, and the code is spent by it, may be lost with the line.
    this.#keep.change({ turn: null });
    this.#line.say({ type: "accept", call });
  }

  decline(call: string): void {
    this.#line.say({ type: "decline", call });
    this.#legs.happen(call, "decline", performance.now());
    this.#follow();
  }

  hangUp(): void {
    const { active } = this.#legs;
    if (active === null) return;
    this.#line.forget(active.call);
    this.#line.say({ type: "hang_up", call: active.call });
    this.#legs.happen(active.call, "hang_up", performance.now());
    this.#follow();
  }

  setSound(on: boolean): void {
    this.#outgoing.setSound(on);
  }

  setPicture(picture: Picture): void {
    this.#outgoing.setPicture(picture);
  }

  async share(): Promise<void> {
    if (this.#legs.active?.state === "talking") await this.#expression.share();
  }

  stopSharing(): void {
    this.#expression.stop();
  }

  pauseSharing(): void {
    this.#expression.pause();
  }

  resumeSharing(): void {
    this.#expression.resume();
  }

  dismissEnded(): void {
    this.#legs.dismissEnded();
    this.#follow();
  }

  leave(): void {
    this.#line.leave();
  }

  #begin(say: (call: string) => ToLine, faceOff: boolean): void {
    if (!this.#legs.isFree || this.#line.link === "off" || this.#line.link === "closed") return;
    const call = newId();
    this.#rung = say(call);
    if (this.#legs.active === null) this.#legs.ring(call, performance.now());
    if (faceOff) this.#outgoing.goFaceOff();
    this.#line.say(this.#rung);
    this.#follow();
  }

  // --- the line

  #hello(): LineHello {
    const { name, line, turn } = this.#keep.kept;
    return { name, language: this.#language(), line, turn, standing: this.#legs.standing };
  }

  #lineMoved(link: CallSnapshot["link"], closedBecause: CallSnapshot["closedBecause"]): void {
    this.#change({ link, closedBecause });
    if (link === "open") {
      this.#ice.lineBack();
      this.#media?.lineBack();
    }
    if (closedBecause === "left" || closedBecause === "line_taken") this.#part(closedBecause === "left");
  }

  /** This page is over: the person left, or goes on in another tab. */
  #part(left: boolean): void {
    this.#legs.clear();
    this.#endMedia(left ? "lingering" : "silent");
    this.#outgoing.stop();
    if (left) this.#keep.forget();
    this.#change({ code: null, codeLink: null });
  }

  #hear(message: FromLine): void {
    if (message.type === "welcome") this.#welcomed(message);
    else if (message.type === "code") this.#coded(message.code, message.turn);
    else if (message.type === "ice") this.#ice.given(message);
    else if (message.type === "state") {
      this.#legs.hear(message, performance.now());
      if (message.state === "talking") this.#keep.change({ turn: this.#turn });
      this.#follow();
    } else if (message.type === "signal" && message.call === this.#media?.call) this.#media.take(message);
  }

  #welcomed({ line, code, turn, relay }: Extract<FromLine, { type: "welcome" }>): void {
    this.#keep.change({ line });
    this.#coded(code, turn);
    this.#change({ hasRelay: relay });
    this.#legs.forgetKnocking();
    // Nobody may know yet that it rings: the same message twice is one call.
    if (this.#legs.active?.state === "calling" && this.#rung !== null) this.#line.say(this.#rung);
  }

  #coded(code: string | null, turn: number | null): void {
    this.#turn = turn;
    this.#keep.change({ turn });
    this.#change({ code, codeLink: code === null ? null : `${location.origin}/call#c=${code}` });
  }

  // --- what follows from what has changed

  /** Media follow the legs and what goes out; what is shown follows everything. */
  #follow(): void {
    this.#followLegs();
    this.#media?.send(this.#outgoing.tracks);
    this.#media?.be(this.#own());
    this.#show(performance.now());
  }

  #followLegs(): void {
    const { active } = this.#legs;
    if (this.#media !== null && this.#media.call !== active?.call) {
      this.#endMedia(this.#line.link === "open" ? "now" : "lingering");
    }
    this.#keepCall();
    this.eye.cover(active?.state === "talking" && this.#outgoing.picture === "off");
    // Between two calls nobody may see what was not to be seen in either.
    if (active === null) this.#legs.isPassing || this.#outgoing.endFaceOff();
    else if (active.state === "incoming") void this.#ice.now();
    else if (active.state === "ringing" || active.state === "talking") this.#connect(active.call, active.side);
  }

  /** Ringing, all is made ready; talking, it begins. */
  #connect(call: string, side: Side): void {
    this.#media ??= this.#newMedia({ call, side, generation: 0, isResumed: false });
    if (this.#legs.active?.state === "talking") this.#media.start();
    else this.#media.prepare();
  }

  #newMedia(of: { call: string; side: Side; generation: number; isResumed: boolean }): CallMedia {
    this.#change({ sent: [], sentCount: 0, sentBytes: 0 });
    return new CallMedia(
      of,
      { tracks: this.#outgoing.tracks, own: this.#own() },
      {
        way: async () => ({ iceServers: await this.#ice.now(), relayOnly: this.snapshot.relayOnly }),
        say: (message) => this.#line.say(message),
        sent: ({ kind, bytes }) => this.#sent({ atMs: performance.now(), kind, bytes }),
        remote: (stream) => {
          this.#remote = stream;
          this.#store.change({});
        },
        began: (generation) => this.#keep.change({ generation }),
        silent: () => this.#line.probe(),
        changed: () => this.#show(performance.now()),
      },
    );
  }

  #endMedia(how: "now" | "lingering" | "silent"): void {
    this.#media?.close(how);
    this.#media = null;
    this.#expression.stop();
  }

  #keepCall(): void {
    const { standing, active } = this.#legs;
    const { kept } = this.#keep;
    const isSame = kept.standing?.call === standing?.call && kept.standing?.state === standing?.state;
    if (isSame && kept.standing?.name === standing?.name) return;
    const sinceMs = Date.now() - performance.now() + (active?.sinceMs ?? 0);
    const generation = kept.standing?.call === standing?.call ? kept.generation : 0;
    this.#keep.change({ standing, sinceMs, generation });
  }

  #own(): Own {
    const { sound, picture } = this.#outgoing;
    return { presence: presenceOf(this.#expression.state), sound, picture: PICTURE_CODES[picture] };
  }

  // --- what is shown

  #show(nowMs: number): void {
    const { call, knocking, ended } = this.snapshot;
    const { sound, picture, devices } = this.#outgoing;
    const canCallAgain = this.#legs.againOf(nowMs) !== null;
    this.#change({
      devices: devices.state,
      sound,
      picture,
      call: callOf(this.#legs.active, this.#facts(nowMs), call),
      knocking: knockingOf(this.#legs.knocking, knocking),
      ended: endedOf(this.#legs.ended, canCallAgain, ended),
    });
  }

  #facts(nowMs: number): MediaFacts | null {
    const { quality, isRelayed } = this.#quality;
    return this.#media && { ...this.#media.facts(nowMs), quality, isRelayed };
  }

  #change(changed: Partial<CallSnapshot>): void {
    const news = differing(this.snapshot, changed);
    if (news !== null) this.#store.change(news);
  }

  #sent(sent: Sent): void {
    const { sent: before, sentCount, sentBytes } = this.snapshot;
    this.#store.change({
      sent: [...before, sent].slice(-SENT_SHOWN),
      sentCount: sentCount + 1,
      sentBytes: sentBytes + sent.bytes.length,
    });
  }

  // --- time

  #pulse(): void {
    const nowMs = performance.now();
    this.#legs.age(nowMs);
    this.#expression.check(nowMs);
    this.#media?.tick(nowMs);
    this.#quality.tick(this.#media?.link === "open" ? this.#media.connection : null, nowMs);
    this.#judge(nowMs);
    this.#followLegs();
    this.#show(nowMs);
  }

  /** Whether the call is over, though the line has not said so. */
  #judge(nowMs: number): void {
    const { active } = this.#legs;
    const media = this.#media;
    if (active?.state !== "talking" || media === null) return;
    const { call } = active;
    if (media.partner.isGone) {
      this.#line.say({ type: "hang_up", call });
      this.#legs.happen(call, "hung_up", nowMs);
    } else if (active.partnerIs === "gone" && media.silentMs(nowMs) >= CALL_LOST_MS) {
      this.#line.say({ type: "lose", call });
      this.#legs.happen(call, "lose", nowMs);
    }
  }

  /** A page that was reloaded goes on with its line and its call. */
  #resume(): void {
    const { line, name, standing, sinceMs, generation } = this.#keep.kept;
    if (line === null) return;
    if (standing !== null) {
      const { call, side } = standing;
      this.#legs.restore(standing, performance.now() - (Date.now() - sinceMs));
      if (standing.state === "talking") this.#media = this.#newMedia({ call, side, generation, isResumed: true });
      void this.#outgoing.resume();
    }
    this.open(name);
    this.#follow();
  }
}

/** 128 random bits as base64url, 22 characters. */
function newId(): string {
  const octets = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
