// <kuuki-consent .facts>: the two steps before anything touches a camera. Fires `agree` when the person did.

import { css, html, type TemplateResult } from "lit";
import { MIN_GROUP } from "../../core/generated";
import type { RoomFacts } from "../../core/mood/session";
import { KuukiElement } from "../element";
import { cameraSign, keptSign, pauseSign, pictureSign, refusedSign, roomSign, sevenSign } from "../icons";

const SIGNS = [pictureSign, sevenSign, roomSign, keptSign, pauseSign, refusedSign];

export class KuukiConsent extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    facts: { attribute: false },
    step: { type: Number },
  };

  declare facts: RoomFacts | null;
  /** 1: the invitation; 2: what it means. */
  declare step: 1 | 2;

  constructor() {
    super();
    this.facts = null;
    this.step = 1;
  }

  protected override render(): TemplateResult {
    return this.step === 1 ? this.#invite() : this.#explain();
  }

  #invite(): TemplateResult {
    const { consent } = this.words;
    return html`<section class="stack" aria-labelledby="invite">
      <h2 id="invite">${consent.invite}</h2>
      <p class="soft">${consent.inviteWhy}</p>
      <button class="primary" @click=${() => this.#go(2)}>${cameraSign}${consent.inviteGo}</button>
      <p class="hint">${this.#kept === null ? consent.notRecorded : consent.recorded(this.#kept)}</p>
      <p class="hint">${this.words.notice}</p>
    </section>`;
  }

  #explain(): TemplateResult {
    const { consent } = this.words;
    const points = consent.points(this.facts?.minGroup ?? MIN_GROUP, this.facts?.privacy === "exact", this.#kept);
    return html`<section class="stack" aria-labelledby="explain">
      <h2 id="explain" tabindex="-1">${consent.title}</h2>
      <ul>
        ${points.map(
          ([what, more], index) =>
            html`<li>${SIGNS[index]}<p><b>${what}</b> <span class="soft">${more}</span></p></li>`,
        )}
      </ul>
      <div class="answers">
        <button class="primary" @click=${() => this.dispatchEvent(new Event("agree"))}>${consent.agree}</button>
        <button class="quiet" @click=${() => this.#go(1)}>${consent.decline}</button>
      </div>
    </section>`;
  }

  /** How long the room's mood is kept, in words; null if it is not. */
  get #kept(): string | null {
    return this.facts?.recorded ? this.words.keptFor(this.facts.retentionS) : null;
  }

  async #go(step: 1 | 2): Promise<void> {
    this.step = step;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(step === 2 ? "#explain" : "button")?.focus();
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      ul {
        display: grid;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-3);
        align-items: start;
        line-height: 1.5;
      }
      li svg {
        margin-block-start: 0.05em;
        color: var(--accent);
      }
      li b {
        display: block;
      }
      .answers {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .primary {
        min-block-size: 3.25rem;
        flex: 1 1 14rem;
        justify-self: start;
        padding-inline: var(--space-5);
      }
    `,
  ];
}
