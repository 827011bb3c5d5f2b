// The parts of the curve's drawing, in the pixels of its plot: columns from the left, shares from the bottom.

import { type SVGTemplateResult, svg } from "lit";
import { type Column, type Reach, runs } from "../../../core/mood/curve";
import type { WaveKind } from "../../../core/mood/generated";
import type { Placed, Pulse } from "../../../core/mood/places";

/** The words of marks stand in so many lanes, so high. */
export const LANE = 19;
export const LANES = 2;
/** The signs of waves stand between those and the plot: a lane for faces, above it one for taps. */
export const PULSES = 15;
/** From sign to sign at least: their width and a hair. */
export const PULSE_APART = 11;

/** Pixels: how high the plot is, how wide a column. */
export interface Scale {
  readonly plot: number;
  readonly column: number;
}

/** Where a share is, from the top of the plot. */
export function heightOf(share: number, { plot }: Pick<Scale, "plot">): number {
  return plot * (1 - Math.min(1, Math.max(0, share)));
}

type Which = "mean" | "most";

/** One stretch of columns as points of a line. */
function points(first: number, values: readonly Reach[], which: Which, scale: Scale): string[] {
  // A single point would draw nothing: it gets the width of its column.
  const [only] = values;
  if (values.length === 1)
    return [0, 1].map((end) => `${(first + end) * scale.column},${heightOf(only![which], scale).toFixed(1)}`);
  return values.map((value, i) => `${(first + i + 0.5) * scale.column},${heightOf(value[which], scale).toFixed(1)}`);
}

/** Smiling: a band from its mean up to its most, whose upper edge is the curve; the mean is the quieter line. */
export function envelope(all: readonly Column[], scale: Scale): SVGTemplateResult[] {
  return runs(all).map(([first, values]) => {
    const [mean, most] = [points(first, values, "mean", scale), points(first, values, "most", scale)];
    return svg`<polygon class="band" points="${most.join(" ")} ${mean.toReversed().join(" ")}" />
      <polyline class="mean" points=${mean.join(" ")} />
      <polyline class="most" points=${most.join(" ")} />`;
  });
}

/** Energy: what lies below its mean, softly. */
export function ground(all: readonly Column[], scale: Scale): SVGTemplateResult[] {
  return runs(all).map(([first, values]) => {
    const edge = points(first, values, "mean", scale);
    const [from, to] = [edge[0]!.split(",")[0], edge.at(-1)!.split(",")[0]];
    return svg`<polygon class="energy" points="${from},${scale.plot} ${edge.join(" ")} ${to},${scale.plot}" />`;
  });
}

/** A mark: a thin line, and its word where there is room for it. `top`: from the top of the drawing to the plot. */
export function flag({ x, word, lane, isLeft }: Placed, top: number, plot: number): SVGTemplateResult {
  const y = lane === null ? 0 : (lane + 1) * LANE - top - 4;
  const text =
    lane === null
      ? svg``
      : svg`<text class="word" x=${x + (isLeft ? -5 : 5)} y=${y} text-anchor=${isLeft ? "end" : "start"}>${word}</text>`;
  return svg`<line class="mark" x1=${x} x2=${x} y1=${lane === null ? 0 : y - 10} y2=${plot} />${text}`;
}

/** Kinds of waves by their shapes around 0,0: who sees no colours tells them apart, too. */
const SHAPES: Readonly<Record<WaveKind, SVGTemplateResult>> = {
  smiles: svg`<circle r="4" />`,
  laugh: svg`<path d="M-5 3.8 0 -4.8 5 3.8z" />`,
  wow: svg`<path d="M0 -5.4 5.4 0 0 5.4 -5.4 0z" />`,
  applause: svg`<path d="M-4 -4h8v8h-8z" />`,
};

export function shapeOf(kind: WaveKind): SVGTemplateResult {
  return svg`<g class="wave ${kind}">${SHAPES[kind]}</g>`;
}

/** A wave: its shape above the plot; of faces with a short stem to the curve. */
export function pulse({ x, wave: { kind, isTapped } }: Pulse): SVGTemplateResult {
  const lane = isTapped ? 1 : 0;
  const stem = lane === 0 ? svg`<path class="stem ${kind}" d="M0 4.5v5" />` : svg``;
  return svg`<g transform="translate(${x.toFixed(1)} ${-10 - lane * PULSES})">${stem}${shapeOf(kind)}</g>`;
}

/** The moment that is read: a line over the whole plot, with its most and its mean. */
export function cursor(part: number, column: Column, scale: Scale): SVGTemplateResult {
  const x = (part + 0.5) * scale.column;
  const dots =
    column === null
      ? svg``
      : svg`<circle class="dot small" cx=${x} cy=${heightOf(column.mean, scale)} r="2.5" />
        <circle class="dot" cx=${x} cy=${heightOf(column.most, scale)} r="4.5" />`;
  return svg`<line class="cursor" x1=${x} x2=${x} y1="0" y2=${scale.plot} />${dots}`;
}
