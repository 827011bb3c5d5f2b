// One WebRTC peer with its one channel: unordered, never sent again. Bytes in, bytes out.

import type { IceServer } from "../core/links";

export interface PeerEvents {
  opened(): void;
  received(data: Uint8Array): void;
  /** At most once, and not after `close`. */
  lost(): void;
}

/** With more than this unsent, nothing is said at all: a few frames, which a healthy channel sends in one go. */
const BACKLOG_BYTES = 256;

export class Peer {
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #events: PeerEvents;
  #isOver = false;

  /** `iceServers` are ours or none: no third party learns who is here. */
  constructor(iceServers: readonly IceServer[], events: PeerEvents) {
    this.#events = events;
    this.#connection = new RTCPeerConnection({ iceServers: [...iceServers] });
    this.#channel = this.#connection.createDataChannel("kuuki", { ordered: false, maxRetransmits: 0 });
    this.#channel.binaryType = "arraybuffer";
    this.#channel.onopen = () => events.opened();
    this.#channel.onclose = () => this.#lose();
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer && !this.#isOver) events.received(new Uint8Array(data));
    };
    this.#connection.onconnectionstatechange = () => {
      if (this.#connection.connectionState === "failed") this.#lose();
    };
  }

  /** An SDP offer, at once: the gateway learns our address from our own checks, so nothing waits for candidates. */
  async offer(): Promise<string> {
    const offer = await this.#connection.createOffer();
    await this.#connection.setLocalDescription(offer);
    return offer.sdp ?? "";
  }

  async accept(answer: string): Promise<void> {
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
  }

  /** Whether it went. What is only true for a moment (`fresh`) goes when nothing waits before it. */
  send(bytes: Uint8Array, fresh: boolean): boolean {
    const { readyState, bufferedAmount } = this.#channel;
    if (readyState !== "open" || bufferedAmount > (fresh ? 0 : BACKLOG_BYTES)) return false;
    this.#channel.send(bytes as Uint8Array<ArrayBuffer>);
    return true;
  }

  close(): void {
    this.#isOver = true;
    this.#connection.close();
  }

  #lose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.lost();
  }
}
