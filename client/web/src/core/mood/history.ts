// The record of a room as the stage sees it: the seam between io/mood/history.ts and ui/mood/history, and what the server says.
// docs/protocol.md, section Timeline.

import type { EveningWave } from "./evening";
import { type Mix, parseMix } from "./mix";
import { parseWaves, type Wave } from "./waves";

/** `off`: not wanted for this room. `refused`: wanted, but it could not be kept for sure. */
export type Recording = "on" | "off" | "refused";
export type NotRecorded = "no_aof" | "disk" | "full" | "read_only" | "unavailable";

/** One second of the room, as it was shown. `atMs` is UTC; null where nothing could be shown. */
export interface Row {
  readonly atMs: number;
  readonly smiling: number | null;
  readonly energy: number | null;
}

/** Set by hand. The text may be empty. */
export interface Mark {
  readonly id: string;
  readonly atMs: number;
  readonly text: string;
}

/** One row with the whole mix that was shown. */
export interface Entry {
  readonly atMs: number;
  readonly mix: Mix;
  /** Of its last seconds. */
  readonly waves: readonly Wave[];
}

export interface HistorySnapshot {
  /** null before the server said. */
  readonly recording: Recording | null;
  readonly reason: NotRecorded | null;
  readonly retentionS: number | null;
  /** Oldest first. */
  readonly rows: readonly Row[];
  readonly marks: readonly Mark[];
  /** By their beginning; none where the record tells of none. */
  readonly waves: readonly EveningWave[];
  /** Whether all there is has been fetched. */
  readonly isWhole: boolean;
  /** Whether the last request failed. */
  readonly isFailing: boolean;
}

export interface History {
  readonly snapshot: HistorySnapshot;
  subscribe(listener: (snapshot: HistorySnapshot) => void): () => void;
  /** Fetches what there is, and what comes, while it is shown; before and after only whether the room is recorded. */
  show(isShown: boolean): void;
  /** Resolves when the mark will not be lost any more. Rejects with a refusal (`error`: `not_recorded`, …). */
  mark(text: string): Promise<void>;
  /** Deletes the record and its marks. */
  erase(): Promise<void>;
  /** The whole record, for a file. */
  entries(): Promise<readonly Entry[]>;
}

export const NO_HISTORY: HistorySnapshot = {
  recording: null,
  reason: null,
  retentionS: null,
  rows: [],
  marks: [],
  waves: [],
  isWhole: false,
  isFailing: false,
};

/** One answer of `GET /rooms/{room}/timeline`. `cursor`: of its last row, null without one. */
export interface Page {
  readonly recording: Recording;
  readonly reason: NotRecorded | null;
  readonly retentionS: number;
  readonly entries: readonly Entry[];
  readonly marks: readonly Mark[];
  readonly cursor: string | null;
  readonly next: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

const RECORDINGS: readonly unknown[] = ["on", "off", "refused"] satisfies Recording[];
const REASONS: readonly unknown[] = ["no_aof", "disk", "full", "read_only", "unavailable"] satisfies NotRecorded[];

/** An answer, parsed; null when it is not one. Rows and marks that are none are passed over. */
export function parsePage(value: unknown): Page | null {
  const { recording, reason, retention_s: retentionS, rows, marks, next } = fieldsOf(value);
  if (!RECORDINGS.includes(recording) || typeof retentionS !== "number") return null;
  if (!Array.isArray(rows) || !Array.isArray(marks)) return null;
  return {
    recording: recording as Recording,
    reason: REASONS.includes(reason) ? (reason as NotRecorded) : null,
    retentionS,
    entries: rows.map(entryIn).filter((entry) => entry !== null),
    marks: marks.map(parseMark).filter((mark) => mark !== null),
    cursor: textOf(fieldsOf(rows.at(-1))["cursor"]),
    next: textOf(next),
  };
}

function entryIn(value: unknown): Entry | null {
  const row = fieldsOf(value);
  const atMs = Date.parse(String(row["at"]));
  const fields = fieldsOf(row["mix"]);
  const mix = parseMix({ ...fields, term: 0, seq: 0, age_ms: 0 });
  return mix === null || Number.isNaN(atMs) ? null : { atMs, mix, waves: parseWaves(fields["waves"]) };
}

/** The answer to a new mark; null when it is not one. */
export function parseMark(value: unknown): Mark | null {
  const { id, at, text } = fieldsOf(value);
  const atMs = Date.parse(String(at));
  if (typeof id !== "string" || typeof text !== "string" || Number.isNaN(atMs)) return null;
  return { id, atMs, text };
}

export function rowOf({ atMs, mix: { body } }: Entry): Row {
  return { atMs, smiling: body?.smiling ?? null, energy: body?.energy ?? null };
}

/** Marks by their time, each once. */
export function joinMarks(...some: readonly (readonly Mark[])[]): Mark[] {
  const byId = new Map(some.flat().map((mark) => [mark.id, mark]));
  return [...byId.values()].sort((one, other) => one.atMs - other.atMs);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
