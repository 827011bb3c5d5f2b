// <kuuki-curve .rows .marks .span>: smiling as a line, energy soft behind it, marks as thin lines with their words.
// Drawn for the eye alone; kuuki-history says the same in words.

import { css, html, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type Column, columns, type Placed, place, runs, type Span, times } from "../../../core/mood/curve";
import type { Mark, Row } from "../../../core/mood/history";
import { KuukiElement } from "../../element";
import { gridLook } from "../../shapes";

const LEFT = 46;
const RIGHT = 12;
const BOTTOM = 26;
const LANE = 19;
const LANES = 2;
const PLOT = 140;
/** The width of a Latin letter of the words. */
const LETTER = 7.4;
/** The room that a time on the axis takes. */
const TIME = 74;
const COLUMN = 2;

export class KuukiCurve extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    rows: { attribute: false },
    marks: { attribute: false },
    span: { attribute: false },
    inner: { state: true },
  };

  declare rows: readonly Row[];
  declare marks: readonly Mark[];
  declare span: Span;
  /** Width of the plot in pixels. */
  declare protected inner: number;

  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.rows = [];
    this.marks = [];
    this.span = { fromMs: 0, toMs: 1 };
    this.inner = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      this.inner = Math.max(0, Math.floor(entry!.contentRect.width) - LEFT - RIGHT);
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override render(): TemplateResult {
    const { inner, span } = this;
    if (inner < COLUMN) return html`<div class="blank"></div>`;
    const placed = place(this.marks, span, inner, LANES, LETTER);
    const top = placed.some(({ lane }) => lane !== null) ? LANES * LANE : 6;
    const count = Math.floor(inner / COLUMN);
    return html`<svg aria-hidden="true" width=${inner + LEFT + RIGHT} height=${top + PLOT + BOTTOM}>
      <g transform="translate(${LEFT} ${top})">
        ${[0, 0.5, 1].map((share) => this.#level(share))}
        ${this.#times()}
        ${runs(columns(this.rows, "energy", span, count)).map(([first, values]) => area(first, values))}
        ${runs(columns(this.rows, "smiling", span, count)).map(([first, values]) => line(first, values))}
        ${placed.map((each) => flag(each, top))}
      </g>
    </svg>`;
  }

  #level(share: number): SVGTemplateResult {
    const y = height(share);
    return svg`<line class="grid" x2=${this.inner} y1=${y} y2=${y} />
      <text class="axis" x="-10" y=${y} dy="0.35em" text-anchor="end">${share * 100}%</text>`;
  }

  #times(): SVGTemplateResult[] {
    const { span, inner } = this;
    const offsetMs = -new Date(span.toMs).getTimezoneOffset() * 60_000;
    return times(span, Math.max(1, Math.floor(inner / TIME)), offsetMs).map((atMs) => {
      const x = ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * inner;
      if (x < 14 || x > inner - 14) return svg``;
      return svg`<line class="tick" x1=${x} x2=${x} y1=${PLOT} y2=${PLOT + 5} />
        <text class="axis" x=${x} y=${PLOT + BOTTOM - 6} text-anchor="middle">${clock(atMs, this.language)}</text>`;
    });
  }

  static override styles = [
    ...KuukiElement.styles,
    gridLook,
    css`
      :host {
        min-inline-size: 0;
        overflow: clip;
      }
      .blank {
        block-size: ${PLOT + BOTTOM + 6}px;
      }
      svg {
        inline-size: auto;
        block-size: auto;
        stroke: none;
      }
      .tick {
        stroke: var(--edge);
        stroke-width: 1;
      }
      text {
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }
      .axis {
        fill: var(--text-soft);
      }
      .energy {
        fill: var(--calm);
        opacity: 0.2;
      }
      .smiling {
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-linejoin: round;
        stroke-linecap: round;
      }
      .mark {
        stroke: var(--text);
        stroke-width: 1;
        opacity: 0.7;
      }
      .word {
        fill: var(--text);
      }
      @media (forced-colors: active) {
        .smiling,
        .mark,
        .grid,
        .tick {
          stroke: CanvasText;
        }
        .axis,
        .word {
          fill: CanvasText;
        }
        .energy {
          fill: GrayText;
        }
      }
    `,
  ];
}

function height(share: Column): number {
  return PLOT * (1 - Math.min(1, Math.max(0, share ?? 0)));
}

function points(first: number, values: readonly number[]): string[] {
  // A single point would draw nothing: it gets the width of its column.
  const [only] = values;
  const drawn = values.length === 1 ? [only!, only!] : values;
  return drawn.map((value, i) => `${((first + i + 0.5) * COLUMN).toFixed(1)},${height(value).toFixed(1)}`);
}

function line(first: number, values: readonly number[]): SVGTemplateResult {
  return svg`<polyline class="smiling" points=${points(first, values).join(" ")} />`;
}

function area(first: number, values: readonly number[]): SVGTemplateResult {
  const edge = points(first, values);
  const [from, to] = [edge[0]!.split(",")[0], edge.at(-1)!.split(",")[0]];
  return svg`<polygon class="energy" points="${from},${PLOT} ${edge.join(" ")} ${to},${PLOT}" />`;
}

function flag({ x, word, lane, isLeft }: Placed, top: number): SVGTemplateResult {
  const y = lane === null ? 0 : (lane + 1) * LANE - top - 4;
  const text =
    lane === null
      ? svg``
      : svg`<text class="word" x=${x + (isLeft ? -5 : 5)} y=${y} text-anchor=${isLeft ? "end" : "start"}>${word}</text>`;
  return svg`<line class="mark" x1=${x} x2=${x} y1=${lane === null ? 0 : y - 10} y2=${PLOT} />${text}`;
}

/** Hours and minutes here; each language has its own way to write them. */
export function clock(atMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(atMs);
}
