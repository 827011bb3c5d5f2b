// <kuuki-reading .reading>: what this device reads in its own face: the smile, and all seven as bars.

import { css, html, nothing, type TemplateResult } from "lit";
import { SURE_MIN } from "../../core/generated";
import { LABELS, type Label, WHOLE } from "../../core/mood/generated";
import { SHOWN_ORDER } from "../../core/mood/labels";
import type { Reading } from "../../core/mood/session";
import { KuukiElement } from "../element";
import { barLook, columnLook } from "../shapes";

const SURE_ENOUGH = SURE_MIN / WHOLE;

export class KuukiReading extends KuukiElement {
  static override properties = { ...KuukiElement.properties, reading: { attribute: false } };

  /** null: no face in view. */
  declare reading: Reading | null;

  constructor() {
    super();
    this.reading = null;
  }

  protected override render(): TemplateResult {
    const { words, reading } = this;
    if (!reading) return html`<p class="none">${words.sensing.noFace}</p>`;
    const smile = percent(shareOf(reading, "happy"));
    return html`
      <p class="smile"><b>${smile}<small>%</small></b> <span>${words.sensing.smile}</span></p>
      ${reading.sure < SURE_ENOUGH ? html`<p class="hint">${words.sensing.unsure}</p>` : nothing}
      <dl aria-label=${words.sensing.bars}>
        ${SHOWN_ORDER.map((label) => this.#bar(words.labels[label], shareOf(reading, label), label === "happy"))}
      </dl>
      <p class="hint">${words.sensing.barsHint}</p>
    `;
  }

  #bar(name: string, share: number, first: boolean): TemplateResult {
    return html`<div class=${first ? "first" : ""}>
      <dt>${name}</dt>
      <dd><span class="track" aria-hidden="true"><i data-share=${share.toFixed(3)}></i></span><span class="number">${percent(share)}<small>%</small></span></dd>
    </div>`;
  }

  protected override updated(): void {
    for (const bar of this.renderRoot.querySelectorAll<HTMLElement>("i[data-share]"))
      bar.style.setProperty("transform", `scaleX(${bar.dataset["share"]})`);
  }

  static override styles = [
    ...KuukiElement.styles,
    columnLook,
    barLook,
    css`
      .none {
        color: var(--text-soft);
      }
      .smile {
        display: flex;
        align-items: baseline;
        gap: var(--space-2);
      }
      .smile b {
        font-size: 2.5rem;
        line-height: 1;
        font-variant-numeric: tabular-nums;
      }
      small {
        margin-inline-start: 0.1em;
        font-size: 0.6em;
        font-weight: var(--weight);
        color: var(--text-soft);
      }
      dl {
        display: grid;
        gap: var(--space-1);
      }
      dl > div {
        display: grid;
        grid-template-columns: 5.25rem minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3);
        color: var(--text-soft);
        font-size: var(--text-s);
      }
      .first {
        color: var(--text);
      }
      dd {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 3rem;
        align-items: center;
        gap: var(--space-2);
      }
      .track {
        block-size: 0.5rem;
      }
    `,
  ];
}

function shareOf({ shown }: Reading, label: Label): number {
  return shown[LABELS.indexOf(label)] ?? 0;
}

function percent(share: number): number {
  return Math.round(share * 100);
}
