// A room over HTTP: its facts, the join, the leave. Keeps the seat secret, and the link's secret for a reload.

import { type IceServer, iceServersIn } from "../../core/links";
import { READS } from "../../core/mood/frames";
import type { Role, RoomFacts } from "../../core/mood/session";
import { ask, withKey } from "../http";

export interface Answer {
  readonly sdp: string;
  /** Path of this participant; a DELETE of it takes the participant out of the room, whoever sends it. */
  readonly participant: string;
  /** The ICE servers for this join; relays are given with this answer alone. */
  readonly iceServers: readonly IceServer[];
}

const REQUEST_MS = 10_000;

export class RoomEndpoint {
  readonly role: Role;
  readonly #room: string;
  readonly #path: string;
  readonly #key: string | null;
  #seat: string | null = null;

  constructor(room: string, role: Role, key: string | null) {
    this.role = role;
    this.#room = room;
    this.#path = `/rooms/${room}`;
    this.#key = key;
  }

  /** Raises Refused. */
  async facts(stop: AbortSignal): Promise<RoomFacts> {
    const answer = await ask(this.#path, { headers: withKey(this.#key), signal: soon(stop) });
    const said = (await answer.json()) as Omit<RoomFacts, "minGroup" | "retentionS"> & {
      min_group: number;
      retention_s: number;
    };
    const { room, purpose, language, privacy, show, recorded, min_group: minGroup, retention_s: retentionS } = said;
    return { room, purpose, language, privacy, show, recorded, minGroup, retentionS };
  }

  /** An SDP offer in, an answer out. Raises Refused. */
  async join(offer: string, stop: AbortSignal): Promise<Answer> {
    const seat = this.#seat ?? read(this.#seatName);
    const headers = {
      "Content-Type": "application/sdp",
      "Kuuki-Frames": READS,
      ...(seat && { "Kuuki-Seat": seat }),
      ...withKey(this.#key),
    };
    const path = `${this.#path}/participants?role=${this.role}`;
    const answer = await ask(path, { method: "POST", headers, body: offer, signal: soon(stop) });
    const given = answer.headers.get("Kuuki-Seat");
    if (given !== null) {
      this.#seat = given;
      write(this.#seatName, given);
    }
    const iceServers = iceServersIn(answer.headers.get("Link"));
    return { sdp: await answer.text(), participant: answer.headers.get("Location") ?? "", iceServers };
  }

  /** Out at once. `keepalive` lets the request outlive the page. */
  leave(participant: string): void {
    fetch(participant, { method: "DELETE", headers: withKey(this.#key), keepalive: true }).catch(() => undefined);
  }

  /** The event stream of mixes; raises Refused. */
  async mixes(stop: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
    const headers = { Accept: "text/event-stream", ...withKey(this.#key) };
    return (await ask(`${this.#path}/mix`, { headers, signal: stop })).body;
  }

  get #seatName(): string {
    return `kuuki.seat.${this.#room}`;
  }
}

function soon(stop: AbortSignal): AbortSignal {
  return AbortSignal.any([stop, AbortSignal.timeout(REQUEST_MS)]);
}

/** Storage may be forbidden; then a reload takes a new seat, and the old one is soon empty. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // As in `read`: a reload then takes a new seat.
  }
}
