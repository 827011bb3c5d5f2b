// What the lines and signs of the curve stand for.

import { css, html, type TemplateResult } from "lit";
import type { WaveKind } from "../../../core/mood/generated";
import type { Words } from "../../../locale";
import { shapeOf } from "./plot";

/** For the eye alone: who does not see the curve needs no legend. */
export function legend({ stage: { history } }: Words, kinds: readonly WaveKind[]): TemplateResult {
  const { curve, energy, waves } = history;
  return html`<p class="legend" aria-hidden="true">
    <span class="line">${curve.highest}</span><span class="line thin">${curve.average}</span><span class="line soft-area">${energy}</span>
    ${kinds.map((kind) => html`<span class="kind"><svg viewBox="-7 -7 14 14">${shapeOf(kind)}</svg>${waves[kind]}</span>`)}
  </p>`;
}

export const legendLook = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-4);
    color: var(--text-soft);
    font-size: var(--text-s);
  }
  .line::before {
    content: "";
    display: inline-block;
    inline-size: 1.5em;
    margin-inline-end: 0.5em;
    vertical-align: middle;
    border-block-start: 3px solid var(--accent);
  }
  .thin::before {
    border-block-start: 1px solid var(--air-core);
  }
  .soft-area::before {
    block-size: 0.75em;
    border: 0;
    border-radius: 2px;
    background: color-mix(in srgb, var(--calm) 35%, transparent);
  }
  @media (forced-colors: active) {
    .soft-area::before {
      background: GrayText;
      forced-color-adjust: none;
    }
  }
  .kind {
    display: flex;
    align-items: center;
    gap: 0.4em;
  }
  .kind svg {
    inline-size: 0.875rem;
    block-size: 0.875rem;
  }
`;
