// <kuuki-call-safety .session>: four words that both see if nobody stands between them.

import { css, html, nothing, type TemplateResult } from "lit";
import { CallElement } from "./element";
import { codeWord } from "./words";

export class KuukiCallSafety extends CallElement {
  protected override render(): TemplateResult | typeof nothing {
    const call = this.snapshot?.call;
    if (!call) return nothing;
    const { safety } = this.said;
    if (!call.check) return html`<p class="soft" role="status">${safety.none}</p>`;
    return html`<ol>${call.check.map((word) => html`<li>${codeWord(word, this.language)}</li>`)}</ol>
      <p>${safety.how(call.partner.name)}</p>
      <p class="soft">${safety.differ}</p>`;
  }

  static override styles = [
    ...CallElement.styles,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      ol {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-3);
        padding-block: var(--space-2);
        font-size: 1.625rem;
      }
      li {
        padding: var(--space-3) var(--space-4);
        border-radius: var(--round);
        background: var(--raised);
        color: var(--accent);
      }
    `,
  ];
}
