// <kuuki-sound-switch .session>: the sound of the room on or off, and how loud. Off until somebody presses it.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Player, PlayerSnapshot } from "../../core/sound/player";
import { soundWordsOf } from "../../locale/sound";
import { FollowingElement } from "../following";
import { sign } from "../icons";
import { loudSign, muteSign } from "./signs";
import { sliderLook } from "./slider";

export class KuukiSoundSwitch extends FollowingElement<Player, PlayerSnapshot, PlayerSnapshot> {
  static override properties = { ...FollowingElement.properties, compact: { type: Boolean, reflect: true } };

  /** As one of several controls in a row: no words but the button's, and a volume only while it plays. */
  declare compact: boolean;

  protected override select(snapshot: PlayerSnapshot): PlayerSnapshot {
    return snapshot;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.selected) return nothing;
    const { playing, volume } = this.selected;
    const words = soundWordsOf(this.language).switch;
    const plays = playing === "on" || playing === "starting";
    const wrong = playing === "insecure" || playing === "failed";
    return html`<div class="row">
        <button class=${this.compact ? "quiet" : plays ? "" : "primary"} @click=${() => this.#toggle(plays)}>
          ${sign(plays ? muteSign : loudSign)}<span>${plays ? words.off : words.on}</span>
        </button>
        <label class=${this.compact && !plays ? "gone" : ""}>
          <span class=${this.compact ? "unseen" : ""}>${words.volume}</span>
          <input type="range" min="0" max="100" .value=${String(Math.round(volume * 100))} @input=${this.#turn} />
        </label>
      </div>
      <p class=${wrong ? "hint warn" : this.compact ? "unseen" : "hint"} role="status">${words.states[playing]}</p>`;
  }

  #toggle(plays: boolean): void {
    if (plays) this.session.stop();
    else void this.session.start();
  }

  #turn({ target }: Event): void {
    this.session.setVolume(Number((target as HTMLInputElement).value) / 100);
  }

  static override styles = [
    ...FollowingElement.styles,
    sliderLook,
    css`
      .row {
        gap: var(--space-4) var(--space-5);
      }
      label {
        display: flex;
        flex: 1 1 12rem;
        align-items: center;
        gap: var(--space-3);
      }
      label span {
        flex: none;
      }
      :host([compact]) label {
        flex: 0 1 7rem;
      }
      .gone {
        display: none;
      }
      p {
        margin-block-start: var(--space-3);
      }
    `,
  ];
}
