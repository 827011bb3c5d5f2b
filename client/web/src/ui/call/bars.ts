// <kuuki-call-bars .weights>: the seven of one person as bars and numbers. Fires `choose` when one is pressed.

import { css, html, type TemplateResult } from "lit";
import type { Label } from "../../core/mood/generated";
import { SHOWN_ORDER } from "../../core/mood/labels";
import { KuukiElement } from "../element";
import { barLook } from "../shapes";
import { HAPPY, weightOf } from "./seven";

export class KuukiCallBars extends KuukiElement {
  static override properties = { ...KuukiElement.properties, weights: { attribute: false } };

  /** 0..1 each, order of LABELS; null: none now, which is not zero. */
  declare weights: readonly number[] | null;

  constructor() {
    super();
    this.weights = null;
  }

  protected override render(): TemplateResult {
    const { weights } = this;
    return html`<dl class=${weights ? "" : "dim"}>
      ${SHOWN_ORDER.map((label) => this.#bar(label, weights ? weightOf(weights, label) : null))}
    </dl>`;
  }

  #bar(label: Label, share: number | null): TemplateResult {
    const percent = share === null ? "–" : html`${Math.round(share * 100)}<small>%</small>`;
    return html`<div class=${label === HAPPY ? "first" : ""} @click=${() => this.#choose(label)}>
      <dt>${this.words.labels[label]}</dt>
      <dd><span class="track" aria-hidden="true"><i data-share=${(share ?? 0).toFixed(3)}></i></span><span class="number">${percent}</span></dd>
    </div>`;
  }

  /** For a pointer a shortcut; by keyboard there is the field beside the curve. */
  #choose(label: Label): void {
    this.dispatchEvent(new CustomEvent<Label>("choose", { detail: label }));
  }

  protected override updated(): void {
    for (const bar of this.renderRoot.querySelectorAll<HTMLElement>("i[data-share]"))
      bar.style.setProperty("transform", `scaleX(${bar.dataset["share"]})`);
  }

  static override styles = [
    ...KuukiElement.styles,
    barLook,
    css`
      dl {
        display: grid;
        gap: var(--space-2);
      }
      dl > div {
        display: grid;
        grid-template-columns: 5.25rem minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3);
        min-block-size: 1.75em;
        color: var(--text-soft);
        cursor: default;
      }
      .first {
        color: var(--text);
        font-weight: var(--weight-strong);
      }
      dt {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      dd {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 3.25rem;
        align-items: center;
        gap: var(--space-2);
      }
      .dim {
        opacity: 0.7;
      }
      small {
        margin-inline-start: 0.1em;
        font-size: 0.75em;
        font-weight: var(--weight);
      }
      @media (max-width: 60rem) {
        dl {
          grid-template-columns: 1fr 1fr;
          gap: 0 var(--space-4);
        }
        dl > div {
          grid-template-columns: 4.75rem minmax(0, 1fr);
          gap: var(--space-2);
          min-block-size: 1.5rem;
          font-size: var(--text-s);
        }
        dd {
          grid-template-columns: minmax(0, 1fr) 2.5rem;
          gap: var(--space-1);
        }
        .track {
          block-size: 0.5rem;
        }
      }
      @media (max-width: 60rem) and (orientation: landscape) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
        dl > div {
          min-block-size: 1.25rem;
        }
      }
    `,
  ];
}
