// <kuuki-sheet heading>: a dialog over the page: the focus stays in it, Escape closes it, and goes back where it was.
// Fires `closed`.

import { css, html, type TemplateResult } from "lit";
import { callWordsOf } from "../../locale/call";
import { KuukiElement } from "../element";
import { closeSign } from "../icons";

export class KuukiSheet extends KuukiElement {
  static override properties = { ...KuukiElement.properties, heading: { type: String } };

  declare heading: string;

  constructor() {
    super();
    this.heading = "";
  }

  protected override render(): TemplateResult {
    return html`<dialog aria-labelledby="heading" @close=${() => this.dispatchEvent(new Event("closed"))} @click=${(event: MouseEvent) => this.#beside(event)}>
      <div class="head">
        <h2 id="heading" tabindex="-1" autofocus>${this.heading}</h2>
        <button class="quiet" aria-label=${callWordsOf(this.language).close} @click=${() => this.close()}>${closeSign}</button>
      </div>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }

  close(): void {
    this.renderRoot.querySelector("dialog")?.close();
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  /** A press on what lies around it closes it. */
  #beside(event: MouseEvent): void {
    if (event.target === event.currentTarget) this.close();
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      dialog {
        inline-size: min(32rem, 100vw - 2rem);
        max-inline-size: none;
        max-block-size: min(46rem, 100dvh - 3rem);
        margin: auto;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: var(--round-l);
        background: var(--surface);
        color: var(--text);
        overflow: auto;
      }
      dialog::backdrop {
        background: rgb(4 5 8 / 0.66);
      }
      .head {
        display: flex;
        justify-content: space-between;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-4) var(--space-3) 0 var(--space-5);
      }
      .body {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-4) var(--space-5) var(--space-5);
      }
      @media (max-width: 34rem) {
        dialog {
          inline-size: 100vw;
          margin-block-end: 0;
          border-end-start-radius: 0;
          border-end-end-radius: 0;
          border-inline: 0;
          border-block-end: 0;
        }
        .body {
          padding-block-end: max(var(--space-5), env(safe-area-inset-bottom));
        }
      }
    `,
  ];
}
