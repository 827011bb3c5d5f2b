// <kuuki-biggest .surges .at>: where the evening stood out most, as a list: a press asks to read the curve there
// (`choose`, whose detail is the surge).

import { css, html, nothing, type TemplateResult } from "lit";
import type { Surge } from "../../../core/mood/biggest";
import { KuukiElement } from "../../element";
import { clock } from "./clock";
import { waveLook } from "./curve-styles";
import { shapeOf } from "./plot";
import { percent, wholeSeconds } from "./readout";

export class KuukiBiggest extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    surges: { attribute: false },
    at: { attribute: false },
  };

  declare surges: readonly Surge[];
  /** What is read of the curve. */
  declare at: number | null;

  constructor() {
    super();
    this.surges = [];
    this.at = null;
  }

  protected override render(): TemplateResult {
    const { surges } = this;
    const { biggest } = this.words.stage.history;
    const isOfFaces = surges.every(({ kinds }) => kinds.join() === "smiles");
    const isOfLaughs = surges.every(({ kinds }) => kinds.every((kind) => kind === "smiles" || kind === "laugh"));
    return html`<h3>${isOfLaughs ? biggest.laughs : biggest.moments}</h3>
      ${surges.length === 0 ? html`<p class="hint">${biggest.none}</p>` : nothing}
      <ol>${surges.map((surge, i) => html`<li>${this.#one(surge, i + 1, !isOfFaces)}</li>`)}</ol>
      ${surges.length > 1 ? html`<p class="hint">${biggest.how}</p>` : nothing}`;
  }

  #one(surge: Surge, rank: number, saysKinds: boolean): TemplateResult {
    const { biggest, waves } = this.words.stage.history;
    const { peakMs, lastsMs, share, kinds } = surge;
    return html`<button class="quiet" aria-pressed=${this.at === peakMs} @click=${() => this.#choose(surge)}>
      <span class="rank">${rank}</span>
      ${saysKinds ? html`<span class="kinds">${kinds.map((kind) => html`<svg viewBox="-7 -7 14 14" aria-hidden="true">${shapeOf(kind)}</svg><span class="unseen">${waves[kind]}</span>`)}</span>` : nothing}
      <time datetime=${new Date(peakMs).toISOString()}>${clock(peakMs, this.language, true)}</time>
      <span>${biggest.lasted(wholeSeconds(lastsMs))}</span>
      <span>${biggest.ofRoom(percent(share))}</span>
    </button>`;
  }

  #choose(detail: Surge): void {
    this.dispatchEvent(new CustomEvent("choose", { detail }));
  }

  static override styles = [
    ...KuukiElement.styles,
    waveLook,
    css`
      h3 {
        font-size: var(--text-m);
      }
      button {
        display: grid;
        grid-template-columns: 1.25em auto 1fr auto;
        gap: var(--space-3);
        inline-size: 100%;
        padding-inline: var(--space-2);
        border-radius: var(--round);
        color: var(--text);
        font-size: var(--text-s);
        font-weight: var(--weight);
        font-variant-numeric: tabular-nums;
        text-align: start;
      }
      button:has(.kinds) {
        grid-template-columns: 1.25em 2.75rem auto 1fr auto;
      }
      @media (pointer: fine) {
        button {
          min-block-size: 2.125rem;
          padding-block: 0;
        }
      }
      ol {
        margin-block: var(--space-2);
      }
      button > :last-child {
        text-align: end;
      }
      [aria-pressed="true"] {
        border-color: var(--focus);
      }
      @media (forced-colors: active) {
        [aria-pressed="true"] {
          outline: 2px solid Highlight;
          outline-offset: -4px;
        }
      }
      .rank {
        color: var(--text-faint);
      }
      .kinds {
        display: flex;
      }
      svg {
        inline-size: 0.875rem;
        block-size: 0.875rem;
      }
    `,
  ];
}
