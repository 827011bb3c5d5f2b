// Made from Python by `python -m client.web.generate`; do not edit.
// The reasons stand where the values do: kuuki/mood/labels.py, mood/frames.py, call/frames.py,
// call/calling.py, limits.py, times.py, errors.py.

export const LABELS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"] as const;
export const VALENCE = [-0.51, -0.6, -0.64, 0.81, -0.63, 0.4, 0.0] as const;
export const AROUSAL = [0.59, 0.35, 0.6, 0.51, -0.27, 0.67, 0.0] as const;
export const EMOTIONML = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"] as const;
export const TAPS = ["smile", "laugh", "wow", "applause"] as const;
export const VERSION = 1;
export const GRID = 10000;
export const WHOLE = 255;

export type Label = (typeof LABELS)[number];

export const Kind = {
  SCORE: 1,
  TAP: 2,
  BEAT: 3,
  MIX: 4,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
export const Presence = {
  WATCHING: 0,
  SENSING: 1,
  PAUSED: 2,
  BYE: 3,
} as const;
export type Presence = (typeof Presence)[keyof typeof Presence];
export const State = {
  EMPTY: 0,
  FEW: 1,
  LIVE: 2,
  STALE: 3,
} as const;
export type State = (typeof State)[keyof typeof State];
export const CloseCode = {
  GOING_AWAY: 3000,
  SLOW: 3001,
  SILENT: 3002,
  FULL: 3003,
  ROOM_CLOSED: 3500,
  SEAT_TAKEN: 3501,
  FLOOD: 3502,
  MALFORMED: 3503,
  REMOVED: 3504,
  LINE_TAKEN: 3505,
  CALLS_OFF: 3506,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
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

export const FRAME_BYTES = 64;
export const MIX_FRAME_BYTES = 128;
export const SEQ_MAX = 4294967295;
export const TAPS_PER_S = 6.0;
export const MIN_GROUP = 5;
export const MIN_GROUP_MAX = 1000;
export const SURE_MIN = 128;
export const SHOW_URL_BYTES = 2048;
export const ROOM_ID = "[a-z0-9]{1,16}(-[a-z0-9]{1,16}){0,3}";
export const MALFORMED_FRAMES = 20;
export const MESSAGE_BYTES = 16384;
export const WAITING_MESSAGES = 64;
export const NAME_CHARS = 40;
export const CALL_ID = "[A-Za-z0-9_-]{22}";
export const LINE_ID = "[0-9a-f]{32}";
export const LINE_SECRET = "[A-Za-z0-9_-]{22,64}";
export const GENERATIONS = 1000;
export const MARK_CHARS = 80;

export const TICK_MS = 200;
export const KEEP_ALIVE_MS = 1000;
export const REPEAT_MS = 200;
export const MIX_STALE_MS = 2000;
export const GATEWAY_DEAD_MS = 1500;
export const RETRY_AFTER_MAX_MS = 60000;
export const RETRY_FIRST_MS = 1000;
export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 20000;
export const PENDING_OFFER_MS = 10000;
export const JOIN_PATIENCE_MS = 5000;
export const UDP_BLOCKED_MS = 8000;
export const STREAM_SILENT_MS = 20000;
export const SCORE_STALE_MS = 2000;
export const CALL_ANSWER_MS = 5000;
export const CALL_RING_MS = 75000;
export const AGAIN_MS = 600000;
export const SIGN_MS = 500;
export const SIGNS_LOST_MS = 3000;
export const ICE_TROUBLE_MS = 2000;
export const ICE_RESTART_MS = 4000;
export const CALL_LOST_MS = 30000;
