// <kuuki-call-room .session=${Session}>: the room beside the call: its light, its sentence, and whether one shares with it.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "../../core/mood/session";
import { type CallWords, callWordsOf } from "../../locale/call";
import { goSign, pauseSign } from "../icons";
import { RoomElement } from "../mood/element";
import { turnPause } from "../mood/keys";
import { type RoomNow, RoomStory, sentenceOf } from "../mood/room";
import { callLook } from "./styles";

type Selected = Pick<Snapshot, "facts" | "link" | "sensing"> & { readonly now: RoomNow };

export class KuukiCallRoom extends RoomElement<Selected> {
  static override properties = { ...RoomElement.properties, sheet: { state: true } };

  declare protected sheet: boolean;

  #story = new RoomStory();

  constructor() {
    super();
    this.sheet = false;
  }

  get #said(): CallWords["room"] {
    return callWordsOf(this.language).room;
  }

  protected override select(snapshot: Snapshot): Selected {
    const { facts, link, sensing } = snapshot;
    return { facts, link, sensing, now: this.#story.tell(snapshot, performance.now()) };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const { now } = selected;
    return html`<section aria-label=${this.#said.heading}>
      <div class="light"><kuuki-air .shape=${now.shape}></kuuki-air></div>
      <kuuki-sentence .text=${sentenceOf({ ...now, tap: null }, this.words)} .gist=${now}></kuuki-sentence>
      ${selected.link === "open" ? this.#share() : nothing}
      ${this.sheet ? this.#sheet() : nothing}
    </section>`;
  }

  #share(): TemplateResult {
    const goes = this.selected?.sensing === "on";
    if (goes || this.selected?.sensing === "paused")
      return html`<button aria-description=${goes ? this.#said.sharing : this.#said.paused} @click=${() => turnPause(this.session)}>
        ${goes ? pauseSign : goSign}${goes ? this.#said.pause : this.#said.resume}
      </button>`;
    return html`<button @click=${() => this.#open(true)}>${this.#said.share}</button>`;
  }

  /** The room's own agreement, in the room's own words. */
  #sheet(): TemplateResult {
    return html`<kuuki-sheet .language=${this.language} .heading=${this.#said.sheet} @closed=${() => this.#open(false)}>
      <p class="hint">${this.#said.sheetHint}</p>
      <kuuki-consent .language=${this.language} .facts=${this.selected?.facts ?? null} @agree=${() => this.#agree()}></kuuki-consent>
    </kuuki-sheet>`;
  }

  #open(sheet: boolean): void {
    this.sheet = sheet;
  }

  #agree(): void {
    this.#open(false);
    // A refusal comes back as the room's failure; its own page has the words and the way out.
    this.session.startSensing().catch(() => undefined);
  }

  static override styles = [
    ...RoomElement.styles,
    callLook,
    css`
      section {
        display: grid;
        grid-template-columns: 3.5rem minmax(0, 1fr) auto;
        align-items: center;
        gap: var(--space-3);
      }
      .light {
        padding: 0.5rem;
      }
      /* Three lines have their place: the picture must not change its size with the words. */
      kuuki-sentence {
        display: grid;
        align-content: center;
        min-block-size: 4.4em;
        font-size: var(--text-s);
      }
      button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
      }
    `,
  ];
}
