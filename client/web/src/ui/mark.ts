// <kuuki-mark>: the name, with a small light. Leads home.

import { css, html, type TemplateResult } from "lit";
import { KuukiElement } from "./element";

export class KuukiMark extends KuukiElement {
  protected override render(): TemplateResult {
    return html`<a href="/"><i aria-hidden="true"></i>kuuki</a>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      a {
        display: inline-flex;
        align-items: center;
        gap: 0.6em;
        min-block-size: var(--target);
        color: var(--text);
        font-size: 1.125rem;
        font-weight: var(--weight-strong);
        letter-spacing: 0.02em;
        text-decoration: none;
      }
      i {
        inline-size: 1.35em;
        block-size: 1.35em;
        border-radius: 50%;
        background: radial-gradient(closest-side, #fff6e6, #ffcf85 45%, rgb(255 150 70 / 0.5) 70%, transparent);
      }
    `,
  ];
}
