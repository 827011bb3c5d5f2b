// The stage's history with an evening that is made up.

import type { EveningWave } from "../src/core/mood/evening";
import type { WaveKind } from "../src/core/mood/generated";
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
/** The big laughs of a made-up evening: minutes from its beginning, how much of the room, for how many seconds. */
const LAUGHS: readonly (readonly [number, number, number])[] = [
  [6.2, 0.45, 3],
  [14.1, 0.58, 4],
  [21.3, 0.4, 2],
  [28.2, 0.76, 6],
  [28.7, 0.5, 3],
  [34.4, 0.6, 9],
  [47.2, 0.5, 3],
  [55.6, 0.78, 8],
  [57.1, 0.62, 2],
  [63.4, 0.45, 3],
  [71.8, 0.35, 4],
  [79.3, 0.7, 5],
  [83.6, 0.66, 11],
];
const MINUTES = 84;
/** Between them the room chuckles, so many times a minute. */
const CHUCKLES = 3;
/** The room was too small to be shown. */
const BREAK = [35, 43] as const;
/** What was tapped beside the laughs: kind, minutes from the beginning, how much of the room, seconds. */
const TAPPED: readonly (readonly [WaveKind, number, number, number])[] = [
  ["laugh", 14.12, 0.2, 4],
  ["laugh", 28.22, 0.34, 5],
  ["wow", 31, 0.16, 3],
  ["applause", 34.6, 0.5, 12],
  ["wow", 49.4, 0.24, 4],
  ["laugh", 55.62, 0.4, 7],
  ["applause", 68, 0.3, 6],
  ["laugh", 79.32, 0.28, 4],
  ["applause", 83.7, 0.62, 14],
];

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

/** 0..1, the same for the same number. */
function chance(number: number): number {
  const whole = Math.sin(number * 127.1 + 311.7) * 43_758.5453;
  return whole - Math.floor(whole);
}

const ALL_LAUGHS: readonly (readonly [number, number, number])[] = [
  ...LAUGHS,
  ...Array.from({ length: MINUTES * CHUCKLES }, (_, i) => {
    const minute = (i + chance(i)) / CHUCKLES;
    return [minute, 0.08 + 0.24 * chance(i + 0.3) ** 2, 1 + 2.5 * chance(i + 0.6)] as const;
  }),
];

/** A laugh rises within a second, lasts, and fades: its part of one second of the evening. */
function partOf([minute, much, long]: readonly [number, number, number], second: number): number {
  const since = second - minute * 60;
  if (since < -1) return 0;
  return much * (since < 0 ? 1 + since : since < long ? 1 : Math.exp((long - since) / 1.8));
}

function rowAt(second: number, atMs: number): Row {
  const minute = second / 60;
  if (minute >= BREAK[0] && minute < BREAK[1]) return { atMs, smiling: null, energy: null };
  const sway = 0.03 * Math.sin(minute * 2.1) + 0.02 * Math.sin(minute * 17.3) + 0.03 * (chance(second) - 0.5);
  const laugh = ALL_LAUGHS.reduce((most, each) => Math.max(most, partOf(each, second)), 0);
  const smiling = Math.round(100 * Math.min(0.95, Math.max(0.02, 0.15 + sway + laugh))) / 100;
  return { atMs, smiling, energy: Math.min(0.95, 0.34 + 0.4 * smiling + sway) };
}

function evening(language: "en" | "ja"): { rows: Row[]; marks: Mark[] } {
  const beganMs = Date.now() - MINUTES * 60_000;
  const rows = Array.from({ length: MINUTES * 60 }, (_, second) => rowAt(second, beganMs + second * 1000));
  const marks = MARKS[language].map(([at, text], i) => ({ id: String(i), atMs: beganMs + at * 60_000, text }));
  return { rows, marks };
}

function waves(): EveningWave[] {
  const beganMs = Date.now() - MINUTES * 60_000;
  const all = [...LAUGHS.map((laugh) => ["smiles", ...laugh] as const), ...TAPPED];
  return all
    .map(([kind, minute, rise, long], number): EveningWave => {
      const atMs = beganMs + minute * 60_000;
      const share = kind === "smiles" ? Math.min(0.95, rise + 0.15) : rise;
      const isTapped = kind !== "smiles";
      return {
        number,
        kind,
        isTapped,
        beganMs: atMs - 1000,
        lastsMs: long * 1000,
        peakMs: atMs + 1000,
        top: share,
        rise,
        share,
      };
    })
    .sort((one, other) => one.beganMs - other.beganMs);
}

/** The last ten minutes as an audience's page was shown them. */
export function lastMinutes(): Row[] {
  return evening("en").rows.slice(-600);
}

const ON: Partial<HistorySnapshot> = { recording: "on", retentionS: 24 * HOUR_S, isWhole: true };
const REFUSED: Partial<HistorySnapshot> = { ...ON, recording: "refused" };

/** Names of the stage's states, without `history-`. */
export const HISTORIES: Readonly<Record<string, Partial<HistorySnapshot>>> = {
  evening: ON,
  waves: ON,
  read: ON,
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
const WITH_EVENING = ["evening", "waves", "read", "recent", "marks", "disk", "erase", "erased", "erase-failed"];

export class MadeUpHistory implements History {
  snapshot: HistorySnapshot;
  readonly #fails: boolean;
  readonly #listeners = new Set<(snapshot: HistorySnapshot) => void>();

  /** `state`: one of HISTORIES, or of another page's, for which the room is recorded. */
  constructor(state: string, language: "en" | "ja") {
    const past = WITH_EVENING.includes(state) ? evening(language) : {};
    const told = state === "waves" ? { waves: waves() } : {};
    this.snapshot = { ...NO_HISTORY, ...(HISTORIES[state] ?? ON), ...past, ...told };
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
    this.#change({ rows: [], marks: [], waves: [] });
  }

  async entries(): Promise<readonly Entry[]> {
    return [];
  }

  #change(changed: Partial<HistorySnapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }
}
