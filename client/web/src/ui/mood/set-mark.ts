// <kuuki-set-mark .history .language>: a word for this moment, or none, and it is marked. Fires `close`.

import { css, html, nothing, type TemplateResult } from "lit";
import { MARK_CHARS } from "../../core/generated";
import type { History } from "../../core/mood/history";
import { KuukiElement } from "../element";
import type { Refusal } from "./start";

type Failed = "notRecorded" | "failed";

export class KuukiSetMark extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    history: { attribute: false },
    isBusy: { state: true },
    failed: { state: true },
  };

  declare history: History | null;
  declare protected isBusy: boolean;
  declare protected failed: Failed | null;

  constructor() {
    super();
    this.history = null;
    this.isBusy = false;
    this.failed = null;
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override render(): TemplateResult {
    const { marks } = this.words.stage;
    return html`<form @submit=${(event: SubmitEvent) => this.#submit(event)} @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#close()}>
      <label for="word">${marks.word}</label>
      <div class="go">
        <input id="word" name="word" maxlength=${MARK_CHARS} autocomplete="off" />
        <button class="primary" ?disabled=${this.isBusy}>${marks.go}</button>
        <button type="button" class="quiet" @click=${() => this.#close()}>${marks.cancel}</button>
      </div>
      ${this.failed ? html`<p class="hint warn" role="alert">${marks[this.failed]}</p>` : nothing}
    </form>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.isBusy || this.history === null) return;
    const word = String(new FormData(event.target as HTMLFormElement).get("word") ?? "").trim();
    this.isBusy = true;
    this.failed = null;
    try {
      await this.history.mark(word);
      this.dispatchEvent(new Event("marked"));
    } catch (refusal) {
      this.failed = (refusal as Partial<Refusal>).error === "not_recorded" ? "notRecorded" : "failed";
    } finally {
      this.isBusy = false;
    }
  }

  #close(): void {
    this.dispatchEvent(new Event("close"));
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      form {
        display: grid;
        gap: var(--space-2);
      }
      .go {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-3);
      }
      input {
        flex: 1 1 12rem;
        inline-size: auto !important;
      }
    `,
  ];
}
