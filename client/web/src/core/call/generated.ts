// Made from Python by `python -m client.web.generate`; do not edit.
// The reasons stand where the values do: kuuki/call/frames.py, call/calling.py.

export const CallKind = {
  SIGN: 5,
  CHECK: 6,
} as const;
export type CallKind = (typeof CallKind)[keyof typeof CallKind];
export const Picture = {
  OFF: 0,
  ON: 1,
  FACE_OFF: 2,
} as const;
export type Picture = (typeof Picture)[keyof typeof Picture];
export const Step = {
  COMMIT: 1,
  NONCE: 2,
  REVEAL: 3,
} as const;
export type Step = (typeof Step)[keyof typeof Step];

export const SIDES = ["caller", "callee"] as const;
export type Side = (typeof SIDES)[number];
export const LEG_STATES = ["calling", "ringing", "waiting", "incoming", "knocking", "talking", "declined", "busy", "timed_out", "cancelled", "unreachable", "missed", "crossed", "ended", "lost"] as const;
export type LegState = (typeof LEG_STATES)[number];
export const LEG_EVENTS = ["rings", "waits", "is_busy", "accepted", "declined", "hung_up", "accept", "decline", "hang_up", "lose", "gone", "timeout", "freed", "cross"] as const;
export type LegEvent = (typeof LEG_EVENTS)[number];
export const LEG_TABLE: Record<LegState, Partial<Record<LegEvent, LegState>>> = {
  calling: {accepted: "talking", declined: "declined", is_busy: "busy", hung_up: "unreachable", gone: "unreachable", hang_up: "cancelled", cross: "crossed", rings: "ringing", waits: "waiting", timeout: "unreachable"},
  ringing: {accepted: "talking", declined: "declined", is_busy: "busy", hung_up: "unreachable", gone: "unreachable", hang_up: "cancelled", cross: "crossed", timeout: "timed_out"},
  waiting: {accepted: "talking", declined: "declined", is_busy: "busy", hung_up: "unreachable", gone: "unreachable", hang_up: "cancelled", cross: "crossed", rings: "ringing", timeout: "timed_out"},
  incoming: {accept: "talking", decline: "declined", hang_up: "declined", hung_up: "missed", gone: "missed", timeout: "missed", cross: "crossed"},
  knocking: {accept: "talking", decline: "declined", hang_up: "declined", hung_up: "missed", gone: "missed", timeout: "missed", cross: "crossed", freed: "incoming"},
  talking: {hang_up: "ended", hung_up: "ended", lose: "lost"},
  declined: {},
  busy: {},
  timed_out: {},
  cancelled: {},
  unreachable: {},
  missed: {},
  crossed: {},
  ended: {},
  lost: {},
};
export const STEP_BYTES = {
  1: 32,
  2: 16,
  3: 16,
} as const;
export const CHANNEL_ID = 0;
