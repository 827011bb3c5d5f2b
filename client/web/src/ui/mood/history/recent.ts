// <kuuki-recent-room .rows .weights>: what <kuuki-recent> unfolds: the last ten minutes as the stage's curve, and the
// seven expressions of the room as bars. Everything moves once a second at most.

import { css, html, type TemplateResult } from "lit";
import { LABELS } from "../../../core/mood/generated";
import { type HistorySnapshot, NO_HISTORY, type Row } from "../../../core/mood/history";
import { SHOWN_ORDER } from "../../../core/mood/labels";
import { defineAll } from "../../define";
import { KuukiElement } from "../../element";
import { barLook, columnLook } from "../../shapes";
import { KuukiCurve } from "./curve";
import { type Drawing, HistoryDrawing, NO_DRAWING } from "./drawing";
import { legend, legendLook } from "./legend";
import { percent } from "./readout";
import { summaryOf, tableOf } from "./telling";

/** Time goes on where no mix comes. */
const EVERY_MS = 1000;
/** Nobody keeps a record here: what is drawn is what this page was shown. */
const OWN: HistorySnapshot = { ...NO_HISTORY, recording: "off", isWhole: true };

export class KuukiRecentRoom extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    rows: { attribute: false },
    weights: { attribute: false },
    drawing: { state: true },
  };

  declare rows: readonly Row[];
  declare weights: readonly number[] | null;
  declare protected drawing: Drawing;

  readonly #drawings = new HistoryDrawing();
  #shown: readonly number[] | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.rows = [];
    this.weights = null;
    this.drawing = NO_DRAWING;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override willUpdate(): void {
    const next = this.#drawings.next(this.drawing, OWN, "recent", () => this.rows, Date.now(), false);
    const isOther = (this.weights === null) !== (this.#shown === null);
    if (next !== this.drawing || isOther) this.#shown = this.weights;
    this.drawing = next;
  }

  protected override render(): TemplateResult {
    const { words, language, drawing } = this;
    const { rows, span, told } = drawing;
    return html`<p class="hint">${summaryOf(told, words, language) ?? words.stage.history.empty}</p>
      ${legend(words, [])}
      <kuuki-curve .language=${language} .rows=${rows} .span=${span}></kuuki-curve>
      ${tableOf(told, words.recent.title, words, language)}
      <h3 id="now">${words.recent.now}</h3>
      ${this.#shown === null ? html`<p class="hint">${words.recent.none}</p>` : this.#bars(this.#shown)}`;
  }

  #bars(weights: readonly number[]): TemplateResult {
    return html`<dl class="seven" aria-labelledby="now">${SHOWN_ORDER.map((label, i) => {
      const share = weights[LABELS.indexOf(label)] ?? 0;
      return html`<div class=${i === 0 ? "first" : ""}>
        <dt>${this.words.labels[label]}</dt>
        <dd><span class="track" aria-hidden="true"><i data-share=${share.toFixed(2)}></i></span><span class="number">${percent(share)}%</span></dd>
      </div>`;
    })}</dl>`;
  }

  protected override updated(): void {
    for (const bar of this.renderRoot.querySelectorAll<HTMLElement>("i[data-share]"))
      bar.style.setProperty("transform", `scaleX(${bar.dataset["share"]})`);
  }

  static override styles = [
    ...KuukiElement.styles,
    columnLook,
    barLook,
    legendLook,
    css`
      h3 {
        font-size: var(--text-m);
      }
      .seven {
        display: grid;
        gap: var(--space-1);
      }
      .seven > div,
      dd {
        display: grid;
        align-items: center;
        gap: var(--space-3);
      }
      .seven > div {
        grid-template-columns: 7em minmax(0, 1fr);
        color: var(--text-soft);
        font-size: var(--text-s);
      }
      dd {
        grid-template-columns: minmax(0, 1fr) 3rem;
      }
      .first {
        color: var(--text);
      }
      .track {
        block-size: 0.5rem;
      }
      i {
        transition: none;
      }
    `,
  ];
}

export function defineRecent(): void {
  defineAll({ "kuuki-curve": KuukiCurve, "kuuki-recent-room": KuukiRecentRoom });
}
