// Made from Python by `python -m client.web.generate`; do not edit.
// The reasons stand where the values do: kuuki/labels.py, frames.py, limits.py, times.py, errors.py.

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
  ROOM_CLOSED: 3500,
  SEAT_TAKEN: 3501,
  FLOOD: 3502,
  MALFORMED: 3503,
  REMOVED: 3504,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

export const FRAME_BYTES = 64;
export const MIX_FRAME_BYTES = 128;
export const SEQ_MAX = 4294967295;
export const TAPS_PER_S = 6.0;
export const MIN_GROUP = 5;
export const MIN_GROUP_MAX = 1000;
export const SURE_MIN = 128;
export const SHOW_URL_BYTES = 2048;
export const ROOM_ID = "[a-z0-9]{1,16}(-[a-z0-9]{1,16}){0,3}";

export const TICK_MS = 200;
export const KEEP_ALIVE_MS = 1000;
export const REPEAT_MS = 200;
export const MIX_STALE_MS = 2000;
export const GATEWAY_DEAD_MS = 1500;
export const RETRY_FIRST_MS = 1000;
export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 20000;
export const PENDING_OFFER_MS = 10000;
export const UDP_BLOCKED_MS = 8000;
