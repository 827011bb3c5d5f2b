// <kuuki-sound .player>: the page on which somebody tries how a room sounds. A room of sliders, and nothing else.

import { css, html, type TemplateResult } from "lit";
import type { RoomAir } from "../../core/sound/air";
import type { Player } from "../../core/sound/player";
import type { Language } from "../../locale";
import { type SoundWords, soundWordsOf } from "../../locale/sound";
import { KuukiElement, nameDocument } from "../element";
import { sliderLook } from "./slider";

/** Steps of the slider of people: as the mix tells them. */
const PEOPLE = [0, 1, 2, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 5000] as const;
/** A good evening, as the page opens: some laugh, so that whoever turns the sound on hears at once what it is. */
const BEGINNING: RoomAir = { people: 50, level: 0.4, laughing: 0.25, clapping: 0, wowing: 0 };

type Share = Exclude<keyof RoomAir, "people">;

export class KuukiSound extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    setLanguage: { attribute: false },
    player: { attribute: false },
    air: { state: true },
  };

  declare setLanguage: (language: Language) => void;
  declare player: Player;
  declare protected air: RoomAir;

  constructor() {
    super();
    this.air = BEGINNING;
  }

  protected override render(): TemplateResult {
    const { language, player } = this;
    const said = soundWordsOf(language);
    return html`<div class="page">
      <header>
        <kuuki-mark></kuuki-mark>
        <kuuki-languages .language=${language} .choose=${this.setLanguage}></kuuki-languages>
      </header>
      <main>
        <div class="head">
          <h1>${said.headline}</h1>
          <p>${said.intro}</p>
          <kuuki-sound-switch class="panel" .language=${language} .session=${player}></kuuki-sound-switch>
        </div>
        <form class="panel" @submit=${(event: Event) => event.preventDefault()}>
          <fieldset class="stack">
            <legend><h2>${said.room}</h2></legend>
            ${this.#people(said)}
            ${this.#share(said, "level", said.level)}
            ${this.#share(said, "laughing", said.laughing)}
          </fieldset>
          <fieldset class="stack">
            <legend><h2>${said.tapped}</h2></legend>
            ${this.#share(said, "clapping", said.clapping)}
            ${this.#share(said, "wowing", said.wowing)}
          </fieldset>
        </form>
      </main>
      <footer class="hint"><p>${said.about}</p></footer>
    </div>`;
  }

  #people(said: SoundWords): TemplateResult {
    const { people } = this.air;
    const told = people === 0 ? said.nobody : said.oneOf(people);
    const set = (place: number) => this.#set({ people: PEOPLE[place] ?? 0 });
    return slider(
      "people",
      said.people,
      PEOPLE.length - 1,
      PEOPLE.findIndex((one) => one >= people),
      told,
      set,
    );
  }

  #share(said: SoundWords, name: Share, label: string): TemplateResult {
    const percent = Math.round(this.air[name] * 100);
    return slider(name, label, 100, percent, said.percent(percent), (place) => this.#set({ [name]: place / 100 }));
  }

  #set(change: Partial<RoomAir>): void {
    this.air = { ...this.air, ...change };
    this.player.setAir(this.air);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("player")) this.player?.setAir(this.air);
  }

  protected override updated(): void {
    nameDocument(document, this.language, soundWordsOf(this.language).title);
  }

  static override styles = [
    ...KuukiElement.styles,
    sliderLook,
    css`
      .page {
        max-inline-size: 70rem;
        margin-inline: auto;
        padding: 0 clamp(1rem, 3vw, 2.5rem) var(--space-6);
      }
      header {
        display: flex;
        gap: var(--space-4);
        justify-content: space-between;
        align-items: center;
        padding-block: var(--space-3);
      }
      main {
        display: grid;
        gap: var(--space-5);
        align-items: start;
        padding-block: var(--space-4) var(--space-5);
      }
      .head,
      form {
        display: grid;
        gap: var(--space-5);
      }
      h1 {
        font-size: clamp(1.875rem, 1.4rem + 1.6vw, 2.75rem);
      }
      fieldset .field {
        gap: 0;
      }
      legend {
        margin-block-end: var(--space-3);
      }
      .named {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
      }
      .told {
        flex: none;
        color: var(--text-soft);
        font-variant-numeric: tabular-nums;
      }
      footer p {
        max-inline-size: 46rem;
      }
      @media (min-width: 60rem) {
        main {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          gap: var(--space-6);
          padding-block: var(--space-6);
        }
      }
    `,
  ];
}

/** A slider with its name and, in words, where it stands. */
function slider(
  name: string,
  label: string,
  max: number,
  place: number,
  told: string,
  set: (place: number) => void,
): TemplateResult {
  const heard = ({ target }: Event) => set(Number((target as HTMLInputElement).value));
  return html`<div class="field">
    <div class="named"><label for=${name}>${label}</label><span class="told" aria-hidden="true">${told}</span></div>
    <input type="range" id=${name} min="0" max=${max} .value=${String(place)} aria-valuetext=${told} @input=${heard} />
  </div>`;
}
