// Made from Python by `python -m client.web.generate`; do not edit.
// The reasons stand where the values do: kuuki/limits.py, times.py, errors.py.

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

export const FRAME_BYTES = 64;
export const MIX_FRAME_BYTES = 160;
export const SEQ_MAX = 4294967295;
export const TAPS_PER_S = 6.0;
export const MIN_GROUP = 5;
export const MIN_GROUP_LEAST = 3;
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
export const WAVES_SAID = 4;
export const FRESH = 1.65;

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
export const FORMER_MS = 1000;
export const CALL_ANSWER_MS = 5000;
export const CALL_RING_MS = 75000;
export const AGAIN_MS = 600000;
export const SIGN_MS = 500;
export const SIGNS_LOST_MS = 3000;
export const ICE_TROUBLE_MS = 2000;
export const ICE_RESTART_MS = 4000;
export const CALL_LOST_MS = 30000;
