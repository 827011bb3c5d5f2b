// <kuuki-home .language .setLanguage .goTo .createRoom .organizes>: what it is in one breath, and a way for each of three
// people: who was invited, who organizes, who calls.

import { html, type TemplateResult } from "lit";
import type { Lead } from "../../core/leads";
import type { AirShape } from "../../core/mood/air";
import type { Language } from "../../locale";
import { KuukiElement, nameDocument } from "../element";
import { foldSign, openSign, refusedSign } from "../icons";
import { heroLook } from "../shapes";
import { homeLook } from "./home-styles";
import type { NewRoom } from "./made";
import type { RoomWish } from "./start";

/** The light on the first page: a room in a good mood. */
const WELCOME: AirShape = { standing: "live", size: 0.74, tone: 0.75, edge: 0.42, light: 1, rings: 0, seeds: 5 };

export class KuukiHome extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    setLanguage: { attribute: false },
    goTo: { attribute: false },
    createRoom: { attribute: false },
    organizes: { attribute: false },
  };

  declare setLanguage: (language: Language) => void;
  /** Goes where it leads, if that is a page of this server; null: it leads nowhere. */
  declare goTo: (given: string) => Promise<Lead | null>;
  /** Rejects with a Refusal. */
  declare createRoom: (wish: RoomWish) => Promise<NewRoom>;
  /** Whether the form for a new room is there from the beginning. */
  declare organizes: boolean;

  constructor() {
    super();
    this.organizes = false;
  }

  protected override render(): TemplateResult {
    const { language } = this;
    return html`<div class="page">
      <header>
        <kuuki-mark></kuuki-mark>
        <kuuki-languages .language=${language} .choose=${this.setLanguage}></kuuki-languages>
      </header>
      <main>
        ${this.#hero()}
        <div class="ways">
          <kuuki-invited class="panel" .language=${language} .goTo=${this.goTo}></kuuki-invited>
          ${this.#organize()}
          ${this.#call()}
        </div>
      </main>
      <ol class="steps">${this.words.home.steps.map(([what, more], index) => html`<li><span aria-hidden="true">${index + 1}</span><b>${what}</b><p>${more}</p></li>`)}</ol>
      <footer><a href="/sound">${this.words.home.sound}</a> <a href="/licences.txt">${this.words.home.licences}</a></footer>
    </div>`;
  }

  #hero(): TemplateResult {
    const { home } = this.words;
    return html`<div class="hero">
      <div class="light"><kuuki-air .shape=${WELCOME}></kuuki-air></div>
      <h1>${home.headline.split("\n").map((line) => html`<span>${line}</span> `)}</h1>
      <p class="breath">${home.breath}</p>
      ${this.#notice()}
    </div>`;
  }

  #organize(): TemplateResult {
    const { home } = this.words;
    return html`<details class="panel" ?open=${this.organizes} @toggle=${(event: Event) => this.#unfolded(event.target as HTMLDetailsElement)}>
      <summary>
        <h2>${home.organizing}</h2>
        <span class="hint">${home.organizingHint}</span>
        <span class="button act"><span>${home.start}</span>${foldSign}</span>
      </summary>
      <kuuki-start .language=${this.language} .createRoom=${this.createRoom}></kuuki-start>
    </details>`;
  }

  /** Whoever unfolded the form sees all of it, or its beginning. */
  #unfolded(form: HTMLDetailsElement): void {
    if (form.open && !this.organizes) form.scrollIntoView({ block: "nearest" });
  }

  #call(): TemplateResult {
    const { home } = this.words;
    return html`<a class="panel" href="/call">
      <h2>${home.calling}</h2>
      <span class="hint">${home.callHint}</span>
      <span class="button act"><span>${home.callGo}</span>${openSign}</span>
    </a>`;
  }

  /** What people must be told before anything of them is read (AI Act, Art. 50(3)), and what kuuki is not for. */
  #notice(): TemplateResult {
    const { home, notice } = this.words;
    return html`<div class="notice">
      <p>${notice}</p>
      <p class="refused">${refusedSign}<span>${home.refused} <b>${home.refusedLabel}</b></span></p>
    </div>`;
  }

  protected override updated(): void {
    nameDocument(document, this.language, this.words.home.title);
  }

  static override styles = [...KuukiElement.styles, heroLook, homeLook];
}
