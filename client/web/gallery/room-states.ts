// What a room's session can say, made up: mixes of several moods, and each state of a page.

import type { Mix, MixBody } from "../src/core/mood/mix";
import type { ClosedBecause, RoomFacts, Sensing, SensingFailure, Sent, Snapshot } from "../src/core/mood/session";
import type { Wave } from "../src/core/mood/waves";

const CALM: MixBody = {
  smiling: 0.12,
  weights: [0.02, 0.01, 0.02, 0.16, 0.06, 0.03, 0.7],
  warmth: 0.08,
  energy: 0.37,
  agreement: 0.78,
  taps: [0, 0, 0, 0],
};
export const WARM: MixBody = {
  smiling: 0.66,
  weights: [0.01, 0.01, 0.01, 0.57, 0.03, 0.06, 0.31],
  warmth: 0.46,
  energy: 0.64,
  agreement: 0.62,
  taps: [0.4, 1.5, 0, 0.6],
};
const BEAMING: MixBody = {
  smiling: 0.97,
  weights: [0, 0, 0, 0.86, 0.01, 0.06, 0.07],
  warmth: 0.72,
  energy: 0.82,
  agreement: 0.95,
  taps: [2, 6, 1, 5],
};
const LAUGHING: MixBody = { ...WARM, smiling: 0.78, energy: 0.74, agreement: 0.82, warmth: 0.58, taps: [0, 9, 0, 2] };
const QUIET: MixBody = { ...CALM, smiling: 0.06, warmth: 0.02, energy: 0.42 };
const MIXED: MixBody = {
  smiling: 0.31,
  weights: [0.12, 0.05, 0.06, 0.31, 0.2, 0.12, 0.14],
  warmth: 0.04,
  energy: 0.6,
  agreement: 0.28,
  taps: [0, 0, 0.4, 0],
};
const HEAVY: MixBody = {
  smiling: 0.03,
  weights: [0.2, 0.08, 0.1, 0.05, 0.27, 0.05, 0.25],
  warmth: -0.4,
  energy: 0.35,
  agreement: 0.7,
  taps: [0, 0, 0, 0],
};

export const FACTS: RoomFacts = {
  room: "sunny-otter-42",
  purpose: "performance",
  minGroup: 5,
  language: "ja",
  privacy: "standard",
  show: null,
  recorded: true,
  retentionS: 24 * 3600,
};

const NO_MOMENT: Pick<Mix, "tapped" | "waves"> = { tapped: null, waves: [] };

const LAUGH: Wave = {
  number: 7,
  kind: "laugh",
  isTapped: false,
  beganMs: 3200,
  lastsMs: null,
  rise: 0.46,
  share: 0.68,
};
const APPLAUSE: Wave = {
  number: 8,
  kind: "applause",
  isTapped: true,
  beganMs: 2400,
  lastsMs: null,
  rise: 0.34,
  share: 0.34,
};

function live(body: MixBody, more: Partial<Mix> = {}): Mix {
  return {
    term: 1,
    seq: 1,
    state: "live",
    coverage: 0.8,
    atLeast: 20,
    atMost: 49,
    body,
    draw: 1,
    ageMs: 30,
    ...NO_MOMENT,
    ...more,
  };
}

export function bare(state: "empty" | "few" | "stale"): Mix {
  const few = state === "few";
  return {
    term: 1,
    seq: 1,
    state,
    coverage: null,
    atLeast: null,
    atMost: few ? 4 : null,
    body: null,
    draw: 1,
    ageMs: 30,
    ...NO_MOMENT,
  };
}

export const READING = {
  weights: [0.01, 0, 0.02, 0.84, 0.01, 0.03, 0.09],
  shown: [0.04, 0.02, 0.05, 0.69, 0.03, 0.06, 0.11],
  sure: 0.95,
  tookMs: 12,
};

function frame(...bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes);
}

function scoreFrame(seq: number): Uint8Array {
  return frame(0x95, 1, 1, 0xcd, seq >> 8, seq & 255, 0xc4, 7, 3, 0, 5, 214, 3, 7, 23, 0xcc, 242);
}

function someSent(): Sent[] {
  const now = performance.now();
  return Array.from({ length: 40 }, (_, index): Sent => {
    const atMs = now - (39 - index) * 200;
    if (index % 9 === 4) return { atMs, kind: "beat", bytes: frame(0x98, 1, 3, 0xcd, 1, index, 1, 12, 0, 0, 0) };
    if (index % 13 === 6) return { atMs, kind: "tap", bytes: frame(0x97, 1, 2, 0xcd, 1, index, 0, 2, 0, 1) };
    return { atMs, kind: "score", bytes: scoreFrame(256 + index) };
  });
}

export const START: Snapshot = {
  facts: FACTS,
  role: "audience",
  link: "open",
  closedBecause: null,
  rttMs: 12,
  mix: live(WARM),
  sensing: "off",
  sensingFailure: null,
  waits: false,
  reading: null,
  taps: { smile: 0, laugh: 0, wow: 0, applause: 0 },
  sent: [],
  sentCount: 0,
  sentBytes: 0,
};

export type States = Record<string, Partial<Snapshot>>;

export const SHARING: Partial<Snapshot> = {
  sensing: "on",
  reading: READING,
  sent: someSent(),
  sentCount: 1284,
  sentBytes: 21_790,
};
const FAILURES: readonly SensingFailure[] = [
  "NotAllowedError",
  "NotFoundError",
  "NotReadableError",
  "OverconstrainedError",
  "SecurityError",
  "no_camera_api",
  "ended",
  "model",
];
const ENDS: readonly ClosedBecause[] = [
  "left",
  "room_unknown",
  "room_closed",
  "seat_taken",
  "removed",
  "not_allowed",
  "refused",
];

export function sensing(state: Sensing): Partial<Snapshot> {
  return { ...SHARING, sensing: state, reading: null };
}

export const ROOM_STATES: States = {
  connecting: { link: "joining", mix: null },
  empty: { mix: bare("empty") },
  few: { mix: bare("few") },
  live: {},
  calm: { mix: live(CALM) },
  beaming: { mix: live(BEAMING) },
  mixed: { mix: live(MIXED) },
  heavy: { mix: live(HEAVY) },
  small: { mix: live(WARM, { atLeast: 5, atMost: 9 }) },
  quiet: { mix: live(QUIET) },
  laughing: { mix: live(LAUGHING, { waves: [LAUGH], tapped: [0, 4, 0, 1] }) },
  laughed: { mix: live(WARM, { waves: [{ ...LAUGH, beganMs: 5900, lastsMs: 4100 }] }) },
  clapping: { mix: live(WARM, { waves: [APPLAUSE], tapped: [0, 1, 0, 8] }) },
  applause: { mix: { ...bare("few"), waves: [APPLAUSE], tapped: [0, 0, 1, 8] } },
  thin: { mix: live(WARM, { coverage: 0.1 }) },
  stale: { mix: bare("stale") },
  /** Live, and then nothing more comes (room.ts). */
  stalled: {},
  retrying: { link: "retrying", mix: bare("stale") },
  ...Object.fromEntries(ENDS.map((why) => [`closed-${why}`, { link: "closed", closedBecause: why }])),
};

export const AUDIENCE_STATES: States = {
  ...ROOM_STATES,
  watching: { link: "watching" },
  show: { facts: { ...FACTS, show: "https://show.invalid/player" }, ...SHARING },
  "show-off": { facts: { ...FACTS, show: "https://show.invalid/player" } },
  exact: { facts: { ...FACTS, privacy: "exact" } },
  low: { facts: { ...FACTS, minGroup: 2 } },
  unrecorded: { facts: { ...FACTS, recorded: false } },
  starting: { sensing: "starting" },
  sharing: SHARING,
  waiting: { ...SHARING, waits: true },
  "no-face": { ...SHARING, reading: null },
  paused: sensing("paused"),
  hidden: sensing("hidden"),
  ...Object.fromEntries(FAILURES.map((why) => [`failed-${why}`, { sensing: "failed", sensingFailure: why }])),
};
