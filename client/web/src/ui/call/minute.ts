// <kuuki-call-minute .past .label>: one expression over the last minute as a curve, and the same in words.
// Fires `choose` with another label.

import { css, html, type nothing, svg, type TemplateResult } from "lit";
import type { PastScore } from "../../core/call/session";
import type { Label } from "../../core/mood/generated";
import { SHOWN_ORDER } from "../../core/mood/labels";
import { callWordsOf } from "../../locale/call";
import { KuukiElement } from "../element";
import { gridLook } from "../shapes";
import { curveOf, HAPPY, spanOf } from "./seven";
import { callLook } from "./styles";

const SPAN_MS = 60_000;

export class KuukiCallMinute extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    past: { attribute: false },
    label: { type: String },
  };

  declare past: readonly PastScore[];
  declare label: Label;

  constructor() {
    super();
    this.past = [];
    this.label = HAPPY;
  }

  protected override render(): TemplateResult {
    const { face } = callWordsOf(this.language);
    return html`<figure>
      <figcaption>
        <label>
          <span class="unseen">${face.pastLabel}</span>
          <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
            ${SHOWN_ORDER.map((label) => html`<option value=${label} ?selected=${label === this.label}>${this.words.labels[label]}</option>`)}
          </select>
        </label>
        <span class="hint">${face.past}</span>
      </figcaption>
      ${this.#curve()}
      <p class="axis hint" aria-hidden="true"><span>${face.ago}</span><span>${face.now}</span></p>
      <p class="unseen">${this.#told()}</p>
    </figure>`;
  }

  #curve(): TemplateResult {
    const nowMs = this.past.at(-1)?.atMs ?? 0;
    const pieces = curveOf(this.past, this.label, nowMs, SPAN_MS);
    return html`<svg class=${this.label === HAPPY ? "first" : ""} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path class="grid" d="M0 0H1M0 .5H1M0 1H1"/>`}
      ${pieces.map((piece) => svg`<path class="line" d=${piece}/>`)}
    </svg>`;
  }

  #told(): string | typeof nothing {
    const { face } = callWordsOf(this.language);
    const span = spanOf(this.past, this.label);
    if (!span) return face.pastNone;
    const percent = (share: number) => Math.round(share * 100);
    const now = span.now === null ? null : percent(span.now);
    return face.pastTold(this.words.labels[this.label], percent(span.low), percent(span.high), now);
  }

  #choose(label: string): void {
    const chosen = SHOWN_ORDER.find((one) => one === label);
    if (chosen) this.dispatchEvent(new CustomEvent<Label>("choose", { detail: chosen }));
  }

  static override styles = [
    ...KuukiElement.styles,
    gridLook,
    callLook,
    css`
      figure {
        display: grid;
        gap: var(--space-1);
      }
      figcaption {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: var(--space-3);
      }
      select {
        inline-size: auto;
        min-block-size: var(--target);
        padding: 0 var(--space-3);
        border-radius: 999px;
        background: transparent;
        font-size: var(--text-s);
      }
      option {
        background: var(--raised);
      }
      svg {
        inline-size: 100%;
        block-size: clamp(6rem, 14vh, 13rem);
        overflow: visible;
      }
      path {
        vector-effect: non-scaling-stroke;
      }
      .line {
        stroke: var(--calm);
        stroke-width: 2.5;
      }
      .first .line {
        stroke: var(--accent);
      }
      .axis {
        display: flex;
        justify-content: space-between;
        line-height: 1.3;
      }
      @media (max-width: 60rem) {
        figure {
          grid-template-columns: auto minmax(0, 1fr);
          gap: 0 var(--space-3);
        }
        figcaption {
          grid-row: span 2;
        }
        figcaption .hint {
          display: none;
        }
        svg {
          block-size: 2.5rem;
          margin-block-start: var(--space-1);
        }
        .axis {
          font-size: 0.8125rem;
        }
      }
      @media (forced-colors: active) {
        .line {
          stroke: CanvasText;
        }
      }
    `,
  ];
}
