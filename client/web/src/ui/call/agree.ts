// <kuuki-call-agree .session>: the first agreement, said before the browser asks. Fires `go` and `back`.

import { css, html, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import { cameraSign, pictureSign, sevenSign } from "../icons";
import { CallElement } from "./element";
import { callSign, faceOffSign, microphoneSign } from "./signs";
import { pairLook } from "./styles";

const SIGNS = [callSign, pictureSign, sevenSign];
type Choice = "camera" | "sound" | "faceOff";
const CHOICES: readonly Choice[] = ["camera", "sound", "faceOff"];
const CHOICE_SIGNS = { camera: cameraSign, sound: microphoneSign, faceOff: faceOffSign };

interface Selected {
  /** Whether the browser asks the person now. */
  readonly isAsking: boolean;
}

export class KuukiCallAgree extends CallElement<Selected> {
  protected override select({ devices }: CallSnapshot): Selected {
    return { isAsking: devices.state === "asking" };
  }

  protected override render(): TemplateResult {
    const { agree } = this.said;
    return html`<div class="pair">
      <section class="why" aria-labelledby="why">
        <h1 id="why" tabindex="-1" data-first>${agree.heading}</h1>
        <ul class="points">${agree.points.map(([what, more], index) => html`<li>${SIGNS[index]}<p><b>${what}</b> <span class="soft">${more}</span></p></li>`)}</ul>
      </section>
      ${this.selected?.isAsking ? this.#asking() : this.#choose()}
    </div>`;
  }

  #asking(): TemplateResult {
    const { agree } = this.said;
    return html`<section class="panel act" role="status" aria-busy="true">
      <h2>${agree.asking}</h2>
      <p class="soft">${agree.askingHint}</p>
    </section>`;
  }

  #choose(): TemplateResult {
    const { agree } = this.said;
    return html`<section class="panel act" aria-labelledby="choose">
      <h2 id="choose">${agree.choose}</h2>
      ${CHOICES.map(
        (
          choice,
          index,
        ) => html`<button class=${index === 0 ? "choice primary" : "choice"} aria-describedby=${choice} @click=${() => this.#take(choice)}>
            ${CHOICE_SIGNS[choice]}<span>${agree[choice]}</span>
          </button>
          <p class="hint" id=${choice}>${agree[`${choice}Hint`]}</p>`,
      )}
      <button class="quiet back" @click=${() => this.dispatchEvent(new Event("back"))}>${agree.back}</button>
    </section>`;
  }

  /** Nothing touches a camera or a microphone before this. */
  async #take(choice: Choice): Promise<void> {
    const picture = { camera: "on", sound: "off", faceOff: "face_off" } as const;
    this.session.setPicture(picture[choice]);
    // A refusal is told by the snapshot, device by device.
    await this.session.useDevices({ camera: choice !== "sound", microphone: true }).catch(() => undefined);
    this.dispatchEvent(new Event("go"));
  }

  static override styles = [
    ...CallElement.styles,
    pairLook,
    css`
      .why {
        display: grid;
        gap: var(--space-5);
      }
      .choice {
        justify-content: start;
        gap: var(--space-3);
        min-block-size: 3.5rem;
        padding-inline: var(--space-5);
        font-size: var(--text-l);
        text-align: start;
      }
      .act {
        gap: var(--space-3);
      }
      .hint {
        margin: -0.25rem 0 var(--space-3);
        padding-inline-start: var(--space-5);
      }
      .back {
        justify-self: start;
        padding-inline: 0;
      }
      @media (min-width: 60rem) {
        .why {
          max-inline-size: 34rem;
          gap: var(--space-6);
        }
        h1 {
          font-size: 2.375rem;
        }
      }
    `,
  ];
}
