// A session of calls that does what it is told and meets nobody.

import type { CallSession, CallSnapshot, CallState, Picture } from "../src/core/call/session";
import { everyBeat } from "./beat";
import { call, ended, HAPPY, OFF, ON, OPEN, PARTNER_CODE, READING, SHARING, START, TESTED } from "./call-states";
import { madeUpPerson } from "./person";

export class MadeUpCall implements CallSession {
  snapshot: CallSnapshot;
  preview: MediaStream | null = null;
  remote: MediaStream | null = null;
  readonly #listeners = new Set<(snapshot: CallSnapshot) => void>();

  constructor(first: Partial<CallSnapshot>) {
    this.snapshot = { ...START, ...first };
    if (this.snapshot.devices.state === "on") this.#devices();
    if (this.snapshot.call?.state === "talking") this.#meet();
    everyBeat(() => this.#move());
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(changed: Partial<CallSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  /** Another state of the call that is on, or that begins. */
  become(state: CallState): void {
    const next = call(state).call ?? null;
    if (state === "talking") this.#meet();
    this.change({ call: next });
  }

  #devices(): void {
    this.preview ??= madeUpPerson("#26304a", "#8fa4d8");
  }

  #meet(): void {
    this.remote ??= madeUpPerson("#4a3226", "#e8b184");
  }

  /** Adds sound to the partner's picture: no browser plays it before a press. */
  addSound(): void {
    const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
    if (track) this.remote?.addTrack(track);
  }

  #move(): void {
    const { devices, call, sensing } = this.snapshot;
    if (devices.state === "on") this.change({ level: Math.abs(Math.sin(performance.now() / 700)) * 0.6 });
    if (call?.state !== "talking" || !call.partner.weights) return;
    const wave = 0.06 * Math.sin(performance.now() / 1800);
    const weights = HAPPY.map((weight, index) =>
      index === 3 ? weight + wave : index === 6 ? Math.max(0, weight - wave) : weight,
    );
    this.change({ call: { ...call, partner: { ...call.partner, weights } } });
    if (sensing === "on") this.change({ sentCount: this.snapshot.sentCount + 1 });
  }

  open(name: string): void {
    this.change({ ...OPEN, name });
  }
  async useDevices(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    this.change({ devices: { ...OFF, state: "asking" } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (wanted.camera) this.#devices();
    this.change({ devices: wanted.camera ? ON : { ...ON, camera: null } });
  }
  async chooseCamera(camera: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, camera } });
  }
  async chooseMicrophone(microphone: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, microphone } });
  }
  async chooseSpeaker(speaker: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, speaker } });
  }
  async playTestSound(): Promise<void> {}
  async testNetwork(): Promise<void> {
    this.change({ network: { ...TESTED, state: "running" } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    this.change({ network: TESTED });
  }
  renewCode(): void {
    this.change({ code: PARTNER_CODE, codeLink: `https://kuuki.example/call#c=${PARTNER_CODE}` });
  }
  setRelayOnly(relayOnly: boolean): void {
    this.change({ relayOnly });
  }
  ring(_: string, faceOff = false): void {
    this.change({ picture: faceOff ? "face_off" : this.snapshot.picture, ended: null });
    this.become("calling");
  }
  again(): void {
    this.ring(PARTNER_CODE);
  }
  accept(_: string, faceOff = false): void {
    this.change({ picture: faceOff ? "face_off" : this.snapshot.picture, knocking: null });
    this.become("talking");
  }
  decline(which: string): void {
    if (this.snapshot.knocking?.call === which) this.change({ knocking: null });
    else this.change({ call: null, ended: ended("callee", "declined").ended ?? null });
  }
  hangUp(): void {
    const how = this.snapshot.call?.state === "talking" ? "ended" : "cancelled";
    this.change({ call: null, sensing: "off", ended: ended("caller", how).ended ?? null });
  }
  setSound(sound: boolean): void {
    this.change({ sound });
  }
  setPicture(picture: Picture): void {
    this.change({ picture });
  }
  async share(): Promise<void> {
    this.#devices();
    this.change(SHARING);
  }
  stopSharing(): void {
    this.change({ sensing: "off", reading: null });
  }
  pauseSharing(): void {
    this.change({ sensing: "paused", reading: null });
  }
  resumeSharing(): void {
    this.change({ sensing: "on", reading: READING });
  }
  dismissEnded(): void {
    this.change({ ended: null });
  }
  leave(): void {
    this.change({ link: "closed", closedBecause: "left" });
  }
}
