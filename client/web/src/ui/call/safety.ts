// <kuuki-call-safety .session>: four words, the same on both pages unless somebody between them replaced a key.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import { columnLook } from "../shapes";
import { CallElement } from "./element";
import { codeWord } from "./words";

interface Selected {
  /** Of the partner; null: no call is on. */
  readonly name: string | null;
  readonly check: readonly string[] | null;
}

export class KuukiCallSafety extends CallElement<Selected> {
  protected override select({ call }: CallSnapshot): Selected {
    return { name: call?.partner.name ?? null, check: call?.check ?? null };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { name = null, check = null } = this.selected ?? {};
    if (name === null) return nothing;
    const { safety } = this.said;
    if (!check) return html`<p class="soft" role="status">${safety.none}</p>`;
    return html`<ol>${check.map((word) => html`<li>${codeWord(word, this.language)}</li>`)}</ol>
      <p>${safety.how(name)}</p>
      <p class="soft">${safety.differ}</p>`;
  }

  static override styles = [
    ...CallElement.styles,
    columnLook,
    css`
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
