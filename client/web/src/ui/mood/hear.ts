// <kuuki-hear .sound .language>: the sound of the room for someone in the audience. Off until they want it.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Listening } from "../../core/mood/hearing";
import { KuukiElement } from "../element";
import { switchLook } from "../shapes";

export class KuukiHear extends KuukiElement {
  static override properties = { ...KuukiElement.properties, sound: { attribute: false } };

  /** Comes later than the page; null before. */
  declare sound: Listening | null;

  constructor() {
    super();
    this.sound = null;
  }

  protected override render(): TemplateResult {
    const { sound, language, words } = this;
    return html`<section class="stack" aria-labelledby="hear">
      <h2 id="hear">${words.hear.title}</h2>
      <div class="switch-place">${sound ? html`<kuuki-sound-switch .language=${language} .session=${sound.player}></kuuki-sound-switch>` : nothing}</div>
      <label class="switch">
        <input type="checkbox" .checked=${sound?.isShared ?? false} ?disabled=${!sound} @change=${(event: Event) => this.#share(event)} />
        <span>${words.hear.shared}<small>${words.hear.sharedHint}</small></span>
      </label>
    </section>`;
  }

  #share({ target }: Event): void {
    if (this.sound) this.sound.isShared = (target as HTMLInputElement).checked;
  }

  static override styles = [
    ...KuukiElement.styles,
    switchLook,
    css`
      .switch-place {
        min-block-size: 5rem;
      }
    `,
  ];
}
