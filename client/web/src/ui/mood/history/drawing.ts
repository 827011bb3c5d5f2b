// What the history draws of a room's record: which rows, over which span, and what is said of them in words and as a
// table. Drawn as often as there is something to see, said as seldom as can be read. Time is an argument.

import { biggest, type Surge, wavesIn } from "../../../core/mood/biggest";
import { type Column, columns, extremes, type Reach, type Span } from "../../../core/mood/curve";
import type { HistorySnapshot, Row } from "../../../core/mood/history";

export type Shown = "recent" | "all";

/** What is said of the curve in words and as a table. */
export interface Told {
  /** How many rows it is said of. */
  readonly count: number;
  readonly found: ReturnType<typeof extremes>;
  readonly table: readonly Line[];
  /** Where it stood out most. */
  readonly surges: readonly Surge[];
}

/** A line of the table: a part of the span from then on. */
export interface Line {
  readonly fromMs: number;
  readonly smiling: Reach;
  readonly energy: Column;
}

export interface Drawing {
  readonly rows: readonly Row[];
  readonly span: Span;
  readonly told: Told;
}

export const NO_DRAWING: Drawing = {
  rows: [],
  span: { fromMs: 0, toMs: 1 },
  told: { count: 0, found: null, table: [], surges: [] },
};

const RECENT_MS = 600_000;
/** Less than this is not drawn across the whole width. */
const LEAST_MS = 300_000;
/** The curve is drawn anew when about a pixel more of it is there. */
const DRAWINGS_PER_SPAN = 600;
/** Words and table change seldom, so that they can be read. */
const TOLD_EVERY_MS = 15_000;
const TABLE_LINES = 12;
const SURGES = 5;

export class HistoryDrawing {
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #drawnAtMs = Number.NEGATIVE_INFINITY;

  /**
   * The drawing after `last`, at `nowMs` of the wall clock; `last` itself where nothing new is to be seen. `own`: what
   * the page itself was shown, for where there is no record. `isOther`: the record is not only longer than it was.
   */
  next(
    last: Drawing,
    snapshot: HistorySnapshot,
    shown: Shown,
    own: () => readonly Row[],
    nowMs: number,
    isOther: boolean,
  ): Drawing {
    const { span: before, told } = last;
    const isKept = !isOther && told.count > 1;
    if (isKept && nowMs - this.#drawnAtMs < (before.toMs - before.fromMs) / DRAWINGS_PER_SPAN) return last;
    this.#drawnAtMs = nowMs;
    const rows = known(snapshot, own);
    const span = spanOf(rows, snapshot, shown, nowMs);
    if (isKept && nowMs - this.#toldAtMs < TOLD_EVERY_MS) return { rows, span, told };
    this.#toldAtMs = nowMs;
    return { rows, span, told: tell(rows, span, snapshot) };
  }
}

function tell(rows: readonly Row[], span: Span, { waves }: HistorySnapshot): Told {
  return {
    count: rows.length,
    found: extremes(rows, span),
    table: tableOf(rows, span),
    surges: biggest(wavesIn(span, waves, rows), SURGES),
  };
}

function tableOf(rows: readonly Row[], span: Span): Line[] {
  const energies = columns(rows, "energy", span, TABLE_LINES);
  const lines = columns(rows, "smiling", span, TABLE_LINES).map((smiling, i): Line | null => {
    const fromMs = span.fromMs + (i * (span.toMs - span.fromMs)) / TABLE_LINES;
    return smiling && { fromMs, smiling, energy: energies[i] ?? null };
  });
  return lines.filter((line) => line !== null);
}

/** The record, and where it does not reach what the page itself was shown. */
function known({ rows, recording }: HistorySnapshot, own: () => readonly Row[]): readonly Row[] {
  if (recording === "on") return rows;
  const sinceMs = rows.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  return [...rows, ...own().filter(({ atMs }) => atMs > sinceMs)];
}

function spanOf(rows: readonly Row[], { marks }: HistorySnapshot, shown: Shown, nowMs: number): Span {
  const toMs = Math.max(nowMs, rows.at(-1)?.atMs ?? 0);
  if (shown === "recent") return { fromMs: toMs - RECENT_MS, toMs };
  const firstMs = Math.min(rows[0]?.atMs ?? toMs, marks[0]?.atMs ?? toMs);
  return { fromMs: Math.min(firstMs, toMs - LEAST_MS), toMs };
}
