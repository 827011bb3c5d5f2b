// One WebRTC peer with its one channel: unordered, never sent again. Bytes in, bytes out.

import type { IceServer } from "../../core/links";

export interface PeerEvents {
  opened(): void;
  received(data: Uint8Array): void;
  /** At most once, and not after `close`. */
  lost(): void;
}

/** With more than this unsent, nothing is said at all: a few frames, which a healthy channel sends in one go. */
const BACKLOG_BYTES = 256;

/** Its offer has no candidates: the gateway needs none, and learns our address from our own checks. */
export class Peer {
  readonly #connection: RTCPeerConnection;
  readonly #channel: RTCDataChannel;
  readonly #events: PeerEvents;
  readonly #begins: boolean;
  #offer: RTCSessionDescriptionInit | null = null;
  #isOver = false;

  /**
   * `known`: servers that an answer gave a moment ago; with none, ways are looked for once this join is answered.
   * All are the server's own or none: no third party learns who is here.
   */
  constructor(known: readonly IceServer[], events: PeerEvents) {
    this.#events = events;
    this.#connection = new RTCPeerConnection({ iceServers: [...known] });
    this.#begins = known.length > 0;
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

  /** An SDP offer, at once. */
  async offer(): Promise<string> {
    const offer = await this.#connection.createOffer();
    if (this.#begins) await this.#connection.setLocalDescription(offer);
    else this.#offer = offer;
    return offer.sdp ?? "";
  }

  /**
   * The gateway's answer, and the servers that it gave with it: relays are only for who may join. Gathering begins with
   * the local description, so they are there in time (RFC 9429, section 4.1.18). Firefox before 119 cannot take them so
   * late, and has them with the next join.
   */
  async accept(answer: string, iceServers: readonly IceServer[]): Promise<void> {
    if (this.#offer !== null) {
      this.#connection.setConfiguration?.({ iceServers: [...iceServers] });
      await this.#connection.setLocalDescription(this.#offer);
    }
    await this.#connection.setRemoteDescription({ type: "answer", sdp: answer });
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
    this.#connection.close();
  }

  #lose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.lost();
  }
}
