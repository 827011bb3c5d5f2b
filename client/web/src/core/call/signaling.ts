// Messages of a line, both ways: the browser's half of kuuki/call/signaling.py. docs/protocol.md has the whole language.

import { CALL_ID, LINE_ID, LINE_SECRET } from "../generated";
import { LEG_STATES, type LegState, SIDES, type Side } from "./generated";

export const MESSAGES_VERSION = 1;

/** A call that a page stands in, said again on every connection. */
export interface Standing {
  readonly call: string;
  readonly partner: string;
  readonly side: Side;
  readonly state: LegState;
  readonly name: string;
}

export interface Description {
  readonly type: "offer" | "answer";
  readonly sdp: string;
}

/** As RTCIceCandidate.toJSON. */
export interface Candidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
}

export interface Signal {
  readonly type: "signal";
  readonly call: string;
  readonly generation: number;
  readonly description?: Description;
  readonly candidate?: Candidate;
}

/** What a page says after its hello. */
export type ToLine =
  | { readonly type: "ring"; readonly call: string; readonly code: string }
  | { readonly type: "again"; readonly call: string; readonly of: string }
  | { readonly type: "accept" | "decline" | "hang_up" | "lose"; readonly call: string }
  | Signal
  /** Relays, for the call that rings or is on; or for a test of the network. */
  | { readonly type: "ice"; readonly for?: "test" }
  | { readonly type: "code" | "still" | "bye" };

export interface LegMessage {
  readonly type: "state";
  readonly call: string;
  readonly side: Side;
  readonly state: LegState;
  readonly partner: string | null;
  readonly name: string;
  readonly partnerIs: "here" | "away" | "gone";
}

export interface RelayServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

/** Why relays are left out: the line has no call that needs one; this address had its test a moment ago. */
export type NoRelay = (typeof NO_RELAY)[number];

export interface IceMessage {
  readonly type: "ice";
  readonly servers: readonly RelayServer[];
  readonly ttlS: number;
  readonly isTest: boolean;
  /** Null: nothing is left out. */
  readonly noRelay: NoRelay | null;
}

export type FromLine =
  | {
      readonly type: "welcome";
      readonly line: string;
      readonly code: string | null;
      readonly turn: number | null;
      readonly relay: boolean;
    }
  | LegMessage
  | Signal
  | IceMessage
  /** Null: the code before is spent, and another one is being made. */
  | { readonly type: "code"; readonly code: string | null; readonly turn: number | null }
  | { readonly type: "still" }
  | { readonly type: "problem" };

type Fields = Readonly<Record<string, unknown>>;

const WHERE = ["here", "away", "gone"] as const;
const NO_RELAY = ["no_call", "tested"] as const;
const DESCRIPTIONS = ["offer", "answer"] as const;

/** A message of the line; null for what is none, or is of a later version. */
export function parseMessage(text: string): FromLine | null {
  const fields = object(parsed(text));
  if (fields === null) return null;
  switch (fields["type"]) {
    case "welcome":
      return welcome(fields);
    case "state":
      return leg(fields);
    case "signal":
      return signal(fields);
    case "ice":
      return ice(fields);
    case "code":
      return isCode(fields["code"]) ? { type: "code", ...codeOf(fields["code"], fields["turn"]) } : null;
    case "still":
    case "problem":
      return { type: fields["type"] };
    default:
      return null;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function object(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

function is(value: unknown, pattern: string): value is string {
  return typeof value === "string" && new RegExp(`^${pattern}$`).test(value);
}

function among<T extends string>(value: unknown, words: readonly T[]): T | null {
  return words.find((word) => word === value) ?? null;
}

function isCode(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function codeOf(code: string | null, turn: unknown): { code: string | null; turn: number | null } {
  return { code, turn: code === null ? null : number(turn) };
}

function welcome(fields: Fields): FromLine | null {
  const { line, code, turn, relay } = fields;
  if (!is(line, LINE_SECRET) || !isCode(code)) return null;
  return { type: "welcome", line, ...codeOf(code, turn), relay: relay === true };
}

function leg(fields: Fields): LegMessage | null {
  const { call, partner, name } = fields;
  const [side, state] = [among(fields["side"], SIDES), among(fields["state"], LEG_STATES)];
  if (!is(call, CALL_ID) || side === null || state === null) return null;
  return {
    type: "state",
    call,
    side,
    state,
    partner: is(partner, LINE_ID) ? partner : null,
    name: typeof name === "string" ? name : "",
    partnerIs: among(fields["partner_is"], WHERE) ?? "here",
  };
}

function signal(fields: Fields): Signal | null {
  const { call } = fields;
  if (!is(call, CALL_ID)) return null;
  const head = { type: "signal", call, generation: number(fields["generation"]) } as const;
  const description = object(fields["description"]);
  if (description !== null) {
    const type = among(description["type"], DESCRIPTIONS);
    const { sdp } = description;
    return type !== null && typeof sdp === "string" ? { ...head, description: { type, sdp } } : null;
  }
  const candidate = object(fields["candidate"]);
  return typeof candidate?.["candidate"] === "string"
    ? { ...head, candidate: candidate as unknown as Candidate }
    : null;
}

function ice(fields: Fields): IceMessage {
  const servers = Array.isArray(fields["servers"]) ? fields["servers"] : [];
  const noRelay = among(fields["no_relay"], NO_RELAY);
  const isTest = fields["for"] === "test";
  return { type: "ice", servers: servers.filter(isServer), ttlS: number(fields["ttl_s"]), isTest, noRelay };
}

function isServer(value: unknown): value is RelayServer {
  const urls = object(value)?.["urls"];
  return typeof urls === "string" || (Array.isArray(urls) && urls.every((url) => typeof url === "string"));
}
