// <kuuki-invited .goTo>: one field for whatever somebody was given: a link, a room's name, the words of a call.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Lead } from "../../core/leads";
import { KuukiElement } from "../element";
import { openSign } from "../icons";

type Elsewhere = Extract<Lead, { kind: "elsewhere" }>;
type Wrong = "joinEmpty" | "joinNowhere";

export class KuukiInvited extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    goTo: { attribute: false },
    wrong: { state: true },
    elsewhere: { state: true },
  };

  /** Goes where it leads, if that is a page of this server; null: it leads nowhere. */
  declare goTo: (given: string) => Promise<Lead | null>;
  declare protected wrong: Wrong | null;
  declare protected elsewhere: Elsewhere | null;

  constructor() {
    super();
    this.wrong = null;
    this.elsewhere = null;
  }

  protected override render(): TemplateResult {
    const { home } = this.words;
    return html`<form class="field" novalidate @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <h2>${home.invited}</h2>
      <label for="given">${home.joinLabel}</label>
      <div class="go">
        <input id="given" name="given" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" enterkeyhint="go"
          aria-describedby="given-hint" aria-invalid=${this.wrong !== null} @input=${() => this.#typing()} />
        <button class="primary">${home.joinGo}</button>
      </div>
      <p class=${this.wrong ? "hint warn" : "hint"} id="given-hint" role=${this.wrong ? "alert" : nothing}>${home[this.wrong ?? "joinHint"]}</p>
      ${this.elsewhere ? this.#there(this.elsewhere) : nothing}
    </form>`;
  }

  #there({ host, link }: Elsewhere): TemplateResult {
    const { home } = this.words;
    return html`<div class="there" role="alert">
      <p>${home.joinElsewhere(host)}</p>
      <a class="button" href=${link}>${openSign}${home.joinElsewhereGo}</a>
    </div>`;
  }

  #typing(): void {
    this.wrong = null;
    this.elsewhere = null;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const given = String(new FormData(event.target as HTMLFormElement).get("given") ?? "").trim();
    const lead = given ? await this.goTo(given) : null;
    this.elsewhere = lead?.kind === "elsewhere" ? lead : null;
    this.wrong = given ? (lead ? null : "joinNowhere") : "joinEmpty";
    if (this.wrong) this.renderRoot.querySelector("input")?.focus();
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      .go {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .go input {
        flex: 1 1 8rem;
        inline-size: auto;
        min-inline-size: 0;
      }
      .go button {
        flex: 0 1 auto;
        min-block-size: 3rem;
      }
      .there {
        display: grid;
        gap: var(--space-3);
        margin-block-start: var(--space-2);
        overflow-wrap: anywhere;
      }
    `,
  ];
}
