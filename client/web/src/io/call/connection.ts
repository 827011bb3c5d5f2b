// One connection of a call: sound and picture both ways and the call's channel, by perfect negotiation (W3C WebRTC,
// section 10.7). Offers are made on purpose only: what is not sent is a sender without a track, which needs none.

import { fingerprintIn } from "../../core/call/checking";
import { fitted, withRelayAlone } from "../../core/call/descriptions";
import { CHANNEL_ID } from "../../core/call/generated";
import type { RelayTrouble } from "../../core/call/session";
import type { Candidate, Description } from "../../core/call/signaling";
import { watchRelay } from "./relay";

export interface Tracks {
  readonly audio: MediaStreamTrack | null;
  readonly video: MediaStreamTrack | null;
}

/** What the partner's page is told. */
export type Said = { readonly description: Description } | { readonly candidate: Candidate };

export interface ConnectionEvents {
  say(said: Said): void;
  moved(state: RTCPeerConnectionState): void;
  remote(stream: MediaStream): void;
  opened(): void;
  received(data: Uint8Array): void;
  /** The channel is over: the partner's page went, or closed it. */
  ended(): void;
  /** Only with relay only: null when there is a way after all. */
  relayed(trouble: RelayTrouble | null): void;
}

export interface Way {
  readonly iceServers: readonly RTCIceServer[];
  readonly relayOnly: boolean;
}

const KINDS = ["audio", "video"] as const;
/** With more than this unsent nothing is said at all; a score waits for nothing. */
const BACKLOG_BYTES = 256;
/** How long a connection is kept so that the goodbye gets out. */
const GOODBYE_MS = 300;

export class CallConnection {
  readonly #pc: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #events: ConnectionEvents;
  readonly #isPolite: boolean;
  readonly #relayOnly: boolean;
  readonly #stream = new MediaStream();
  #tracks: Tracks;
  #isOffering = false;
  #isOver = false;
  #early: Candidate[] = [];
  #heard: readonly MediaStreamTrack[] = [];

  /** `offers`: this side begins; else it takes what the partner's offer brings. */
  constructor(way: Way, tracks: Tracks, sides: { isPolite: boolean; offers: boolean }, events: ConnectionEvents) {
    this.#events = events;
    this.#tracks = tracks;
    this.#isPolite = sides.isPolite;
    this.#relayOnly = way.relayOnly;
    const iceTransportPolicy = way.relayOnly ? "relay" : "all";
    const pc = new RTCPeerConnection({
      iceServers: [...way.iceServers],
      iceTransportPolicy,
      bundlePolicy: "max-bundle",
    });
    this.#pc = pc;
    this.#channel = this.#openChannel();
    pc.onconnectionstatechange = () => this.#isOver || events.moved(pc.connectionState);
    pc.onicecandidate = ({ candidate }) => candidate !== null && this.#sayCandidate(candidate.toJSON() as Candidate);
    if (way.relayOnly) watchRelay(pc, way.iceServers, (trouble) => this.#isOver || events.relayed(trouble));
    if (sides.offers) for (const kind of KINDS) this.#addTransceiver(kind);
  }

  /** Both ends' certificates, as the descriptions name them; null before both are known. */
  get fingerprints(): { own: string; partner: string } | null {
    const [own, partner] = [this.#pc.localDescription, this.#pc.remoteDescription].map((description) =>
      fingerprintIn(description?.sdp ?? ""),
    );
    return own && partner ? { own, partner } : null;
  }

  stats(): Promise<RTCStatsReport> {
    return this.#pc.getStats();
  }

  /** The first offer, or with `restart` another way for what is connected. */
  async offer(restart = false): Promise<void> {
    const { signalingState } = this.#pc;
    if (this.#isOver || (signalingState !== "stable" && signalingState !== "have-local-offer")) return;
    if (restart) this.#pc.restartIce();
    this.#isOffering = true;
    try {
      await this.#pc.setLocalDescription();
    } finally {
      this.#isOffering = false;
    }
    this.#sayDescription();
  }

  /** Says an offer again that may not have come: the line was away. */
  repeat(): void {
    if (this.#pc.signalingState === "have-local-offer") this.#sayDescription();
  }

  /** What the partner's page said. `yield`: both made the first offer, and this side must take the other's, afresh. */
  async take(said: Partial<{ description: Description; candidate: Candidate }>): Promise<"taken" | "yield"> {
    if (this.#isOver) return "taken";
    if (said.candidate !== undefined) await this.#takeCandidate(said.candidate);
    else if (said.description?.type === "offer") return this.#takeOffer(said.description);
    else if (said.description !== undefined && this.#pc.signalingState === "have-local-offer") {
      await this.#takeDescription(said.description);
    }
    return "taken";
  }

  /** Other tracks, or none, without a new offer. */
  async setTracks(tracks: Tracks): Promise<void> {
    this.#tracks = tracks;
    if (this.#isOver) return;
    const senders = this.#pc.getTransceivers().map(async ({ sender, receiver }) => {
      const track = tracks[receiver.track.kind as "audio" | "video"];
      if (sender.track !== track) await sender.replaceTrack(track);
    });
    await Promise.all(senders);
  }

  /** Whether the bytes were handed to the channel. A frame that ages fast (`fresh`) is skipped when anything waits before it. */
  send(bytes: Uint8Array, fresh: boolean): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== "open" || bufferedAmount > (fresh ? 0 : BACKLOG_BYTES)) return false;
    this.#channel.send(bytes as Uint8Array<ArrayBuffer>);
    return true;
  }

  close(): void {
    this.#isOver = true;
    this.#pc.close();
    // A connection that is closed may stay for a while; nothing of the call stays with it.
    this.#pc.onconnectionstatechange = this.#pc.onicecandidate = null;
    this.#channel.onopen = this.#channel.onclose = this.#channel.onmessage = null;
  }

  /** Closes when the goodbye is out; what is seen and heard of us ends at once. */
  leave(): void {
    this.#isOver = true;
    for (const { sender } of this.#pc.getTransceivers()) void sender.replaceTrack(null).catch(() => undefined);
    setTimeout(() => this.close(), GOODBYE_MS);
  }

  #openChannel(): RTCDataChannel {
    const how = { negotiated: true, id: CHANNEL_ID, ordered: false, maxRetransmits: 0 };
    const channel = this.#pc.createDataChannel("kuuki", how);
    channel.binaryType = "arraybuffer";
    channel.onopen = () => this.#isOver || this.#events.opened();
    channel.onclose = () => this.#isOver || this.#events.ended();
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && !this.#isOver) this.#events.received(new Uint8Array(data));
    };
    return channel;
  }

  #addTransceiver(kind: "audio" | "video"): void {
    this.#pc.addTransceiver(this.#tracks[kind] ?? kind, { direction: "sendrecv", streams: [this.#stream] });
  }

  async #takeOffer(description: Description): Promise<"taken" | "yield"> {
    const collides = this.#isOffering || this.#pc.signalingState !== "stable";
    if (collides && !this.#isPolite) return "taken";
    // A first offer that is rolled back leaves transceivers that no other offer is matched with.
    if (collides && this.#pc.currentRemoteDescription === null) return "yield";
    await this.#takeDescription(description);
    if (this.#isOver) return "taken";
    await this.#adopt();
    await this.#pc.setLocalDescription();
    this.#sayDescription();
    return "taken";
  }

  async #takeDescription(description: Description): Promise<void> {
    const sdp = fitted(description.sdp, this.#pc.remoteDescription?.sdp ?? null);
    await this.#pc.setRemoteDescription({ type: description.type, sdp });
    if (this.#isOver) return;
    this.#tellRemote();
    for (const candidate of this.#early.splice(0)) await this.#takeCandidate(candidate);
  }

  /** Only what is new must be attached anew. */
  #tellRemote(): void {
    const tracks = this.#pc.getTransceivers().map(({ receiver }) => receiver.track);
    if (tracks.length === this.#heard.length && tracks.every((track, i) => track === this.#heard[i])) return;
    this.#heard = tracks;
    this.#events.remote(new MediaStream(tracks));
  }

  /** The partner's offer made the transceivers: they send too. */
  async #adopt(): Promise<void> {
    for (const transceiver of this.#pc.getTransceivers()) {
      transceiver.direction = "sendrecv";
      transceiver.sender.setStreams?.(this.#stream);
    }
    await this.setTracks(this.#tracks);
  }

  async #takeCandidate(candidate: Candidate): Promise<void> {
    if (this.#pc.remoteDescription === null) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch {
      // It belongs to an offer that was not taken, or to one that another has replaced.
    }
  }

  #sayDescription(): void {
    const { localDescription } = this.#pc;
    if (localDescription === null || this.#isOver) return;
    const sdp = this.#relayOnly ? withRelayAlone(localDescription.sdp) : localDescription.sdp;
    this.#events.say({ description: { type: localDescription.type as Description["type"], sdp } });
  }

  #sayCandidate(said: Candidate): void {
    const candidate = this.#relayOnly ? withRelayAlone(said.candidate) : said.candidate;
    // An empty one says that there are no more.
    if (!this.#isOver && (candidate !== "" || said.candidate === ""))
      this.#events.say({ candidate: { ...said, candidate } });
  }
}
