// A browser's WebSocket, WebRTC and media for tests of calls: no network, no clock of its own.

import { vi } from "vitest";

export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  /** Whether it answers who asks if it is still there. */
  static isAlive = false;
  readonly url: string;
  readyState = 0;
  readonly said: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;

  constructor(url: string) {
    this.url = url;
    FakeSocket.all.push(this);
  }

  static get newest(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }

  send(text: string): void {
    const said = JSON.parse(text) as Record<string, unknown>;
    this.said.push(said);
    if (said["type"] === "still" && FakeSocket.isAlive) queueMicrotask(() => this.say({ type: "still" }));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** Opens, and greets the page. */
  welcome(more: object = {}): void {
    if (this.readyState === 0) this.open();
    this.say({ type: "welcome", line: "s".repeat(22), code: "a-b-c-1", turn: 0, relay: false, ...more });
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  types(): unknown[] {
    return this.said.map(({ type }) => type);
  }
}

export class FakeTrack {
  readonly kind: "audio" | "video";
  readonly deviceId: string;
  enabled = true;
  readyState: "live" | "ended" = "live";
  onended: (() => void) | null = null;

  constructor(kind: "audio" | "video", deviceId = `${kind}-1`) {
    this.kind = kind;
    this.deviceId = deviceId;
  }

  stop(): void {
    this.readyState = "ended";
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind, this.deviceId);
  }

  getSettings(): { deviceId: string } {
    return { deviceId: this.deviceId };
  }

  /** It is pulled out. */
  end(): void {
    this.readyState = "ended";
    this.onended?.();
  }
}

export class FakeStream {
  readonly #tracks: FakeTrack[];

  constructor(tracks: FakeTrack[] = []) {
    this.#tracks = tracks;
  }

  getTracks(): FakeTrack[] {
    return this.#tracks;
  }

  getAudioTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "audio");
  }

  getVideoTracks(): FakeTrack[] {
    return this.#tracks.filter(({ kind }) => kind === "video");
  }
}

class FakeChannel {
  readyState = "connecting";
  bufferedAmount = 0;
  binaryType = "blob";
  readonly sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  /** Where what is sent arrives. */
  other: FakeChannel | null = null;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
    const { other } = this;
    queueMicrotask(() => other?.onmessage?.({ data: Uint8Array.from(bytes).buffer }));
  }

  open(): void {
    this.readyState = "open";
    this.onopen?.();
  }
}

interface Description {
  readonly type: string;
  readonly sdp: string;
}

class FakeSender {
  track: FakeTrack | null;

  constructor(track: FakeTrack | null) {
    this.track = track;
  }

  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
  }
}

class FakeTransceiver {
  direction = "recvonly";
  readonly sender: FakeSender;
  readonly receiver: { track: FakeTrack };

  constructor(kind: "audio" | "video", track: FakeTrack | null) {
    this.sender = new FakeSender(track);
    this.receiver = { track: new FakeTrack(kind) };
  }
}

export class FakePeerConnection extends EventTarget {
  static all: FakePeerConnection[] = [];
  readonly configuration: RTCConfiguration;
  readonly channel = new FakeChannel();
  readonly transceivers: FakeTransceiver[] = [];
  readonly candidates: unknown[] = [];
  channelOptions: unknown = null;
  signalingState = "stable";
  connectionState = "new";
  iceGatheringState = "new";
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  currentRemoteDescription: Description | null = null;
  restarts = 0;
  onconnectionstatechange: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  #offers = 0;

  constructor(configuration: RTCConfiguration = {}) {
    super();
    this.configuration = configuration;
    FakePeerConnection.all.push(this);
  }

  get isClosed(): boolean {
    return this.signalingState === "closed";
  }

  createDataChannel(_label: string, options: unknown): FakeChannel {
    this.channelOptions = options;
    return this.channel;
  }

  addTransceiver(of: FakeTrack | "audio" | "video", init: { direction: string }): FakeTransceiver {
    const track = typeof of === "string" ? null : of;
    const transceiver = new FakeTransceiver(track?.kind ?? (of as "audio"), track);
    transceiver.direction = init.direction;
    this.transceivers.push(transceiver);
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }

  restartIce(): void {
    this.restarts += 1;
  }

  async setLocalDescription(): Promise<void> {
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.#offers += 1;
    this.localDescription = { type, sdp: `v=0 ${type} ${this.#offers}\r\n${this.#fingerprint}\r\n` };
    this.signalingState = type === "offer" ? "have-local-offer" : "stable";
    if (type === "answer") this.currentRemoteDescription = this.remoteDescription;
  }

  async setRemoteDescription(description: Description): Promise<void> {
    const isExpected = description.type === "offer" || this.signalingState === "have-local-offer";
    if (!isExpected) throw new DOMException("wrong state", "InvalidStateError");
    this.remoteDescription = description;
    this.signalingState = description.type === "offer" ? "have-remote-offer" : "stable";
    if (description.type === "answer") this.currentRemoteDescription = description;
    if (this.transceivers.length > 0) return;
    this.transceivers.push(new FakeTransceiver("audio", null), new FakeTransceiver("video", null));
  }

  async addIceCandidate(candidate: { candidate: string }): Promise<void> {
    if (candidate.candidate === "foreign") throw new DOMException("", "OperationError");
    this.candidates.push(candidate);
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map();
  }

  close(): void {
    this.signalingState = "closed";
  }

  move(connectionState: string): void {
    this.connectionState = connectionState;
    this.onconnectionstatechange?.();
  }

  /** A certificate of its own. */
  get #fingerprint(): string {
    const own = FakePeerConnection.all.indexOf(this).toString(16).padStart(2, "0").toUpperCase();
    return `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => own).join(":")}`;
  }
}

/** Joins two connections' channels, and opens them. */
export function joinChannels(one: FakePeerConnection, other: FakePeerConnection): void {
  one.channel.other = other.channel;
  other.channel.other = one.channel;
  one.channel.readyState = other.channel.readyState = "open";
  one.channel.open();
  other.channel.open();
}

export function storage(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, value) };
}

/** Takes the places of a page's globals. */
export function install(): void {
  [FakeSocket.all, FakeSocket.isAlive, FakePeerConnection.all] = [[], false, []];
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("MediaStream", FakeStream);
  vi.stubGlobal("location", { origin: "https://kuuki.example" });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("window", Object.assign(new EventTarget(), { requestAnimationFrame: () => 0 }));
  vi.stubGlobal("sessionStorage", storage());
}
