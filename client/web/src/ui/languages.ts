// <kuuki-languages .choose>: Japanese and English, side by side, each in its own name.

import { css, html, type TemplateResult } from "lit";
import { LANGUAGES, type Language, wordsOf } from "../locale";
import { KuukiElement } from "./element";

export class KuukiLanguages extends KuukiElement {
  static override properties = { ...KuukiElement.properties, choose: { attribute: false } };

  declare choose: (language: Language) => void;

  protected override render(): TemplateResult {
    return html`<div role="group" aria-label=${this.words.switchLabel}>
      ${LANGUAGES.map(
        (language) => html`<button
          class="quiet"
          lang=${language}
          aria-pressed=${language === this.language}
          @click=${() => this.choose(language)}
        >${wordsOf(language).name}</button>`,
      )}
    </div>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      div {
        display: flex;
      }
      button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
        font-weight: var(--weight);
      }
      button[aria-pressed="true"] {
        color: var(--text);
        font-weight: var(--weight-strong);
        text-decoration: underline;
        text-decoration-color: var(--accent);
        text-decoration-thickness: 2px;
        text-underline-offset: 0.45em;
      }
    `,
  ];
}
