// A page of calls as core/call/session.ts shows it: its line and code, devices and expression. Its calls are in calls.ts.

import type { CallSession, CallSnapshot, Picture } from "../../core/call/session";
import type { FromLine } from "../../core/call/signaling";
import { atFirst } from "../../core/call/view";
import { NAME_CHARS } from "../../core/generated";
import type { Eye } from "../mood/eye";
import { Calls } from "./calls";
import { watchEnvironment } from "./environment";
import { Expression } from "./expression";
import { IceServers } from "./ice";
import { Line, type LineHello } from "./line";
import { RUNNING, testNetwork, withRelayOf } from "./network";
import { Outgoing } from "./outgoing";
import { SavedState } from "./saved";
import { ShownCalls } from "./shown";
import { playTestSound } from "./sound";

const PULSE_MS = 100;

export class CallVisit implements CallSession {
  readonly #saved = new SavedState();
  readonly #line: Line;
  readonly #ice: IceServers;
  readonly #outgoing: Outgoing;
  readonly #expression: Expression;
  readonly #shown: ShownCalls;
  readonly #calls: Calls;
  readonly #language: () => LineHello["language"];
  /** The number of the code, with which it may be had again; null: there is no code. */
  #turn: number | null = null;

  /** `language`: the person's, at any moment. */
  constructor(language: () => LineHello["language"]) {
    this.#language = language;
    this.#outgoing = new Outgoing(this.#saved, {
      changed: () => this.#calls.follow(),
      level: (level) => this.#shown.change({ level }),
    });
    const { name, relayOnly } = this.#saved.state;
    this.#shown = new ShownCalls(atFirst(name, relayOnly, this.#outgoing.devices.state));
    this.#expression = new Expression(this.eye, {
      turned: (sensing, sensingFailure) => {
        this.#shown.change({ sensing, sensingFailure });
        this.#calls.sayOwn();
      },
      read: (reading) => this.#shown.change({ reading }),
      said: (score) => this.#calls.score(score),
    });
    this.#line = new Line({
      moved: (link, closedBecause) => this.#lineMoved(link, closedBecause),
      heard: (message) => this.#hear(message),
      hello: () => this.#hello(),
    });
    this.#ice = new IceServers((isTest) => this.#line.say(isTest ? { type: "ice", for: "test" } : { type: "ice" }));
    this.#calls = new Calls({
      saved: this.#saved,
      line: this.#line,
      ice: this.#ice,
      outgoing: this.#outgoing,
      expression: this.#expression,
      shown: this.#shown,
    });
  }

  /** Begins; a page that was reloaded goes on where it was. */
  run(): void {
    setInterval(() => this.#calls.tick(performance.now()), PULSE_MS);
    watchEnvironment({
      seen: (isSeen) => {
        this.#shown.showIn(isSeen ? window : null);
        if (isSeen) this.#line.wake(false);
      },
      networkChanged: () => {
        this.#line.wake(true);
        this.#calls.networkChanged();
      },
    });
    const { line, name } = this.#saved.state;
    if (line === null) return;
    this.#calls.resume();
    this.open(name);
    this.#calls.follow();
  }

  /** The camera of calls, for a visit to a room beside. */
  get eye(): Eye {
    return this.#outgoing.eye;
  }

  get snapshot(): CallSnapshot {
    return this.#shown.snapshot;
  }

  get preview(): MediaStream | null {
    return this.#outgoing.preview;
  }

  get remote(): MediaStream | null {
    return this.#calls.remote;
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.#shown.subscribe(listener);
  }

  open(name: string): void {
    const plain = name.trim().slice(0, NAME_CHARS);
    const isNew = plain !== this.#saved.state.name;
    this.#saved.change({ name: plain });
    this.#shown.change({ name: plain });
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
    this.#shown.change({ network: RUNNING });
    const { servers, isTooSoon } = await this.#ice.forTest();
    const network = await testNetwork(servers);
    this.#shown.change({ network: isTooSoon ? withRelayOf(before, network) : network });
  }

  renewCode(): void {
    this.#line.say({ type: "code" });
  }

  setRelayOnly(relayOnly: boolean): void {
    if (relayOnly === this.snapshot.relayOnly) return;
    this.#saved.change({ relayOnly });
    this.#shown.change({ relayOnly });
    this.#calls.rewire();
  }

  ring(code: string, faceOff = false): void {
    this.#calls.ring(code, faceOff);
  }

  again(): void {
    this.#calls.again();
  }

  accept(call: string, faceOff = false): void {
    this.#calls.accept(call, faceOff);
  }

  decline(call: string): void {
    this.#calls.decline(call);
  }

  hangUp(): void {
    this.#calls.hangUp();
  }

  setSound(on: boolean): void {
    this.#outgoing.setSound(on);
  }

  setPicture(picture: Picture): void {
    this.#outgoing.setPicture(picture);
  }

  async share(): Promise<void> {
    if (this.#calls.isTalking) await this.#expression.share();
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
    this.#calls.dismissEnded();
  }

  leave(): void {
    this.#line.leave();
  }

  // --- the line

  #hello(): LineHello {
    const { name, line, turn } = this.#saved.state;
    return { name, language: this.#language(), line, turn, standing: this.#calls.standing };
  }

  #lineMoved(link: CallSnapshot["link"], closedBecause: CallSnapshot["closedBecause"]): void {
    this.#shown.change({ link, closedBecause });
    if (link === "open") {
      this.#ice.lineBack();
      this.#calls.lineBack();
    }
    if (closedBecause === "left" || closedBecause === "line_taken") this.#part(closedBecause === "left");
  }

  /** This page is over: the person left, or goes on in another tab. */
  #part(left: boolean): void {
    this.#calls.part(left);
    this.#outgoing.stop();
    if (left) this.#saved.forget();
    this.#shown.change({ code: null, codeLink: null });
  }

  #hear(message: FromLine): void {
    if (message.type === "welcome") this.#welcomed(message);
    else if (message.type === "code") this.#coded(message.code, message.turn);
    else if (message.type === "ice") this.#ice.given(message);
    else if (message.type === "signal") this.#calls.take(message);
    else if (message.type === "state") {
      if (message.state === "talking") this.#saved.change({ turn: this.#turn });
      this.#calls.hear(message);
    }
  }

  #welcomed({ line, code, turn, relay }: Extract<FromLine, { type: "welcome" }>): void {
    this.#saved.change({ line });
    this.#coded(code, turn);
    this.#shown.change({ hasRelay: relay });
    this.#calls.welcomed();
  }

  #coded(code: string | null, turn: number | null): void {
    this.#turn = turn;
    this.#saved.change({ turn });
    this.#shown.change({ code, codeLink: code === null ? null : `${location.origin}/call#c=${code}` });
  }
}
