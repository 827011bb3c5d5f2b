// <kuuki-link .link .heading .hint>: a link to hand on: seen, copied, shared, opened.

import { css, html, nothing, type TemplateResult } from "lit";
import { KuukiElement } from "../element";
import { copySign, doneSign, openSign, shareSign } from "../icons";
import { fieldLook } from "../shapes";

const SAID_MS = 2500;

export class KuukiLink extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    link: { type: String },
    heading: { type: String },
    hint: { type: String },
    copied: { state: true },
  };

  declare link: string;
  declare heading: string;
  declare hint: string;
  declare protected copied: boolean;

  constructor() {
    super();
    this.link = "";
    this.heading = "";
    this.hint = "";
    this.copied = false;
  }

  protected override render(): TemplateResult {
    const { home } = this.words;
    return html`<h3>${this.heading}</h3>
      <p class="hint">${this.hint}</p>
      <input readonly aria-label=${this.heading} .value=${this.link} @focus=${(event: FocusEvent) => (event.target as HTMLInputElement).select()} />
      <div class="row">
        <button @click=${() => this.#copy()}>${this.copied ? doneSign : copySign}${this.copied ? home.copied : home.copy}</button>
        ${"share" in navigator ? html`<button @click=${() => this.#share()}>${shareSign}${home.shareIt}</button>` : nothing}
        <a class="button" href=${this.link} target="_blank" rel="noopener">${openSign}${home.open}</a>
      </div>
      <p class="unseen" role="status">${this.copied ? home.copied : ""}</p>`;
  }

  async #copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.link);
    } catch {
      this.renderRoot.querySelector("input")?.select();
      return;
    }
    this.copied = true;
    setTimeout(() => {
      this.copied = false;
    }, SAID_MS);
  }

  #share(): void {
    navigator.share({ url: this.link, title: "kuuki" }).catch(() => undefined);
  }

  static override styles = [
    ...KuukiElement.styles,
    fieldLook,
    css`
      input {
        text-overflow: ellipsis;
      }
      .row {
        gap: var(--space-2);
      }
    `,
  ];
}
