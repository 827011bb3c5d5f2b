// Every page in every state, with a session that is made up. For looking, and for tests; not part of the production build.
// gallery.html?page=audience&state=live&language=ja ; without `page` it lists what there is.

import "./ui/mood";
import type { Mix, MixBody } from "./core/mood/mix";
import type {
  ClosedBecause,
  RoomFacts,
  Sensing,
  SensingFailure,
  Sent,
  Session,
  Snapshot,
  TapKind,
} from "./core/mood/session";
import { CALL_STATES, callPage } from "./gallery-call";
import { HISTORIES, MadeUpHistory } from "./gallery-history";
import type { Language } from "./locale";
import type { KuukiAudience, KuukiHome, KuukiStage } from "./ui/mood";

const CALM: MixBody = {
  smiling: 0.12,
  weights: [0.02, 0.01, 0.02, 0.16, 0.06, 0.03, 0.7],
  warmth: 0.08,
  energy: 0.37,
  agreement: 0.78,
  taps: [0, 0, 0, 0],
};
const WARM: MixBody = {
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

const FACTS: RoomFacts = {
  room: "sunny-otter-42",
  purpose: "performance",
  minGroup: 5,
  language: "ja",
  privacy: "standard",
  show: null,
  recorded: true,
  retentionS: 24 * 3600,
};

function live(body: MixBody, more: Partial<Mix> = {}): Mix {
  return { term: 1, seq: 1, state: "live", coverage: 0.8, atLeast: 20, atMost: 49, body, ageMs: 30, ...more };
}

function bare(state: "empty" | "few" | "stale"): Mix {
  const few = state === "few";
  return {
    term: 1,
    seq: 1,
    state,
    coverage: few ? 0.5 : 0,
    atLeast: null,
    atMost: few ? 4 : null,
    body: null,
    ageMs: 30,
  };
}

const READING = {
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

const START: Snapshot = {
  facts: FACTS,
  role: "audience",
  link: "open",
  closedBecause: null,
  rttMs: 12,
  mix: live(WARM),
  sensing: "off",
  sensingFailure: null,
  reading: null,
  taps: { smile: 0, laugh: 0, wow: 0, applause: 0 },
  sent: [],
  sentCount: 0,
  sentBytes: 0,
};

type States = Record<string, Partial<Snapshot>>;

const SHARING: Partial<Snapshot> = {
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

function sensing(state: Sensing): Partial<Snapshot> {
  return { ...SHARING, sensing: state, reading: null };
}

const ROOM_STATES: States = {
  connecting: { link: "joining", mix: null },
  empty: { mix: bare("empty") },
  few: { mix: bare("few") },
  live: {},
  calm: { mix: live(CALM) },
  beaming: { mix: live(BEAMING) },
  mixed: { mix: live(MIXED) },
  heavy: { mix: live(HEAVY) },
  thin: { mix: live(WARM, { coverage: 0.1, atLeast: 5, atMost: 9 }) },
  stale: { mix: bare("stale") },
  retrying: { link: "retrying", mix: bare("stale") },
  ...Object.fromEntries(ENDS.map((why) => [`closed-${why}`, { link: "closed", closedBecause: why }])),
};

const AUDIENCE_STATES: States = {
  ...ROOM_STATES,
  watching: { link: "watching" },
  show: { facts: { ...FACTS, show: "https://show.invalid/player" }, ...SHARING },
  "show-off": { facts: { ...FACTS, show: "https://show.invalid/player" } },
  exact: { facts: { ...FACTS, privacy: "exact" } },
  low: { facts: { ...FACTS, minGroup: 2 } },
  unrecorded: { facts: { ...FACTS, recorded: false } },
  starting: { sensing: "starting" },
  sharing: SHARING,
  "no-face": { ...SHARING, reading: null },
  paused: sensing("paused"),
  hidden: sensing("hidden"),
  ...Object.fromEntries(FAILURES.map((why) => [`failed-${why}`, { sensing: "failed", sensingFailure: why }])),
};

/** A session that does what it is told and meets nobody. */
class MadeUpSession implements Session {
  snapshot: Snapshot;
  preview: MediaStream | null = null;
  keptIn: Window | null = null;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #began = performance.now();

  constructor(first: Partial<Snapshot>, moving: boolean) {
    this.snapshot = { ...START, ...first };
    if (this.snapshot.sensing === "on") this.preview = madeUpFace();
    if (this.snapshot.mix?.body) setInterval(() => (moving ? this.#move() : this.#tick()), 200);
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(changed: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  #tick(): void {
    const { mix } = this.snapshot;
    if (mix) this.change({ mix: { ...mix, seq: mix.seq + 1 } });
  }

  /** The room swells and fades slowly around what it was. */
  #move(): void {
    const mix = this.snapshot.mix;
    if (!mix?.body) return;
    const wave = Math.sin((performance.now() - this.#began) / 4000);
    const base = WARM;
    const body = {
      ...base,
      smiling: 0.55 + 0.35 * wave,
      energy: 0.6 + 0.2 * wave,
      warmth: 0.35 + 0.3 * wave,
      agreement: 0.55 + 0.3 * wave,
    };
    this.change({ mix: { ...mix, seq: mix.seq + 1, body } });
  }

  async startSensing(): Promise<void> {
    this.change({ sensing: "starting" });
    setTimeout(() => {
      this.preview = madeUpFace();
      this.change(SHARING);
    }, 300);
  }
  stopSensing(): void {
    this.change({ sensing: "off", reading: null });
  }
  pause(): void {
    this.change({ sensing: "paused", reading: null });
  }
  resume(): void {
    this.change({ sensing: "on", reading: READING });
  }
  tap(kind: TapKind): void {
    this.change({ taps: { ...this.snapshot.taps, [kind]: this.snapshot.taps[kind] + 1 } });
  }
  async cameras(): Promise<readonly { deviceId: string; label: string }[]> {
    return [
      { deviceId: "a", label: "Built-in camera" },
      { deviceId: "b", label: "" },
    ];
  }
  keepSensingIn(visible: Window | null): void {
    this.keptIn = visible;
  }
  leave(): void {
    this.change({ link: "closed", closedBecause: "left" });
  }
}

function madeUpFace(): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 240];
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.fillStyle = "#3a4152";
    pen.fillRect(0, 0, 320, 240);
    pen.fillStyle = "#8c93a8";
    pen.beginPath();
    pen.arc(160, 110, 52, 0, 7);
    pen.ellipse(160, 250, 96, 78, 0, 0, 7);
    pen.fill();
  }
  return canvas.captureStream(1);
}

const ROOM = {
  room: "sunny-otter-42",
  links: {
    audience: "https://kuuki.example/r/sunny-otter-42#k=Zk3vQ",
    stage: "https://kuuki.example/r/sunny-otter-42/stage#k=9xTbA",
  },
};

/** The stage with its history open. */
const HISTORY_STATES: States = Object.fromEntries(Object.keys(HISTORIES).map((state) => [`history-${state}`, {}]));

const PAGES: Record<string, Readonly<Record<string, unknown>>> = {
  home: { start: {}, ready: {}, refused: {} },
  audience: {
    ...AUDIENCE_STATES,
    explain: {},
    "explain-unrecorded": { facts: { ...FACTS, recorded: false } },
    sent: SHARING,
  },
  stage: { ...ROOM_STATES, moving: {}, idle: {}, marking: {}, "marking-failed": {}, ...HISTORY_STATES },
  call: CALL_STATES,
  mini: { live: {}, sharing: SHARING, paused: sensing("paused"), few: { mix: bare("few") } },
};

function home(language: Language, state: string): KuukiHome {
  const page = document.createElement("kuuki-home") as KuukiHome;
  page.language = language;
  page.createRoom = () =>
    state === "refused"
      ? Promise.reject({ error: "rate", message: "Too many rooms were started from here. Try again in a minute." })
      : Promise.resolve(ROOM);
  page.joinRoom = () => Promise.reject({ error: "room_unknown", message: "" });
  if (state !== "start")
    page.updateComplete.then(() =>
      page.shadowRoot?.querySelector("kuuki-start")?.shadowRoot?.querySelector("form")?.requestSubmit(),
    );
  return page;
}

function inCall(language: Language, state: string): HTMLElement {
  const page = callPage(state, () => new MadeUpSession({}, true));
  page.language = language;
  return page;
}

function inRoom(name: string, language: Language, state: string): HTMLElement {
  const page = document.createElement(`kuuki-${name}`) as KuukiAudience | KuukiStage;
  const session = new MadeUpSession(
    { ...(PAGES[name]?.[state] as States[string]), role: name === "stage" ? "stage" : "audience" },
    state === "moving" || state.startsWith("history"),
  );
  page.session = session;
  page.language = language;
  Object.assign(window, { session });
  if (name === "stage") onStage(page as KuukiStage, language, state);
  if (state.startsWith("explain")) press(page, "kuuki-sensing", "kuuki-consent", ".primary");
  if (state === "sent") press(page, "kuuki-sent", "button");
  return page;
}

function onStage(page: KuukiStage, language: Language, state: string): void {
  page.audienceLink = ROOM.links.audience;
  page.history = new MadeUpHistory(state.replace("history-", ""), language);
  if (state.startsWith("history")) press(page, ".history");
  if (state.startsWith("marking")) press(page, ".mark");
  if (state === "idle")
    page.updateComplete.then(() => {
      page.idle = true;
    });
  if (state === "marking-failed") press(page, "kuuki-set-mark", "form .primary");
  if (state === "history-recent") press(page, "kuuki-history", ".spans button");
  if (state === "history-marks") press(page, "kuuki-history", "summary");
  if (state.startsWith("history-erase")) press(page, "kuuki-history", "kuuki-record", ".erase");
  if (state.startsWith("history-erase") && state !== "history-erase")
    press(page, "kuuki-history", "kuuki-record", ".end");
}

/** Presses a button some shadow roots deep, as soon as it is there. */
function press(root: Element, ...path: string[]): void {
  let at: Element | null | undefined = root;
  for (const step of path) at = at?.shadowRoot?.querySelector(step);
  if (at) (at as HTMLButtonElement).click();
  else requestAnimationFrame(() => root.isConnected && press(root, ...path));
}

function list(): HTMLElement {
  const all = document.createElement("main");
  for (const [page, states] of Object.entries(PAGES)) {
    const heading = document.createElement("h2");
    heading.textContent = page;
    all.append(heading);
    for (const state of Object.keys(states))
      for (const language of ["en", "ja"]) {
        const link = document.createElement("a");
        link.href = `?page=${page}&state=${state}&language=${language}`;
        link.textContent = `${state} ${language} `;
        all.append(link);
      }
  }
  return all;
}

/** One page in one state, in place of whatever is shown. */
function show(name: string, state: string, language: Language): void {
  const made = { home: () => home(language, state), call: () => inCall(language, state) };
  const page = (made[name as keyof typeof made] ?? (() => inRoom(name, language, state)))() as KuukiHome;
  page.setLanguage = (next) => {
    page.language = next;
  };
  document.documentElement.lang = "en"; // pages say theirs; a small window's page leaves that to the window
  document.body.replaceChildren(page);
}

Object.assign(window, {
  galleryStates: Object.fromEntries(Object.entries(PAGES).map(([page, states]) => [page, Object.keys(states)])),
  galleryShow: show,
});

const asked = new URLSearchParams(location.search);
const name = asked.get("page");
if (name === null) document.body.append(list());
else show(name, asked.get("state") ?? "live", asked.get("language") === "ja" ? "ja" : "en");
