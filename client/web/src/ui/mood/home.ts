// <kuuki-home .language .setLanguage .createRoom .joinRoom>: what it is in one breath; start a room, or join one.

import { css, html, nothing, type TemplateResult } from "lit";
import type { AirShape } from "../../core/mood/air";
import type { Language } from "../../locale";
import { KuukiElement, nameDocument } from "../element";
import { heroLook } from "../shapes";
import type { NewRoom } from "./made";
import type { Refusal, RoomWish } from "./start";

/** The light on the first page: a room in a good mood. */
const WELCOME: AirShape = { standing: "live", size: 0.74, tone: 0.75, edge: 0.42, light: 1, rings: 0, seeds: 5 };

export class KuukiHome extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    setLanguage: { attribute: false },
    createRoom: { attribute: false },
    joinRoom: { attribute: false },
    wrong: { state: true },
  };

  declare setLanguage: (language: Language) => void;
  /** Rejects with a Refusal. */
  declare createRoom: (wish: RoomWish) => Promise<NewRoom>;
  /** Goes to the room; may reject with a Refusal. */
  declare joinRoom: (idOrLink: string) => Promise<void> | void;
  declare protected wrong: string;

  constructor() {
    super();
    this.wrong = "";
  }

  protected override render(): TemplateResult {
    const { home, notice } = this.words;
    const { language } = this;
    return html`<div class="page">
      <header>
        <kuuki-mark></kuuki-mark>
        <kuuki-languages .language=${language} .choose=${this.setLanguage}></kuuki-languages>
      </header>
      <main>
        <div class="hero">
          <div class="light"><kuuki-air .shape=${WELCOME}></kuuki-air></div>
          <h1>${home.headline.split("\n").map((line) => html`<span>${line}</span> `)}</h1>
          <p class="breath">${home.breath}</p>
          <p class="notice">${notice}</p>
        </div>
        <div class="ways">
          ${this.#join()}
          ${this.#call()}
          <kuuki-start class="panel" .language=${language} .createRoom=${this.createRoom}></kuuki-start>
        </div>
      </main>
      <ol class="steps">${home.steps.map(([what, more], index) => html`<li><span aria-hidden="true">${index + 1}</span><b>${what}</b><p>${more}</p></li>`)}</ol>
      <footer><a href="/sound">${home.sound}</a> <a href="/licences.txt">${home.licences}</a></footer>
    </div>`;
  }

  #join(): TemplateResult {
    const { home } = this.words;
    return html`<form class="panel stack" novalidate @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <h2>${home.join}</h2>
      <label for="room">${home.joinLabel}</label>
      <div class="go">
        <input id="room" name="room" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="room-hint" aria-invalid=${this.wrong !== ""} />
        <button>${home.joinGo}</button>
      </div>
      <p class=${this.wrong ? "hint warn" : "hint"} id="room-hint" role=${this.wrong ? "alert" : nothing}>${this.wrong || home.joinHint}</p>
    </form>`;
  }

  #call(): TemplateResult {
    const { home } = this.words;
    return html`<section class="panel call" aria-labelledby="call">
      <div>
        <h2 id="call">${home.call}</h2>
        <p class="hint">${home.callHint}</p>
      </div>
      <a class="button" href="/call">${home.callGo}</a>
    </section>`;
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const { home } = this.words;
    const room = String(new FormData(event.target as HTMLFormElement).get("room") ?? "").trim();
    this.wrong = room ? "" : home.joinEmpty;
    if (!room) return;
    try {
      await this.joinRoom(room);
    } catch (refusal) {
      this.wrong = [home.joinFailed, (refusal as Partial<Refusal>).message ?? ""].join(" ");
    }
  }

  protected override updated(): void {
    nameDocument(document, this.language, this.words.home.title);
  }

  static override styles = [
    ...KuukiElement.styles,
    heroLook,
    css`
      .page {
        position: relative;
        max-inline-size: 78rem;
        margin-inline: auto;
        padding: 0 clamp(1rem, 3vw, 2.5rem) var(--space-6);
      }
      header {
        position: relative;
        z-index: 1;
        display: flex;
        justify-content: space-between;
        align-items: center;
        padding-block: var(--space-3);
      }
      main {
        display: grid;
        gap: var(--space-6);
      }
      .hero {
        align-content: start;
      }
      .light {
        display: grid;
        place-items: center;
        padding-block: 1.25rem 2rem;
      }
      .light kuuki-air {
        inline-size: min(9rem, 38vw);
      }
      h1 {
        position: relative;
      }
      .breath {
        position: relative;
        max-inline-size: 36rem;
      }
      .notice {
        position: relative;
        max-inline-size: 36rem;
        padding-inline-start: var(--space-4);
        border-inline-start: 2px solid var(--accent);
        color: var(--text-soft);
        font-size: var(--text-s);
      }
      .ways {
        position: relative;
        display: grid;
        gap: var(--space-4);
      }
      form.stack {
        gap: var(--space-3);
      }
      .go {
        display: flex;
        gap: var(--space-2);
      }
      .go button {
        flex: none;
      }
      .call {
        display: flex;
        align-items: center;
        gap: var(--space-4);
      }
      .call .button {
        flex: none;
        margin-inline-start: auto;
      }
      .steps {
        position: relative;
      }
      footer {
        position: relative;
        margin-block-start: var(--space-6);
        font-size: var(--text-s);
      }
      footer a {
        margin-inline-end: var(--space-4);
        color: var(--text-soft);
      }
      @media (max-width: 34rem) {
        .go,
        .call {
          flex-direction: column;
        }
        .call {
          align-items: start;
        }
        .call .button {
          align-self: stretch;
          margin: 0;
        }
      }
      @media (min-width: 60rem) {
        main {
          grid-template-columns: minmax(0, 1fr) minmax(0, 31rem);
          gap: var(--space-7);
          align-items: start;
        }
        .hero {
          position: sticky;
          inset-block-start: 0;
        }
        .light {
          justify-content: start;
          padding: 3.5rem 0 4rem 4rem;
        }
        .light kuuki-air {
          inline-size: min(19rem, 31vh);
        }
      }
    `,
  ];
}
