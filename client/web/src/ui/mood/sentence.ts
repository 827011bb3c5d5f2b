// <kuuki-sentence .text .gist>: the sentence beside the Air. It can be read at any time; it is spoken when that is worth it.

import { css, html, type TemplateResult } from "lit";
import { type Gist, Spoken } from "../../core/mood/spoken";
import { KuukiElement } from "../element";

/** What is spoken settles first: a page that has just opened says one thing, not two. */
const SETTLE_MS = 400;
/** So long does a screen reader need to take it up. Afterwards it goes, or whoever reads the page would meet it twice. */
const TAKEN_MS = 7000;

export class KuukiSentence extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    text: { type: String },
    gist: { attribute: false },
    spoken: { state: true },
  };

  declare text: string;
  /** What `text` says of the room; null: nothing is ever spoken. */
  declare gist: Gist | null;
  declare spoken: string;

  readonly #story = new Spoken();
  #due: ReturnType<typeof setTimeout> | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #taken: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.text = "";
    this.gist = null;
    this.spoken = "";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#wait(null);
    clearTimeout(this.#taken);
    this.spoken = "";
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("gist")) this.#wait(this.gist && this.#story.waitMs(this.gist, performance.now()));
  }

  /** To speak in `ms`, or sooner if it is already to be sooner; null: not at all. */
  #wait(ms: number | null): void {
    const dueMs = ms === null ? Number.POSITIVE_INFINITY : performance.now() + Math.max(SETTLE_MS, ms);
    if (ms !== null && dueMs >= this.#dueMs) return;
    clearTimeout(this.#due);
    this.#dueMs = dueMs;
    if (ms !== null) this.#due = setTimeout(() => this.#speak(), dueMs - performance.now());
  }

  #speak(): void {
    this.#dueMs = Number.POSITIVE_INFINITY;
    if (this.gist) this.#story.say(this.gist, performance.now());
    this.spoken = this.text;
    clearTimeout(this.#taken);
    this.#taken = setTimeout(() => {
      this.spoken = "";
    }, TAKEN_MS);
  }

  protected override render(): TemplateResult {
    return html`<p class="seen">${clauses(this.text).map((clause) => html`<span>${clause}</span> `)}</p>
      <p class="unseen" role="status" aria-live="polite" aria-atomic="true">${this.spoken}</p>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      .seen {
        line-height: 1.45;
        text-wrap: balance;
        text-spacing-trim: trim-start; /* A sentence may begin with a bracket. */
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
