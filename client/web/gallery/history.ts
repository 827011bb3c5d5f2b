// The stage's history with an evening that is made up.

import {
  type Entry,
  type History,
  type HistorySnapshot,
  joinMarks,
  type Mark,
  NO_HISTORY,
  type Row,
} from "../src/core/mood/history";

const HOUR_S = 3600;
/** Laughs of a made-up evening: minutes from its beginning, how much of the room, for how long. */
const LAUGHS: readonly (readonly [number, number, number])[] = [
  [6, 0.35, 2],
  [14, 0.5, 2],
  [21, 0.3, 1.5],
  [28, 0.62, 3],
  [47, 0.4, 2],
  [55, 0.7, 2.5],
  [63, 0.45, 2],
  [71, 0.3, 2],
  [79, 0.6, 2.5],
  [83.8, 0.6, 1.5],
];
const MINUTES = 84;
/** The room was too small to be shown. */
const BREAK = [35, 43] as const;

const MARKS: Readonly<Record<"en" | "ja", readonly (readonly [number, string])[]>> = {
  en: [
    [1, "Opening"],
    [28, "The cat on the piano"],
    [29.4, ""],
    [43, "After the break"],
    [55, "Rin’s story"],
    [57, "Second voice"],
    [80, "Encore"],
  ],
  ja: [
    [1, "開演"],
    [28, "ピアノの上の猫"],
    [29.4, ""],
    [43, "休憩のあと"],
    [55, "凛さんの話"],
    [57, "ふたつめの声"],
    [80, "アンコール"],
  ],
};

function rowAt(minute: number, atMs: number): Row {
  if (minute >= BREAK[0] && minute < BREAK[1]) return { atMs, smiling: null, energy: null };
  const sway = 0.05 * Math.sin(minute * 2.1) + 0.03 * Math.sin(minute * 7.3);
  const laugh = LAUGHS.reduce((sum, [at, much, long]) => sum + much * Math.exp(-(((minute - at) / long) ** 2)), 0);
  const smiling = Math.min(0.98, Math.max(0.02, 0.16 + sway + laugh));
  return { atMs, smiling, energy: Math.min(0.95, 0.34 + 0.5 * smiling + sway) };
}

function evening(language: "en" | "ja"): { rows: Row[]; marks: Mark[] } {
  const beganMs = Date.now() - MINUTES * 60_000;
  const rows = Array.from({ length: MINUTES * 60 }, (_, second) => rowAt(second / 60, beganMs + second * 1000));
  const marks = MARKS[language].map(([at, text], i) => ({ id: String(i), atMs: beganMs + at * 60_000, text }));
  return { rows, marks };
}

const ON: Partial<HistorySnapshot> = { recording: "on", retentionS: 24 * HOUR_S, isWhole: true };
const REFUSED: Partial<HistorySnapshot> = { ...ON, recording: "refused" };

/** Names of the stage's states, without `history-`. */
export const HISTORIES: Readonly<Record<string, Partial<HistorySnapshot>>> = {
  evening: ON,
  recent: ON,
  marks: ON,
  empty: ON,
  loading: { ...ON, isWhole: false },
  failing: { isFailing: true },
  off: { ...ON, recording: "off" },
  no_aof: { ...REFUSED, reason: "no_aof" },
  disk: { ...REFUSED, reason: "disk" },
  full: { ...REFUSED, reason: "full" },
  read_only: { ...REFUSED, reason: "read_only" },
  unavailable: { ...REFUSED, reason: "unavailable" },
  erase: ON,
  erased: ON,
  "erase-failed": ON,
};
const WITH_EVENING = ["evening", "recent", "marks", "disk", "erase", "erased", "erase-failed"];

export class MadeUpHistory implements History {
  snapshot: HistorySnapshot;
  readonly #fails: boolean;
  readonly #listeners = new Set<(snapshot: HistorySnapshot) => void>();

  /** `state`: one of HISTORIES, or of another page's, for which the room is recorded. */
  constructor(state: string, language: "en" | "ja") {
    const past = WITH_EVENING.includes(state) ? evening(language) : {};
    this.snapshot = { ...NO_HISTORY, ...(HISTORIES[state] ?? ON), ...past };
    this.#fails = state === "erase-failed" || state === "marking-failed";
  }

  subscribe(listener: (snapshot: HistorySnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  show(): void {}

  async mark(text: string): Promise<void> {
    if (this.#fails) throw Object.assign(new Error(), { error: "not_recorded" });
    const mark = { id: String(this.snapshot.marks.length + 100), atMs: Date.now(), text };
    this.#change({ marks: joinMarks(this.snapshot.marks, [mark]) });
  }

  async erase(): Promise<void> {
    if (this.#fails) throw new Error("made up");
    this.#change({ rows: [], marks: [] });
  }

  async entries(): Promise<readonly Entry[]> {
    return [];
  }

  #change(changed: Partial<HistorySnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }
}
