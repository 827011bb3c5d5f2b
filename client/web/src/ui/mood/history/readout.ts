// What the curve says of one moment, in words: the time, how much of the room smiled, the waves there, the nearest mark.

import { type Column, middleOf, partAt, type Span } from "../../../core/mood/curve";
import type { EveningWave } from "../../../core/mood/evening";
import type { Mark } from "../../../core/mood/history";
import type { Language, Words } from "../../../locale";
import { clock } from "./clock";

/** What is drawn, of which a moment is one column. */
export interface Chart {
  readonly columns: readonly Column[];
  readonly span: Span;
  readonly marks: readonly Mark[];
  readonly waves: readonly EveningWave[];
}

/** One line of words about one of the columns. */
export function readout(
  { columns, span, marks, waves }: Chart,
  part: number,
  words: Words,
  language: Language,
): string {
  const { curve, biggest, waves: kinds } = words.stage.history;
  const column = columns[part] ?? null;
  const atMs = column?.atMs ?? middleOf(part, span, columns.length);
  const here = waves.filter(({ peakMs }) => partAt(peakMs, span, columns.length) === part);
  const mark = nearest(marks, atMs);
  return [
    clock(atMs, language, true),
    column === null ? curve.nothing : curve.reach(percent(column.most), percent(column.mean)),
    ...here.map(({ kind, lastsMs }) => `${kinds[kind]} ${biggest.lasted(wholeSeconds(lastsMs))}`),
    ...(mark === null ? [] : [curve.mark(mark.text, Math.round((atMs - mark.atMs) / 1000))]),
  ].join(curve.between);
}

function nearest(marks: readonly Mark[], atMs: number): Mark | null {
  const far = (mark: Mark) => Math.abs(mark.atMs - atMs);
  return marks.reduce<Mark | null>((best, mark) => (best && far(best) <= far(mark) ? best : mark), null);
}

export function percent(share: number): number {
  return Math.round(share * 100);
}

/** A wave lasts a second at least. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}
