// The call's pages in every state, with a call that is made up; see gallery.ts.

import "./ui/call";
import type {
  Call,
  CallEnd,
  CallSession,
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
  Picture,
  RelayTrouble,
} from "./core/call/session";
import type { Sent, Session } from "./core/mood/session";
import type { KuukiCall } from "./ui/call";

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

const OFF: Devices = {
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
const ON: Devices = {
  ...OFF,
  state: "on",
  cameras: CAMERAS,
  microphones: MICROPHONES,
  speakers: SPEAKERS,
  camera: "a",
  microphone: "c",
  speaker: "e",
};

const HAPPY = [0.01, 0.01, 0.02, 0.82, 0.02, 0.07, 0.05];
const READING = { weights: HAPPY, shown: [0.04, 0.02, 0.05, 0.69, 0.03, 0.06, 0.11], sure: 0.95, tookMs: 12 };
const CODE = "sakura-tanuki-momiji-7";
const PARTNER_CODE = "hotaru-kujira-himawari-3";

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

function call(state: CallState, more: Partial<Call> = {}, partner: Partial<Partner> = {}): Partial<CallSnapshot> {
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

function ended(side: "caller" | "callee", how: CallEnd): Partial<CallSnapshot> {
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

const START: CallSnapshot = {
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
const OPEN: Partial<CallSnapshot> = {
  link: "open",
  name: "Ben",
  code: CODE,
  codeLink: `https://kuuki.example/call#c=${CODE}`,
  hasRelay: true,
};
const READY: Partial<CallSnapshot> = { ...OPEN, devices: ON };
const SHARING: Partial<CallSnapshot> = {
  sensing: "on",
  reading: READING,
  sent: someSent(),
  sentCount: 412,
  sentBytes: 6592,
};
const TESTED: NetworkTest = {
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

/** Each is made anew when it is shown, so that its minute ends now. */
export const CALL_STATES: Readonly<Record<string, () => Partial<CallSnapshot>>> = Object.fromEntries(
  Object.entries({
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
  } as Record<string, Partial<CallSnapshot>>).map(([name, snapshot]) => [name, () => snapshot]),
);

/** A call that does what it is told and meets nobody. */
class MadeUpCall implements CallSession {
  snapshot: CallSnapshot;
  preview: MediaStream | null = null;
  remote: MediaStream | null = null;
  readonly #listeners = new Set<(snapshot: CallSnapshot) => void>();

  constructor(first: Partial<CallSnapshot>) {
    this.snapshot = { ...START, ...first };
    if (this.snapshot.devices.state === "on") this.#devices();
    if (this.snapshot.call?.state === "talking") this.#meet();
    setInterval(() => this.#move(), 200);
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(changed: Partial<CallSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  /** Another state of the call that is on, or that begins. */
  become(state: CallState): void {
    const next = call(state).call ?? null;
    if (state === "talking") this.#meet();
    this.change({ call: next });
  }

  #devices(): void {
    this.preview ??= madeUpPerson("#26304a", "#8fa4d8");
  }

  #meet(): void {
    this.remote ??= madeUpPerson("#4a3226", "#e8b184");
  }

  /** Which no browser plays before a press. */
  addSound(): void {
    const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
    if (track) this.remote?.addTrack(track);
  }

  #move(): void {
    const { devices, call, sensing } = this.snapshot;
    if (devices.state === "on") this.change({ level: Math.abs(Math.sin(performance.now() / 700)) * 0.6 });
    if (call?.state !== "talking" || !call.partner.weights) return;
    const wave = 0.06 * Math.sin(performance.now() / 1800);
    const weights = HAPPY.map((weight, index) =>
      index === 3 ? weight + wave : index === 6 ? Math.max(0, weight - wave) : weight,
    );
    this.change({ call: { ...call, partner: { ...call.partner, weights } } });
    if (sensing === "on") this.change({ sentCount: this.snapshot.sentCount + 1 });
  }

  open(name: string): void {
    this.change({ ...OPEN, name });
  }
  async useDevices(wanted: { camera: boolean; microphone: boolean }): Promise<void> {
    this.change({ devices: { ...OFF, state: "asking" } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (wanted.camera) this.#devices();
    this.change({ devices: wanted.camera ? ON : { ...ON, camera: null } });
  }
  async chooseCamera(camera: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, camera } });
  }
  async chooseMicrophone(microphone: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, microphone } });
  }
  async chooseSpeaker(speaker: string): Promise<void> {
    this.change({ devices: { ...this.snapshot.devices, speaker } });
  }
  async playTestSound(): Promise<void> {}
  async testNetwork(): Promise<void> {
    this.change({ network: { ...TESTED, state: "running" } });
    await new Promise((resolve) => setTimeout(resolve, 300));
    this.change({ network: TESTED });
  }
  renewCode(): void {
    this.change({ code: PARTNER_CODE, codeLink: `https://kuuki.example/call#c=${PARTNER_CODE}` });
  }
  setRelayOnly(relayOnly: boolean): void {
    this.change({ relayOnly });
  }
  ring(_: string, faceOff = false): void {
    this.change({ picture: faceOff ? "face_off" : this.snapshot.picture, ended: null });
    this.become("calling");
  }
  again(): void {
    this.ring(PARTNER_CODE);
  }
  accept(_: string, faceOff = false): void {
    this.change({ picture: faceOff ? "face_off" : this.snapshot.picture, knocking: null });
    this.become("talking");
  }
  decline(which: string): void {
    if (this.snapshot.knocking?.call === which) this.change({ knocking: null });
    else this.change({ call: null, ended: ended("callee", "declined").ended ?? null });
  }
  hangUp(): void {
    const how = this.snapshot.call?.state === "talking" ? "ended" : "cancelled";
    this.change({ call: null, sensing: "off", ended: ended("caller", how).ended ?? null });
  }
  setSound(sound: boolean): void {
    this.change({ sound });
  }
  setPicture(picture: Picture): void {
    this.change({ picture });
  }
  async share(): Promise<void> {
    this.#devices();
    this.change(SHARING);
  }
  stopSharing(): void {
    this.change({ sensing: "off", reading: null });
  }
  pauseSharing(): void {
    this.change({ sensing: "paused", reading: null });
  }
  resumeSharing(): void {
    this.change({ sensing: "on", reading: READING });
  }
  dismissEnded(): void {
    this.change({ ended: null });
  }
  leave(): void {
    this.change({ link: "closed", closedBecause: "left" });
  }
}

/** Someone, drawn from a few soft shapes before a window: nobody's face. */
function madeUpPerson(dark: string, light: string): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext("2d");
  pen?.scale(2 / 3, 2 / 3);
  const draw = (): void => {
    if (pen) drawPerson(pen, dark, light, Math.sin(performance.now() / 2200));
  };
  draw();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  setInterval(draw, still ? 1000 : 150);
  return canvas.captureStream(still ? 1 : 7);
}

function drawPerson(pen: CanvasRenderingContext2D, dark: string, light: string, sway: number): void {
  const room = pen.createRadialGradient(690, 200, 0, 560, 320, 780);
  room.addColorStop(0, light);
  room.addColorStop(0.45, dark);
  room.addColorStop(1, "#0d0f16");
  pen.fillStyle = room;
  pen.fillRect(0, 0, 960, 720);
  const x = 450 + 7 * sway;
  // Twice: the light that comes around the edge, and the dark before it.
  for (const [shift, colour, blur] of [
    [14, light, "10px"],
    [0, "#171a25", "5px"],
  ] as const) {
    pen.filter = `blur(${blur})`;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.ellipse(x + shift, 800, 310, 300, 0, 0, 7);
    pen.roundRect(x + shift / 2 - 56, 400, 112, 170, 50);
    pen.ellipse(x + shift + 3 * sway, 330, 122, 152, 0.03 * sway, 0, 7);
    pen.fill();
  }
  pen.filter = "none";
}

const STEPS: Readonly<Record<string, KuukiCall["step"]>> = { agree: "agree", asking: "agree" };

/** `room` makes a room for the states that have one beside the call. */
export function callPage(state: string, room: () => Session): KuukiCall {
  const page = document.createElement("kuuki-call") as KuukiCall;
  const session = new MadeUpCall(CALL_STATES[state]?.() ?? {});
  if (state === "talking-silent") session.addSound();
  Object.assign(window, { session });
  page.session = session;
  page.invited = state.includes("invited") ? PARTNER_CODE : null;
  if (state.startsWith("with-room")) {
    page.room = room();
    page.leaveTo = "/r/sunny-otter-42";
  }
  page.updateComplete.then(() => {
    page.step = STEPS[state] ?? (state.startsWith("check") ? "check" : page.step);
    setTimeout(() => openUp(page, state), 100);
  });
  return page;
}

/** Opens what a state is about, as a press would. */
function openUp(page: KuukiCall, state: string): void {
  const talking = page.shadowRoot?.querySelector("kuuki-call-talking");
  if (!talking) return;
  const sheet = (["safety", "devices", "more"] as const).find((name) => state.startsWith(name));
  if (sheet) talking.sheet = sheet;
  const mine = talking.shadowRoot?.querySelector("kuuki-call-mine");
  if (state.startsWith("ask")) mine?.shadowRoot?.querySelector<HTMLButtonElement>(".share")?.click();
  if (state === "sent") mine?.shadowRoot?.querySelector<HTMLButtonElement>(".quiet")?.click();
}
