// <kuuki-curve .rows .marks .waves .span .at>: smiling as a band from its mean to its most, energy soft behind it, marks
// as thin lines with their words, waves as signs. A press, a drag or the arrow keys read it: `at` is the moment (UTC
// milliseconds, or null), and `read` is fired when somebody chose another. What changes comes as a new array.

import { html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { type Column, columns, meant, middleOf, partAt, type Span, times } from "../../../core/mood/curve";
import type { EveningWave } from "../../../core/mood/evening";
import type { Mark, Row } from "../../../core/mood/history";
import { type Placed, place, pulses } from "../../../core/mood/places";
import { KuukiElement } from "../../element";
import { gridLook } from "../../shapes";
import { clock } from "./clock";
import { BOTTOM, curveStyles, LEFT, RIGHT, waveLook } from "./curve-styles";
import { cursor, envelope, flag, ground, heightOf, LANE, LANES, PULSE_APART, PULSES, pulse, type Scale } from "./plot";
import { Pointing } from "./pointing";
import { readout } from "./readout";

/** A plot of so many pixels or more is wide. Where it is narrow a column is a pixel: an evening is long. */
const WIDE = 560;
const SCALES = { narrow: { plot: 150, column: 1 }, wide: { plot: 170, column: 2 } } satisfies Record<string, Scale>;
/** The width of a Latin letter of the words. */
const LETTER = 7.4;
/** The room that a time on the axis takes. */
const TIME = 74;
/** Between the words of marks and the signs of waves. */
const GAP = 4;
/** What a key goes on by, in columns; of ALL it goes to an end. */
const ALL = Number.POSITIVE_INFINITY;
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -ALL,
  End: ALL,
};

export class KuukiCurve extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    rows: { attribute: false },
    marks: { attribute: false },
    waves: { attribute: false },
    span: { attribute: false },
    at: { attribute: false },
    inner: { state: true },
  };

  declare rows: readonly Row[];
  declare marks: readonly Mark[];
  declare waves: readonly EveningWave[];
  declare span: Span;
  /** What is read; null: nothing is. */
  declare at: number | null;
  /** Width of the plot in pixels. */
  declare protected inner: number;

  #observer: ResizeObserver | undefined;
  #columns: readonly Column[] = [];
  readonly #pointing = new Pointing((x, reach) => this.#point(x, reach));

  constructor() {
    super();
    this.rows = [];
    this.marks = [];
    this.waves = [];
    this.span = { fromMs: 0, toMs: 1 };
    this.at = null;
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

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!["rows", "span", "inner"].some((name) => changed.has(name))) return;
    this.#columns = columns(this.rows, "smiling", this.span, Math.max(1, Math.floor(this.inner / this.#scale.column)));
  }

  protected override render(): TemplateResult {
    const { inner, span, marks, waves, language } = this;
    if (inner < 2) return html`<div class="blank"></div>`;
    const scale = this.#scale;
    const placed = place(marks, span, inner, LANES, LETTER);
    const top = this.#top(placed);
    return html`<div class="chart"
        @pointerdown=${(event: PointerEvent) => this.#pointing.down(event)}
        @pointermove=${(event: PointerEvent) => this.#pointing.move(event)}
        @pointerup=${() => this.#pointing.end()} @pointercancel=${() => this.#pointing.end()}
        @click=${(event: MouseEvent) => this.#pointing.click(event)}>
        <svg aria-hidden="true" width=${inner + LEFT + RIGHT} height=${top + scale.plot + BOTTOM}>
          <g transform="translate(${LEFT} ${top})">
            ${guard([this.#columns, marks, waves, language], () => [
              ...[0, 0.5, 1].map((share) => this.#level(share)),
              ...this.#times(),
              ...ground(columns(this.rows, "energy", span, this.#columns.length), scale),
              ...envelope(this.#columns, scale),
              ...placed.map((each) => flag(each, top, scale.plot)),
              ...[ofFaces(waves), ofTaps(waves)].flatMap((some) => pulses(some, span, inner, PULSE_APART)).map(pulse),
            ])}
            ${this.#part === null ? nothing : cursor(this.#part, this.#columns[this.#part] ?? null, scale)}
          </g>
        </svg>
        ${this.#isBlank ? nothing : this.#slider()}
      </div>
      <p class="readout">${this.#part === null ? this.#how : this.#said(this.#part)}</p>`;
  }

  get #scale(): Scale {
    return this.inner < WIDE ? SCALES.narrow : SCALES.wide;
  }

  /** Whether there is nothing to read. */
  get #isBlank(): boolean {
    return this.#columns.every((column) => column === null);
  }

  get #how(): string {
    return this.#isBlank ? "" : this.words.stage.history.curve.how;
  }

  /** Pixels above the plot, for words and signs. */
  #top(placed: readonly Placed[]): number {
    const words = placed.some(({ lane }) => lane !== null) ? LANES * LANE : 6;
    const lanes = [ofFaces(this.waves), ofTaps(this.waves)].filter((some) => some.length > 0).length;
    return words + lanes * PULSES + (lanes > 0 ? GAP : 0);
  }

  /** The column that is read. */
  get #part(): number | null {
    return this.at === null ? null : partAt(this.at, this.span, this.#columns.length);
  }

  #said(part: number): string {
    const { span, marks, waves, language } = this;
    return readout({ columns: this.#columns, span, marks, waves }, part, this.words, language);
  }

  /** What keys and screen readers have of the curve. Its value is a time: one that stays, while the curve moves on. */
  #slider(): TemplateResult {
    const { fromMs, toMs } = this.span;
    const part = this.#part ?? this.#columns.length - 1;
    return html`<input type="range" step="any" min=${fromMs} max=${toMs}
      .value=${String(this.#part === null ? toMs : this.at)}
      aria-label=${this.words.stage.history.curve.slider} aria-valuetext=${this.#said(part)}
      @focus=${() => this.#part ?? this.#read(this.#columns.length - 1)}
      @keydown=${(event: KeyboardEvent) => this.#step(event)}
      @input=${({ target }: Event) => this.#read(partAt(Number((target as HTMLInputElement).value), this.span, this.#columns.length))} />`;
  }

  #step(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const last = this.#columns.length - 1;
    this.#read(Math.min(last, Math.max(0, (this.#part ?? last) + step)));
  }

  /** `x`: of the window. */
  #point(x: number, reach: number): void {
    if (this.#isBlank) return;
    const chart = this.renderRoot.querySelector(".chart")!;
    const last = this.#columns.length - 1;
    const part = Math.floor((x - chart.getBoundingClientRect().left - LEFT) / this.#scale.column);
    this.#read(meant(this.#columns, Math.min(last, Math.max(0, part)), Math.round(reach / this.#scale.column)));
    this.renderRoot.querySelector("input")?.focus({ preventScroll: true }); // so that keys go on from there
  }

  #read(part: number | null): void {
    if (part === null) return;
    this.at = this.#columns[part]?.atMs ?? middleOf(part, this.span, this.#columns.length);
    this.dispatchEvent(new Event("read"));
  }

  #level(share: number): SVGTemplateResult {
    const y = heightOf(share, this.#scale);
    return svg`<line class="grid" x2=${this.inner} y1=${y} y2=${y} />
      <text class="axis" x="-10" y=${y} dy="0.35em" text-anchor="end">${share * 100}%</text>`;
  }

  #times(): SVGTemplateResult[] {
    const { span, inner } = this;
    const { plot } = this.#scale;
    const offsetMs = -new Date(span.toMs).getTimezoneOffset() * 60_000;
    return times(span, Math.max(1, Math.floor(inner / TIME)), offsetMs).map((atMs) => {
      const x = ((atMs - span.fromMs) / (span.toMs - span.fromMs)) * inner;
      if (x < 14 || x > inner - 14) return svg``;
      return svg`<line class="tick" x1=${x} x2=${x} y1=${plot} y2=${plot + 5} />
        <text class="axis" x=${x} y=${plot + BOTTOM - 6} text-anchor="middle">${clock(atMs, this.language)}</text>`;
    });
  }

  static override styles = [...KuukiElement.styles, gridLook, waveLook, curveStyles];
}

function ofFaces(waves: readonly EveningWave[]): EveningWave[] {
  return waves.filter(({ isTapped }) => !isTapped);
}

function ofTaps(waves: readonly EveningWave[]): EveningWave[] {
  return waves.filter(({ isTapped }) => isTapped);
}
