// A gateway and a browser's WebRTC for tests: no network, no clock of its own.

import { vi } from "vitest";
import { decode, encode } from "../../../src/core/mood/frames";
import { Presence } from "../../../src/core/mood/generated";

const FACTS = { room: "demo", purpose: "event", min_group: 5, language: "ja", privacy: "standard", show: null };

class FakeChannel {
  readyState = "connecting";
  bufferedAmount = 0;
  binaryType = "blob";
  readonly sent: Uint8Array[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;

  send(bytes: Uint8Array): void {
    this.sent.push(bytes);
  }

  open(): void {
    this.readyState = "open";
    this.onopen?.();
  }

  receive(bytes: Uint8Array): void {
    this.onmessage?.({ data: Uint8Array.from(bytes).buffer });
  }
}

class FakePeerConnection {
  configuration: unknown;
  /** What was done to it, in order. A real one gathers from "local" on, with the servers that it has then. */
  readonly steps: string[] = [];
  readonly channel = new FakeChannel();
  channelOptions: unknown = null;
  connectionState = "new";
  onconnectionstatechange: (() => void) | null = null;
  isClosed = false;
  answer = "";

  constructor(configuration: unknown) {
    this.configuration = configuration;
  }

  createDataChannel(_label: string, options: unknown): FakeChannel {
    this.channelOptions = options;
    return this.channel;
  }

  async createOffer(): Promise<{ type: string; sdp: string }> {
    return { type: "offer", sdp: "v=0 offer" };
  }

  /** Missing in Firefox before 119. */
  setConfiguration? = (configuration: unknown): void => {
    this.configuration = configuration;
    this.steps.push("configure");
  };

  async setLocalDescription({ sdp }: { sdp: string }): Promise<void> {
    this.steps.push(`local ${sdp}`);
  }

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answer = sdp;
    this.steps.push("remote");
  }

  close(): void {
    this.isClosed = true;
  }
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
}

export class Gateway {
  readonly asked: Asked[] = [];
  readonly peers: FakePeerConnection[] = [];
  /** Whether its peers take other servers once they are there. */
  takesLate = true;
  /** What the next requests to a path that ends so are answered with, instead of the usual. */
  readonly refusals = new Map<string, () => Response | Promise<Response>>();
  #seq = 0;

  /** Takes the place of fetch and of WebRTC. */
  install(): void {
    const { peers } = this;
    const takesLate = (): boolean => this.takesLate;
    vi.stubGlobal("fetch", (path: string, init: RequestInit = {}) => this.#fetch(path, init));
    vi.stubGlobal(
      "RTCPeerConnection",
      class extends FakePeerConnection {
        constructor(configuration: unknown) {
          super(configuration);
          peers.push(this);
          if (!takesLate()) delete this.setConfiguration;
        }
      },
    );
  }

  get peer(): FakePeerConnection {
    return this.peers.at(-1)!;
  }

  requests(method: string): Asked[] {
    return this.asked.filter((request) => request.method === method);
  }

  /** A beat to a peer, the newest by default. */
  beat(
    beat: { presence?: Presence; answer?: number; code?: number; taps?: number; rttMs?: number } = {},
    peer = this.peer,
  ): void {
    this.#seq += 1;
    const usual = { presence: Presence.WATCHING, answer: 0, taps: 0, code: 0, rttMs: 0 } as const;
    peer.channel.receive(encode({ kind: "beat", seq: this.#seq, ...usual, ...beat }));
  }

  /** What a peer (the newest by default) said, as the kinds of its frames: beats with their presence. */
  said(peer = this.peer): string[] {
    return peer.channel.sent.map((bytes) => {
      if (bytes[2] !== 3) return bytes[2] === 1 ? "score" : "tap";
      const frame = decode(bytes);
      return frame.kind === "beat" ? `beat ${frame.presence}` : "";
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    this.asked.push({ method: init.method ?? "GET", path, headers: new Headers(init.headers) });
    for (const [end, refusal] of this.refusals) if (path.endsWith(end)) return refusal();
    if (init.method === "POST") {
      const headers = {
        Location: `/rooms/demo/participants/p${this.peers.length}`,
        "Kuuki-Seat": "seat-secret-of-mine",
        Link: `<turn:own.example:3478>; rel="ice-server"; username="n${this.peers.length}"; credential="c"`,
      };
      return new Response("v=0 answer", { status: 201, headers });
    }
    if (init.method === "DELETE") return new Response(null, { status: 204 });
    return Response.json(FACTS);
  }
}

export function refuse(status: number, headers: Record<string, string> = {}): () => Response {
  return () => Response.json({ error: "no", message: "No." }, { status, headers });
}
