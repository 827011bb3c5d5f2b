// A page of calls: line, legs, devices, media and expression, joined as core/call.ts shows them.

import type { Call, CallSession, CallSnapshot, Ended, Knocking, Picture } from "../../core/call";
import { Legs } from "../../core/calling";
import type { Own } from "../../core/channel";
import { CALL_LOST_MS, NAME_CHARS, Picture as PictureCode } from "../../core/generated";
import { differing, sameOr } from "../../core/same";
import type { Sent } from "../../core/session";
import type { FromLine, ToLine } from "../../core/signaling";
import { Camera } from "../camera";
import { Eye } from "../eye";
import { PRESENCES } from "../session";
import { Store } from "../store";
import type { Tracks } from "./connection";
import { CallDevices } from "./devices";
import { Expression } from "./expression";
import { IceServers } from "./ice";
import { Keep } from "./keep";
import { Level } from "./level";
import { Line, type LineHello } from "./line";
import { CallMedia } from "./media";
import { RUNNING, testNetwork } from "./network";
import { QualityWatch } from "./quality";
import { playTestSound } from "./sound";

const SENT_SHOWN = 200;
const PULSE_MS = 100;
const ID_BYTES = 16;
const PICTURE_CODES = { off: PictureCode.OFF, on: PictureCode.ON, face_off: PictureCode.FACE_OFF } as const;

export class CallVisit implements CallSession {
  /** The camera of the call, for a visit to a room beside it. */
  readonly eye: Eye;
  readonly #keep = new Keep();
  readonly #legs = new Legs();
  readonly #line: Line;
  readonly #ice: IceServers;
  readonly #devices: CallDevices;
  readonly #expression: Expression;
  readonly #level: Level;
  readonly #quality = new QualityWatch();
  readonly #store: Store<CallSnapshot>;
  readonly #language: () => "en" | "ja";
  #media: CallMedia | null = null;
  #remote: MediaStream | null = null;
  #preview: MediaStream | null = null;
  #camera: MediaStreamTrack | null = null;
  #microphone: MediaStreamTrack | null = null;
  #sound: boolean;
  #picture: Picture;
  /** What was sent of the picture before this call was begun or answered face-off. */
  #pictureBefore: Picture | null = null;
  #rung: ToLine | null = null;
  #letGoModels: (() => void) | null = null;

  constructor(language: () => "en" | "ja") {
    const { kept } = this.#keep;
    this.#language = language;
    this.#sound = kept.sound;
    this.#picture = kept.picture;
    this.eye = new Eye((deviceId, ended) => this.#lendCamera(deviceId, ended));
    this.#devices = new CallDevices({ changed: () => this.#follow() }, kept);
    this.#level = new Level((level) => this.#store.change({ level }));
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
    this.#ice = new IceServers(() => this.#line.say({ type: "ice" }));
    this.#store = new Store(this.#atFirst());
  }

  /** Begins; a page that was reloaded goes on where it was. */
  run(): void {
    setInterval(() => this.#pulse(), PULSE_MS);
    document.addEventListener("visibilitychange", () => this.#seen());
    for (const came of ["online", "focus"]) {
      window.addEventListener(came, () => this.#line.wake(came === "online"));
    }
    const networks: EventTarget[] = [window];
    const { connection } = navigator as { connection?: EventTarget };
    if (connection !== undefined) networks.push(connection);
    for (const network of networks) {
      network.addEventListener(network === window ? "online" : "change", () => this.#networkChanged());
    }
    this.#seen();
    this.#resume();
  }

  get snapshot(): CallSnapshot {
    return this.#store.snapshot;
  }

  get preview(): MediaStream | null {
    return this.#preview;
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

  async useDevices(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    this.#keep.change({ wanted });
    if (wanted.camera && this.#picture === "off") this.#picture = "on";
    if (!wanted.camera) this.#picture = "off";
    await this.#devices.use(wanted);
  }

  chooseCamera(deviceId: string): Promise<void> {
    if (this.#picture === "off") this.#picture = "on";
    return this.#devices.turnOn("camera", deviceId);
  }

  chooseMicrophone(deviceId: string): Promise<void> {
    return this.#devices.turnOn("microphone", deviceId);
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.#devices.chooseSpeaker(deviceId);
  }

  playTestSound(): Promise<void> {
    return playTestSound(this.snapshot.devices.speaker);
  }

  async testNetwork(): Promise<void> {
    if (this.snapshot.network?.state === "running") return;
    this.#store.change({ network: RUNNING });
    this.#store.change({ network: await testNetwork(await this.#ice.now()) });
  }

  renewCode(): void {
    this.#line.say({ type: "code" });
  }

  setRelayOnly(relayOnly: boolean): void {
    if (relayOnly === this.snapshot.relayOnly) return;
    this.#keep.change({ relayOnly });
    this.#store.change({ relayOnly });
    this.#media?.rewire();
  }

  ring(code: string, faceOff = false): void {
    const call = newId();
    this.#begin(call, { type: "ring", call, code }, faceOff);
  }

  again(): void {
    const of = this.#legs.againOf(performance.now());
    if (of === null) return;
    const call = newId();
    this.#begin(call, { type: "again", call, of }, false);
  }

  accept(call: string, faceOff = false): void {
    if (![this.#legs.active?.call, this.#legs.knocking?.call].includes(call)) return;
    if (faceOff) this.#goFaceOff();
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
    this.#sound = on;
    this.#keep.change({ sound: on });
    if (on && this.#microphone === null) void this.#devices.turnOn("microphone");
    this.#follow();
  }

  setPicture(picture: Picture): void {
    this.#pictureBefore = null;
    this.#setPicture(picture);
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

  #begin(call: string, message: ToLine, faceOff: boolean): void {
    if (!this.#legs.isFree || this.#line.link === "off" || this.#line.link === "closed") return;
    this.#rung = message;
    if (faceOff) this.#goFaceOff();
    if (this.#legs.active === null) this.#legs.ring(call, performance.now());
    this.#line.say(message);
    this.#follow();
  }

  #goFaceOff(): void {
    this.#pictureBefore ??= this.#picture;
    this.#setPicture("face_off");
  }

  #setPicture(picture: Picture): void {
    this.#picture = picture;
    this.#keep.change({ picture });
    if (picture === "off") this.#devices.release("camera");
    else if (this.#camera === null) void this.#devices.turnOn("camera");
    this.#follow();
  }

  // --- the line

  #hello(): LineHello {
    const { name, line, turn } = this.#keep.kept;
    return { name, language: this.#language(), line, turn, standing: this.#legs.standing };
  }

  #lineMoved(link: CallSnapshot["link"], closedBecause: CallSnapshot["closedBecause"]): void {
    this.#store.change({ link, closedBecause });
    if (link === "open") {
      this.#ice.lineBack();
      this.#media?.lineBack();
    }
    if (closedBecause === "left" || closedBecause === "line_taken") this.#part(closedBecause === "left");
  }

  /** This page is over: the person left, or goes on in another tab. */
  #part(left: boolean): void {
    this.#legs.clear();
    this.#media?.close(left ? "lingering" : "silent");
    this.#media = null;
    this.#follow();
    this.#devices.stop();
    this.#letGoModels?.();
    if (left) this.#keep.forget();
    this.#store.change({ code: null, codeLink: null });
  }

  #hear(message: FromLine): void {
    const nowMs = performance.now();
    if (message.type === "welcome") this.#welcomed(message);
    else if (message.type === "code") this.#coded(message.code, message.turn);
    else if (message.type === "ice") this.#ice.given(message.servers, message.ttlS);
    else if (message.type === "state") {
      this.#legs.hear(message, nowMs);
      this.#follow();
    } else if (message.type === "signal" && message.call === this.#media?.call) this.#media.take(message);
  }

  #welcomed({ line, code, turn, relay }: Extract<FromLine, { type: "welcome" }>): void {
    this.#keep.change({ line });
    this.#coded(code, turn);
    this.#store.change({ hasRelay: relay });
    this.#legs.forgetKnocking();
    const { active } = this.#legs;
    // Nobody may know yet that it rings: the same message twice is one call.
    if (active?.state === "calling" && this.#rung !== null) this.#line.say(this.#rung);
  }

  #coded(code: string, turn: number): void {
    this.#keep.change({ turn });
    this.#change({ code, codeLink: `${location.origin}/call#c=${code}` });
  }

  // --- what follows from what has changed

  /** Media, devices and what is shown follow legs, tracks and choices. */
  #follow(): void {
    this.#followLegs();
    this.#followTracks();
    this.#show(performance.now());
  }

  #followLegs(): void {
    const { active } = this.#legs;
    if (this.#media !== null && this.#media.call !== active?.call) this.#endMedia();
    this.#keepCall();
    if (active === null) return;
    if (active.state === "incoming") void this.#ice.now();
    if (active.state !== "ringing" && active.state !== "talking") return;
    this.#media ??= this.#newMedia(active.call, active.side, 0, false);
    if (active.state === "talking") this.#media.start();
    else this.#media.prepare();
  }

  #newMedia(call: string, side: "caller" | "callee", generation: number, isResumed: boolean): CallMedia {
    this.#store.change({ sent: [], sentCount: 0, sentBytes: 0 });
    const now = { tracks: this.#tracks(), own: this.#own() };
    return new CallMedia({ call, side, generation, isResumed }, now, {
      way: async () => ({ iceServers: await this.#ice.now(), relayOnly: this.snapshot.relayOnly }),
      say: (message) => this.#line.say(message),
      sent: ({ kind, bytes }) => this.#sent({ atMs: performance.now(), kind, bytes }),
      remote: (stream) => {
        this.#remote = stream;
        this.#store.change({});
      },
      began: (newest) => this.#keep.change({ generation: newest }),
      silent: () => this.#line.probe(),
      changed: () => this.#show(performance.now()),
    });
  }

  #endMedia(): void {
    this.#media?.close(this.#line.link === "open" ? "now" : "lingering");
    this.#media = null;
    this.#expression.stop();
    if (this.#pictureBefore !== null && this.#legs.active === null) {
      this.#picture = this.#pictureBefore;
      this.#pictureBefore = null;
    }
  }

  #keepCall(): void {
    const { standing, active } = this.#legs;
    const { kept } = this.#keep;
    const isSame = kept.standing?.call === standing?.call && kept.standing?.state === standing?.state;
    if (isSame && kept.standing?.name === standing?.name) return;
    const sinceMs = Date.now() - performance.now() + (active?.sinceMs ?? 0);
    this.#keep.change({ standing, sinceMs });
    if (standing === null) this.#keep.change({ generation: 0 });
  }

  #followTracks(): void {
    const { camera, microphone } = this.#devices;
    if (microphone !== this.#microphone) this.#level.listen(microphone);
    if (microphone !== null) microphone.enabled = this.#sound;
    const isNewCamera = camera !== this.#camera;
    [this.#camera, this.#microphone] = [camera, microphone];
    this.#media?.send(this.#tracks());
    this.#media?.be(this.#own());
    if (camera !== null) this.#letGoModels ??= this.eye.warm();
    this.eye.cover(this.#legs.active?.state === "talking" && camera === null);
    if (!isNewCamera) return;
    this.#preview = camera === null ? null : new MediaStream([camera]);
    this.#store.change({});
    if (camera !== null) this.eye.refresh();
  }

  async #lendCamera(deviceId: string | undefined, ended: () => void): Promise<Camera> {
    return this.#camera === null ? Camera.open(deviceId, ended) : Camera.of(this.#camera.clone(), ended);
  }

  #tracks(): Tracks {
    return { audio: this.#microphone, video: this.#picture === "on" ? this.#camera : null };
  }

  #own(): Own {
    const presence = PRESENCES[this.#expression.state];
    return { presence, sound: this.#isHeard, picture: PICTURE_CODES[this.#pictureNow] };
  }

  get #isHeard(): boolean {
    return this.#sound && this.#microphone !== null;
  }

  get #pictureNow(): Picture {
    return this.#camera === null ? "off" : this.#picture;
  }

  // --- what is shown

  #show(nowMs: number): void {
    const before = this.snapshot;
    this.#change({
      devices: this.#devices.state,
      sound: this.#isHeard,
      picture: this.#pictureNow,
      call: this.#call(nowMs, before.call),
      knocking: this.#knocking(before.knocking),
      ended: this.#ended(nowMs, before.ended),
    });
  }

  #call(nowMs: number, before: Call | null): Call | null {
    const leg = this.#legs.active;
    if (leg === null || leg.state === "knocking") return null;
    const media = this.#media;
    const shown = media?.partner.at(nowMs) ?? NOBODY;
    const partner = { ...shown, name: leg.name, is: leg.partnerIs };
    const { call, side, state, sinceMs } = leg;
    return sameOr(before, {
      call,
      side,
      state: state as Call["state"],
      sinceMs,
      partner: sameOr(before?.partner ?? null, partner),
      media: media?.link ?? "none",
      relayTrouble: media?.relayTrouble ?? null,
      quality: this.#quality.quality,
      rttMs: media?.rttMs == null ? null : Math.round(media.rttMs),
      isRelayed: this.#quality.isRelayed,
      check: media?.words ?? null,
    });
  }

  #knocking(before: Knocking | null): Knocking | null {
    const leg = this.#legs.knocking;
    return leg === null ? null : sameOr(before, { call: leg.call, name: leg.name });
  }

  #ended(nowMs: number, before: Ended | null): Ended | null {
    const leg = this.#legs.ended;
    if (leg === null) return null;
    const { atMs: _, ...rest } = leg;
    return sameOr(before, { ...rest, canCallAgain: this.#legs.againOf(nowMs) !== null });
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

  // --- time and the world

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

  #seen(): void {
    this.#store.showIn(document.hidden ? null : window);
    if (!document.hidden) this.#line.wake(false);
  }

  #networkChanged(): void {
    this.#line.wake(true);
    this.#media?.networkChanged();
  }

  /** A reloaded page goes on with its line and its call. */
  #resume(): void {
    const { line, name, standing, sinceMs, generation, wanted } = this.#keep.kept;
    if (line === null) return;
    if (standing !== null) {
      this.#legs.restore(standing, performance.now() - (Date.now() - sinceMs));
      if (standing.state === "talking") {
        this.#media = this.#newMedia(standing.call, standing.side, generation, true);
      }
    }
    this.open(name);
    if (standing !== null && wanted !== null) void this.#devices.use({ ...wanted, camera: this.#picture !== "off" });
    this.#follow();
  }

  #atFirst(): CallSnapshot {
    const { name, relayOnly } = this.#keep.kept;
    return {
      link: "off",
      closedBecause: null,
      name,
      code: null,
      codeLink: null,
      devices: this.#devices.state,
      sound: false,
      picture: "off",
      level: 0,
      relayOnly,
      hasRelay: null,
      network: null,
      sensing: "off",
      sensingFailure: null,
      reading: null,
      sent: [],
      sentCount: 0,
      sentBytes: 0,
      call: null,
      knocking: null,
      ended: null,
    };
  }
}

const NOBODY = { sound: true, picture: "off", presence: "watching", weights: null, past: [] as const } as const;

/** 128 random bits as base64url, 22 characters. */
function newId(): string {
  const octets = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
