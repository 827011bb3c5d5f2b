// <kuuki-call-controls .session>: what can be pressed during a call. Fires `sheet` (detail: which) and `pip`.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, Picture } from "../../core/call/session";
import { cameraSign, gearSign, popSign } from "../icons";
import { CallElement } from "./element";
import { endSign, faceOffSign, microphoneSign, moreSign, mutedSign, noCameraSign, safetySign } from "./signs";

export type SheetName = "devices" | "safety" | "more";

type Selected = Pick<CallSnapshot, "sound" | "picture"> & { readonly partner: string };

export class KuukiCallControls extends CallElement<Selected> {
  static override properties = {
    ...CallElement.properties,
    canPip: { attribute: false },
    pip: { attribute: false },
  };

  /** Whether the partner's picture could go into a small window; whether it is there. */
  declare canPip: boolean;
  declare pip: boolean;

  constructor() {
    super();
    this.canPip = false;
    this.pip = false;
  }

  protected override select({ sound, picture, call }: CallSnapshot): Selected {
    return { sound, picture, partner: call?.partner.name ?? "" };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const { call } = this.said;
    const { sound, picture, partner } = selected;
    const off = picture === "off";
    const faceOff = picture === "face_off";
    return html`<div class="bar" role="group" aria-label=${call.heading(partner)}>
      ${this.#switch("mute", !sound, sound ? microphoneSign : mutedSign, call.mute, () => this.session.setSound(!sound))}
      ${this.#switch("camera", off, off ? noCameraSign : cameraSign, call.cameraOff, () => this.#picture(off ? "on" : "off"))}
      ${this.#switch("face-off", faceOff, faceOffSign, call.faceOff, () => this.#picture(faceOff ? "on" : "face_off"))}
      ${this.#button("wide", gearSign, call.devices, () => this.#sheet("devices"))}
      ${this.canPip ? this.#switch("wide", this.pip, popSign, call.pip, () => this.dispatchEvent(new Event("pip"))) : nothing}
      ${this.#button("wide", safetySign, call.safety, () => this.#sheet("safety"))}
      ${this.#button("narrow", moreSign, call.more, () => this.#sheet("more"))}
      <button class="hang" @click=${() => this.session.hangUp()}><span class="sign">${endSign}</span><span>${call.end}</span></button>
    </div>`;
  }

  #switch(name: string, on: boolean, sign: TemplateResult, word: string, press: () => void): TemplateResult {
    return html`<button class=${name} aria-pressed=${on} @click=${press}><span class="sign">${sign}</span><span>${word}</span></button>`;
  }

  #button(name: string, sign: TemplateResult, word: string, press: () => void): TemplateResult {
    return html`<button class=${name} aria-haspopup="dialog" @click=${press}><span class="sign">${sign}</span><span>${word}</span></button>`;
  }

  /** Chosen first: a camera that comes on sends what was chosen then, and nothing else for a moment. */
  #picture(picture: Picture): void {
    this.session.setPicture(picture);
    if (picture !== "off" && this.session.snapshot.devices.state === "off")
      this.session.useDevices({ camera: true, microphone: true }).catch(() => undefined);
  }

  #sheet(which: SheetName): void {
    this.dispatchEvent(new CustomEvent<SheetName>("sheet", { detail: which }));
  }

  static override styles = [
    ...CallElement.styles,
    css`
      .bar {
        display: flex;
        justify-content: center;
        gap: var(--space-2);
      }
      button {
        flex-direction: column;
        gap: var(--space-1);
        min-inline-size: 4.75rem;
        padding: 0;
        border: 0;
        border-radius: var(--round);
        background: none;
        color: var(--text-soft);
        font-size: 0.8125rem;
        font-weight: var(--weight);
      }
      button:hover {
        background: none;
        color: var(--text);
        filter: none;
      }
      .sign {
        display: grid;
        place-items: center;
        inline-size: 3.5rem;
        block-size: 3.25rem;
        border: 1px solid var(--line);
        border-radius: 999px;
        background: var(--raised);
        color: var(--text);
        font-size: var(--text-m);
      }
      button:hover .sign {
        border-color: var(--text-soft);
      }
      [aria-pressed="true"] {
        color: var(--text);
      }
      [aria-pressed="true"] .sign {
        border-color: var(--text);
        background: var(--text);
        color: var(--ink);
      }
      .hang .sign {
        inline-size: 5rem;
        border-color: var(--end);
        background: var(--end);
        color: var(--end-ink);
      }
      .hang:hover .sign {
        filter: brightness(1.12);
      }
      .hang {
        color: var(--text);
        margin-inline-start: var(--space-4);
      }
      .narrow {
        display: none;
      }
      @media (max-width: 60rem) {
        .bar {
          justify-content: space-between;
          gap: 0;
          max-inline-size: 32rem;
          margin-inline: auto;
        }
        button {
          flex: 1 1 0;
          min-inline-size: 0;
          font-size: 0.75rem;
        }
        .sign {
          inline-size: 3.25rem;
        }
        .hang .sign {
          inline-size: 4rem;
        }
        .hang {
          flex-grow: 1.2;
          margin: 0;
        }
        .wide {
          display: none;
        }
        .narrow {
          display: inline-flex;
        }
      }
      @media (forced-colors: active) {
        [aria-pressed="true"] .sign {
          border-width: 4px;
        }
      }
    `,
  ];
}
