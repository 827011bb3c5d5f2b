// What a call can be, made up: each state of the page of calls.

import type {
  Call,
  CallEnd,
  CallSnapshot,
  CallState,
  Device,
  DeviceFailure,
  Devices,
  Ended,
  LineClosedBecause,
  MediaLink,
  NetworkTest,
  Partner,
  PastScore,
  RelayTrouble,
} from "../src/core/call/session";
import type { Sent } from "../src/core/mood/session";

const CAMERAS: readonly Device[] = [
  { deviceId: "a", label: "Built-in camera" },
  { deviceId: "b", label: "" },
];
const MICROPHONES: readonly Device[] = [
  { deviceId: "c", label: "Built-in microphone" },
  { deviceId: "d", label: "Headset" },
];
const SPEAKERS: readonly Device[] = [
  { deviceId: "e", label: "Built-in speakers" },
  { deviceId: "d", label: "Headset" },
];

export const OFF: Devices = {
  state: "off",
  cameraFailure: null,
  microphoneFailure: null,
  cameras: [],
  microphones: [],
  speakers: [],
  camera: null,
  microphone: null,
  speaker: null,
};
export const ON: Devices = {
  ...OFF,
  state: "on",
  cameras: CAMERAS,
  microphones: MICROPHONES,
  speakers: SPEAKERS,
  camera: "a",
  microphone: "c",
  speaker: "e",
};

export const HAPPY = [0.01, 0.01, 0.02, 0.82, 0.02, 0.07, 0.05];
export const READING = { weights: HAPPY, shown: [0.04, 0.02, 0.05, 0.69, 0.03, 0.06, 0.11], sure: 0.95, tookMs: 12 };
const CODE = "sakura-tanuki-momiji-7";
export const PARTNER_CODE = "hotaru-kujira-himawari-3";

/** A face that brightens twice in a minute, with a moment out of view. */
function scoreAt(second: number): readonly number[] | null {
  if (second > 21 && second < 25) return null;
  const happy = Math.min(
    0.9,
    0.16 + 0.66 * Math.exp(-(((second - 12) / 6) ** 2)) + 0.7 * Math.exp(-(((second - 56) / 13) ** 2)),
  );
  const surprise = 0.28 * Math.exp(-(((second - 33) / 4) ** 2));
  const left = 1 - happy - surprise;
  return [0.03, 0.02, 0.04, happy / 0.97, 0.06 * left, surprise, 0.78 * left].map((weight) => weight * 0.97);
}

function aMinute(nowMs: number): PastScore[] {
  return Array.from({ length: 61 }, (_, second) => ({ atMs: nowMs - (60 - second) * 1000, weights: scoreAt(second) }));
}

function someSent(): Sent[] {
  const now = performance.now();
  return Array.from({ length: 20 }, (_, index): Sent => {
    const score = [0x95, 1, 1, 0xcc, 200 + index, 0xc4, 7, 3, 0, 5, 214, 3, 7, 23, 0xcc, 242];
    return { atMs: now - (19 - index) * 200, kind: "score", bytes: Uint8Array.from(score) };
  });
}

const PARTNER: Partner = {
  name: "Aki",
  is: "here",
  sound: true,
  picture: "on",
  presence: "sensing",
  weights: HAPPY,
  past: [],
};

/** A call in that state, with what differs from the usual one. */
export function call(
  state: CallState,
  more: Partial<Call> = {},
  partner: Partial<Partner> = {},
): Partial<CallSnapshot> {
  const now = performance.now();
  const talks = state === "talking";
  const past = talks && (partner.presence ?? "sensing") === "sensing" ? aMinute(now) : [];
  const name = talks || state === "incoming" ? PARTNER.name : "";
  return {
    ...READY,
    call: {
      call: "made-up",
      side: state === "incoming" ? "callee" : "caller",
      state,
      sinceMs: now - (talks ? 204_000 : 3000),
      partner: { ...PARTNER, name, past, ...partner },
      media: talks ? "open" : "none",
      relayTrouble: null,
      quality: talks ? "good" : null,
      rttMs: talks ? 28 : null,
      isRelayed: talks ? false : null,
      check: talks ? ["hikari", "suzume", "minato", "tsubaki"] : null,
      ...more,
    },
  };
}

/** A call that is over. */
export function ended(side: "caller" | "callee", how: CallEnd): Partial<CallSnapshot> {
  const talked = how === "ended" || how === "lost";
  const over: Ended = {
    call: "made-up",
    side,
    how,
    name: "Aki",
    talkedMs: talked ? 204_000 : 0,
    canCallAgain: how !== "unreachable",
  };
  return { ...READY, ended: over };
}

export const START: CallSnapshot = {
  link: "off",
  closedBecause: null,
  name: "",
  code: null,
  codeLink: null,
  devices: OFF,
  sound: true,
  picture: "on",
  level: 0,
  relayOnly: false,
  hasRelay: null,
  network: null,
  sensing: "off",
  sensingFailure: null,
  reading: null,
  sent: [],
  sentCount: 0,
  sentBytes: 0,
  call: null,
  knocking: null,
  ended: null,
};
export const OPEN: Partial<CallSnapshot> = {
  link: "open",
  name: "Ben",
  code: CODE,
  codeLink: `https://kuuki.example/call#c=${CODE}`,
  hasRelay: true,
};
const READY: Partial<CallSnapshot> = { ...OPEN, devices: ON };
export const SHARING: Partial<CallSnapshot> = {
  sensing: "on",
  reading: READING,
  sent: someSent(),
  sentCount: 412,
  sentBytes: 6592,
};
export const TESTED: NetworkTest = {
  state: "done",
  direct: true,
  outside: true,
  relay: false,
  relayTrouble: "unreachable",
  isTooSoon: false,
};
const TOO_SOON: NetworkTest = { ...TESTED, outside: null, relay: null, relayTrouble: null, isTooSoon: true };

function failed(camera: DeviceFailure | null, microphone: DeviceFailure | null): Partial<CallSnapshot> {
  const devices = { ...ON, cameraFailure: camera, microphoneFailure: microphone };
  return {
    ...OPEN,
    picture: camera ? "off" : "on",
    devices: { ...devices, cameras: camera ? [] : CAMERAS, microphones: microphone ? [] : MICROPHONES },
  };
}

const FAILURES: readonly DeviceFailure[] = [
  "NotAllowedError",
  "NotFoundError",
  "NotReadableError",
  "OverconstrainedError",
  "SecurityError",
  "no_camera_api",
  "ended",
];
const CALLER_ENDS: readonly CallEnd[] = ["declined", "busy", "timed_out", "cancelled", "unreachable", "ended", "lost"];
const CALLEE_ENDS: readonly CallEnd[] = ["declined", "missed", "ended", "lost"];
const CLOSED: readonly LineClosedBecause[] = ["left", "line_taken", "calls_off", "too_many", "refused"];
const MEDIA: readonly MediaLink[] = ["connecting", "trouble", "restarting", "renewing"];
const RELAY: readonly RelayTrouble[] = ["refused", "expired", "unreachable", "missing"];

function named<Key extends string>(prefix: string, keys: readonly Key[], of: (key: Key) => Partial<CallSnapshot>) {
  return Object.fromEntries(keys.map((key) => [`${prefix}${key}`, of(key)]));
}

/** Every state of the page of calls by its name, made anew: the minute of a partner's expression ends now. */
export function callStates(): Readonly<Record<string, Partial<CallSnapshot>>> {
  return {
    start: {},
    invited: {},
    agree: OPEN,
    asking: { ...OPEN, devices: { ...OFF, state: "asking" } },
    check: READY,
    "check-face-off": { ...READY, picture: "face_off" },
    "check-tested": { ...READY, network: TESTED },
    "check-too-soon": { ...READY, network: TOO_SOON },
    "check-no-relay": { ...READY, hasRelay: false },
    ...named("check-camera-", FAILURES, (why) => failed(why, null)),
    ...named("check-microphone-", FAILURES, (why) => failed(null, why)),
    ready: READY,
    "ready-invited": READY,
    "ready-retrying": { ...READY, link: "retrying" },
    "ready-no-code": { ...READY, link: "connecting", code: null, codeLink: null },
    "ready-renewing": { ...READY, code: null, codeLink: null },
    calling: call("calling"),
    ringing: call("ringing"),
    waiting: call("waiting"),
    incoming: call("incoming"),
    "incoming-nameless": call("incoming", {}, { name: "" }),
    talking: { ...call("talking"), ...SHARING },
    "talking-not-shared": call("talking", {}, { presence: "watching", weights: null }),
    "talking-paused": { ...call("talking", {}, { presence: "paused", weights: null }), sensing: "paused" },
    "talking-no-face": { ...call("talking", {}, { weights: null }), ...SHARING, reading: null },
    "talking-relayed": {
      ...call("talking", { isRelayed: true, quality: "poor", rttMs: 310 }, { sound: false }),
      sound: false,
    },
    "talking-model-failed": { ...call("talking"), sensing: "failed", sensingFailure: "model" },
    "talking-silent": call("talking"),
    "talking-devices-off": { ...call("talking"), devices: OFF },
    ask: call("talking"),
    "ask-camera-off": { ...call("talking"), picture: "off" },
    sent: { ...call("talking"), ...SHARING },
    "face-off": { ...call("talking", {}, { picture: "face_off" }), ...SHARING, picture: "face_off" },
    "camera-off": { ...call("talking", {}, { picture: "off", weights: null }), picture: "off", sensing: "paused" },
    ...named("media-", MEDIA, (media) => call("talking", { media, quality: null, rttMs: null })),
    away: call("talking", { media: "trouble" }, { is: "away" }),
    gone: call("talking", { media: "renewing" }, { is: "gone" }),
    "line-retrying": { ...call("talking"), link: "retrying" },
    ...named("no-relay-", RELAY, (relayTrouble) => call("talking", { media: "no_relay", relayTrouble, quality: null })),
    knocking: { ...call("talking"), knocking: { call: "other", name: "Chika" } },
    safety: call("talking"),
    "safety-not-yet": call("talking", { check: null, media: "connecting" }),
    devices: call("talking"),
    more: call("talking"),
    ...named("ended-caller-", CALLER_ENDS, (how) => ended("caller", how)),
    ...named("ended-callee-", CALLEE_ENDS, (how) => ended("callee", how)),
    ...named("closed-", CLOSED, (closedBecause) => ({ link: "closed", closedBecause })),
    "with-room-ready": READY,
    "with-room": { ...call("talking"), ...SHARING },
  };
}
