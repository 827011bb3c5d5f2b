// The calls of a page: its legs as the line tells them, and the media of the one that is on. Whatever changes, what
// follows from it is done in one place, `follow`.

import type { Own } from "../../core/call/channel";
import { Picture as PictureCode, type Side } from "../../core/call/generated";
import { Legs } from "../../core/call/legs";
import type { LegMessage, Signal, Standing, ToLine } from "../../core/call/signaling";
import { callOf, endedOf, knockingOf, type MediaFacts } from "../../core/call/view";
import { CALL_LOST_MS } from "../../core/generated";
import type { Said } from "../../core/mood/pace";
import { presenceOf } from "../../core/mood/presence";
import type { Expression } from "./expression";
import type { IceServers } from "./ice";
import { newCallId } from "./id";
import type { Line } from "./line";
import { CallMedia } from "./media";
import type { Outgoing } from "./outgoing";
import { QualityWatch } from "./quality";
import type { SavedState } from "./saved";
import type { ShownCalls } from "./shown";

const PICTURE_CODES = { off: PictureCode.OFF, on: PictureCode.ON, face_off: PictureCode.FACE_OFF } as const;

/** What calls are made of besides their legs and media. */
export interface CallParts {
  readonly saved: SavedState;
  readonly line: Line;
  readonly ice: IceServers;
  readonly outgoing: Outgoing;
  readonly expression: Expression;
  readonly shown: ShownCalls;
}

export class Calls {
  readonly #parts: CallParts;
  readonly #legs = new Legs();
  readonly #quality = new QualityWatch();
  #media: CallMedia | null = null;
  #remote: MediaStream | null = null;
  /** The message that began the call that is on, if this page began it. */
  #rung: ToLine | null = null;

  constructor(parts: CallParts) {
    this.#parts = parts;
  }

  get remote(): MediaStream | null {
    return this.#remote;
  }

  /** The call that is said again on every connection of the line; null: none. */
  get standing(): Standing | null {
    return this.#legs.standing;
  }

  get isTalking(): boolean {
    return this.#legs.active?.state === "talking";
  }

  // --- what the person does

  ring(code: string, faceOff: boolean): void {
    this.#begin((call) => ({ type: "ring", call, code }), faceOff);
  }

  again(): void {
    const of = this.#legs.againOf(performance.now());
    if (of !== null) this.#begin((call) => ({ type: "again", call, of }), false);
  }

  #begin(say: (call: string) => ToLine, faceOff: boolean): void {
    const { line, outgoing } = this.#parts;
    if (!this.#legs.isFree || line.link === "off" || line.link === "closed") return;
    const call = newCallId();
    this.#rung = say(call);
    if (this.#legs.active === null) this.#legs.ring(call, performance.now());
    if (faceOff) outgoing.goFaceOff();
    line.say(this.#rung);
    this.follow();
  }

  accept(call: string, faceOff: boolean): void {
    const { saved, line, outgoing } = this.#parts;
    if (![this.#legs.active?.call, this.#legs.knocking?.call].includes(call)) return;
    if (faceOff) outgoing.goFaceOff();
    this.#legs.accept(call);
    // Whether the answer arrives is not known while the line may break: until it says so, the code counts as spent.
    saved.change({ turn: null });
    line.say({ type: "accept", call });
  }

  decline(call: string): void {
    this.#parts.line.say({ type: "decline", call });
    this.#legs.happen(call, "decline", performance.now());
    this.follow();
  }

  hangUp(): void {
    const { active } = this.#legs;
    if (active === null) return;
    this.#parts.line.forget(active.call);
    this.#parts.line.say({ type: "hang_up", call: active.call });
    this.#legs.happen(active.call, "hang_up", performance.now());
    this.follow();
  }

  dismissEnded(): void {
    this.#legs.dismissEnded();
    this.follow();
  }

  /** Relays only, or not any more: the call that is on looks for another way. */
  rewire(): void {
    this.#media?.rewire();
  }

  // --- what the line says

  hear(message: LegMessage): void {
    this.#legs.hear(message, performance.now());
    this.follow();
  }

  take(message: Signal): void {
    if (message.call === this.#media?.call) this.#media.take(message);
  }

  /** The line is open: it tells anew of a call that knocks, and is told anew of a call that rings nowhere yet. */
  welcomed(): void {
    this.#legs.forgetKnocking();
    // The server may not have heard of this call before the line broke. Said twice, the message still makes one call.
    if (this.#legs.active?.state === "calling" && this.#rung !== null) this.#parts.line.say(this.#rung);
  }

  lineBack(): void {
    this.#media?.lineBack();
  }

  networkChanged(): void {
    this.#media?.networkChanged();
  }

  /** This page is over. `left`: the person left, and the partner is told; else the call goes on in another tab. */
  part(left: boolean): void {
    this.#legs.clear();
    this.#endMedia(left ? "lingering" : "silent");
  }

  // --- what follows from what has changed

  /** Brings media, what the partner is told, and what is shown to what legs, devices and choices are now. */
  follow(): void {
    this.#followLegs();
    this.#media?.send(this.#parts.outgoing.tracks);
    this.sayOwn();
    this.#show(performance.now());
  }

  /** The partner is told what of oneself is sent, if that has changed. */
  sayOwn(): void {
    this.#media?.be(this.#own());
  }

  score(said: Said): void {
    this.#media?.score(said);
  }

  #followLegs(): void {
    const { line, outgoing, ice } = this.#parts;
    const { active } = this.#legs;
    if (this.#media !== null && this.#media.call !== active?.call) {
      this.#endMedia(line.link === "open" ? "now" : "lingering");
    }
    this.#saveCall();
    outgoing.eye.cover(active?.state === "talking" && outgoing.picture === "off");
    // While one call makes way for another, face-off stays: else the picture could be sent for a moment.
    if (active === null) this.#legs.isPassing || outgoing.endFaceOff();
    else if (active.state === "incoming") void ice.now();
    else if (active.state === "ringing" || active.state === "talking") this.#connect(active.call, active.side);
  }

  /** Ringing, all is made ready; talking, it begins. */
  #connect(call: string, side: Side): void {
    this.#media ??= this.#newMedia({ call, side, generation: 0, isResumed: false });
    if (this.isTalking) this.#media.start();
    else this.#media.prepare();
  }

  #newMedia(of: { call: string; side: Side; generation: number; isResumed: boolean }): CallMedia {
    const { saved, line, ice, outgoing, shown } = this.#parts;
    shown.forgetSent();
    return new CallMedia(
      of,
      { tracks: outgoing.tracks, own: this.#own() },
      {
        way: async () => ({ iceServers: await ice.now(), relayOnly: shown.snapshot.relayOnly }),
        say: (message) => line.say(message),
        sent: ({ kind, bytes }) => shown.sent(kind, bytes),
        remote: (stream) => {
          this.#remote = stream;
          shown.streamsChanged();
        },
        began: (generation) => saved.change({ generation }),
        silent: () => line.probe(),
        changed: () => this.#show(performance.now()),
      },
    );
  }

  #endMedia(how: "now" | "lingering" | "silent"): void {
    this.#media?.close(how);
    this.#media = null;
    this.#parts.expression.stop();
  }

  #saveCall(): void {
    const { saved } = this.#parts;
    const { standing, active } = this.#legs;
    const { state: kept } = saved;
    const isSame = kept.standing?.call === standing?.call && kept.standing?.state === standing?.state;
    if (isSame && kept.standing?.name === standing?.name) return;
    const sinceMs = Date.now() - performance.now() + (active?.sinceMs ?? 0);
    const generation = kept.standing?.call === standing?.call ? kept.generation : 0;
    saved.change({ standing, sinceMs, generation });
  }

  #own(): Own {
    const { outgoing, expression } = this.#parts;
    const { sound, picture } = outgoing;
    return { presence: presenceOf(expression.state), sound, picture: PICTURE_CODES[picture] };
  }

  #show(nowMs: number): void {
    const { outgoing, shown } = this.#parts;
    const { call, knocking, ended } = shown.snapshot;
    const { sound, picture, devices } = outgoing;
    const canCallAgain = this.#legs.againOf(nowMs) !== null;
    shown.change({
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

  // --- time

  /** What a moment asks for; several times a second. */
  tick(nowMs: number): void {
    this.#legs.age(nowMs);
    this.#parts.expression.check(nowMs);
    this.#media?.tick(nowMs);
    this.#quality.tick(this.#media?.link === "open" ? this.#media.connection : null, nowMs);
    this.#judge(nowMs);
    this.#followLegs();
    this.#show(nowMs);
  }

  /** Whether the call is over, though the line has not said so. */
  #judge(nowMs: number): void {
    const { line } = this.#parts;
    const { active } = this.#legs;
    const media = this.#media;
    if (active?.state !== "talking" || media === null) return;
    const { call } = active;
    if (media.partner.isGone) {
      line.say({ type: "hang_up", call });
      this.#legs.happen(call, "hung_up", nowMs);
    } else if (active.partnerIs === "gone" && media.silentMs(nowMs) >= CALL_LOST_MS) {
      line.say({ type: "lose", call });
      this.#legs.happen(call, "lose", nowMs);
    }
  }

  /** A page that was reloaded goes on with the call that it stood in. */
  resume(): void {
    const { saved, outgoing } = this.#parts;
    const { standing, sinceMs, generation } = saved.state;
    if (standing === null) return;
    const { call, side } = standing;
    this.#legs.restore(standing, performance.now() - (Date.now() - sinceMs));
    if (standing.state === "talking") this.#media = this.#newMedia({ call, side, generation, isResumed: true });
    void outgoing.resume();
  }
}
