// Where words and signs stand beside a curve, so that none covers another. In the pixels of the chart; no drawing.

import { bulkOf } from "./biggest";
import type { Span } from "./curve";
import type { EveningWave } from "./evening";
import type { Mark } from "./history";

/** A mark with the place of its line, and where its word goes: a lane from the top, to the left or right of the line. */
export interface Placed {
  readonly mark: Mark;
  readonly x: number;
  /** null: there is no room for its word. */
  readonly lane: number | null;
  readonly isLeft: boolean;
  readonly word: string;
}

const WORD_CHARS = 16;
const PAD_PX = 6;

/** Places words so that none covers another. `charPx`: the width of a Latin letter; Japanese ones take two. */
export function place(marks: readonly Mark[], span: Span, widthPx: number, lanes: number, charPx: number): Placed[] {
  const taken: number[] = Array.from({ length: lanes }, () => Number.NEGATIVE_INFINITY);
  const shown = marks.filter(({ atMs }) => atMs >= span.fromMs && atMs <= span.toMs);
  return shown.map((mark) => {
    const x = ((mark.atMs - span.fromMs) / (span.toMs - span.fromMs)) * widthPx;
    const word = shortened(mark.text);
    const wide = widthOf(word) * charPx + 2 * PAD_PX;
    const isLeft = x + wide > widthPx;
    const from = isLeft ? x - wide : x;
    const lane = word === "" || from < 0 ? -1 : taken.findIndex((until) => until <= from);
    if (lane >= 0) taken[lane] = from + wide;
    return { mark, x, word, isLeft, lane: lane < 0 ? null : lane };
  });
}

function shortened(text: string): string {
  const letters = [...text];
  return letters.length > WORD_CHARS ? `${letters.slice(0, WORD_CHARS - 1).join("")}…` : text;
}

/** In Latin letters. */
function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0)! > 0x2e7f ? 2 : 1), 0);
}

export interface Pulse {
  readonly wave: EveningWave;
  readonly x: number;
}

/** The signs of waves, each at its peak, `apartPx` from the next at least: of a crowd the biggest are there. */
export function pulses(waves: readonly EveningWave[], span: Span, widthPx: number, apartPx: number): Pulse[] {
  const placed: Pulse[] = [];
  const shown = waves.filter(({ peakMs }) => peakMs >= span.fromMs && peakMs <= span.toMs);
  for (const wave of shown.sort((one, other) => bulkOf(other) - bulkOf(one))) {
    const x = ((wave.peakMs - span.fromMs) / (span.toMs - span.fromMs)) * widthPx;
    if (placed.every((other) => Math.abs(other.x - x) >= apartPx)) placed.push({ wave, x });
  }
  return placed.sort((one, other) => one.x - other.x);
}
