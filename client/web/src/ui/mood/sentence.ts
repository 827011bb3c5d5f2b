// <kuuki-sentence .text>: the sentence beside the Air. What is seen changes at once; what is spoken waits for a pause.

import { css, html, type TemplateResult } from "lit";
import { KuukiElement } from "../element";

/** A screen reader hears the newest sentence at most this often. */
const SPOKEN_EVERY_MS = 6000;

export class KuukiSentence extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    text: { type: String },
    spoken: { state: true },
  };

  declare text: string;
  declare spoken: string;

  #timer: ReturnType<typeof setTimeout> | undefined;
  #spokenAt = Number.NEGATIVE_INFINITY;

  constructor() {
    super();
    this.text = "";
    this.spoken = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (!changed.has("text") || this.text === this.spoken || this.#timer !== undefined) return;
    const wait = Math.max(400, this.#spokenAt + SPOKEN_EVERY_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#spokenAt = performance.now();
      this.spoken = this.text;
    }, wait);
  }

  protected override render(): TemplateResult {
    return html`<p class="seen" aria-hidden="true">${clauses(this.text).map((clause) => html`<span>${clause}</span> `)}</p>
      <p class="unseen" role="status" aria-live="polite" aria-atomic="true">${this.spoken}</p>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      .seen {
        line-height: 1.45;
        text-wrap: balance;
      }
      span {
        display: inline-block;
      }
    `,
  ];
}

/** Whole sentences, so that a line breaks between them first. */
function clauses(text: string): string[] {
  return text.split(/(?<=。)|(?<=\.) /);
}
