// <kuuki-call-devices .session>: which camera, microphone and speaker, and what to do when one won't.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, Device, DeviceFailure, Devices } from "../../core/call/session";
import { cameraSign } from "../icons";
import { columnLook } from "../shapes";
import { CallElement } from "./element";
import { microphoneSign, speakerSign } from "./signs";

type Kind = "camera" | "microphone" | "speaker";
const SIGNS = { camera: cameraSign, microphone: microphoneSign, speaker: speakerSign };

export class KuukiCallDevices extends CallElement<Devices> {
  protected override select({ devices }: CallSnapshot): Devices {
    return devices;
  }

  protected override render(): TemplateResult | typeof nothing {
    const devices = this.selected;
    if (!devices) return nothing;
    return html`
      ${this.#failure("camera", devices.cameraFailure)}
      ${this.#choice("camera", devices.cameras, devices.camera)}
      ${this.#failure("microphone", devices.microphoneFailure)}
      ${this.#choice("microphone", devices.microphones, devices.microphone)}
      ${devices.microphoneFailure ? nothing : html`<kuuki-call-level .language=${this.language} .session=${this.session}></kuuki-call-level>`}
      ${this.#choice("speaker", devices.speakers, devices.speaker)}
      <button class="test" @click=${() => this.session.playTestSound()}>${speakerSign}${this.said.check.testSound}</button>
    `;
  }

  #failure(kind: "camera" | "microphone", why: DeviceFailure | null): TemplateResult | typeof nothing {
    if (why === null) return nothing;
    const { failures, check } = this.said;
    const { what, todo } = failures[kind][why];
    return html`<div class="failed" role="alert">
      ${SIGNS[kind]}
      <p><b>${what}</b> ${todo} <span class="soft">${check.onWithout}</span></p>
      <button @click=${() => this.#retry(kind)}>${check.retry}</button>
    </div>`;
  }

  #choice(kind: Kind, all: readonly Device[], chosen: string | null): TemplateResult | typeof nothing {
    if (all.length === 0) return nothing;
    const { check } = this.said;
    return html`<label class="choice">
      <span>${SIGNS[kind]}${check[kind]}</span>
      <select @change=${(event: Event) => this.#choose(kind, (event.target as HTMLSelectElement).value)}>
        ${all.map(
          ({ deviceId, label }, index) =>
            html`<option value=${deviceId} ?selected=${deviceId === chosen}>${label || check.deviceN(check[kind], index + 1)}</option>`,
        )}
      </select>
    </label>`;
  }

  /** What fails comes back as the snapshot's failure, with words of its own. */
  #choose(kind: Kind, deviceId: string): void {
    const ways = {
      camera: () => this.session.chooseCamera(deviceId),
      microphone: () => this.session.chooseMicrophone(deviceId),
      speaker: () => this.session.chooseSpeaker(deviceId),
    };
    ways[kind]().catch(() => undefined);
  }

  #retry(kind: "camera" | "microphone"): void {
    const devices = this.selected;
    const camera = kind === "camera" || (devices?.camera ?? null) !== null;
    this.session.useDevices({ camera, microphone: true }).catch(() => undefined);
  }

  static override styles = [
    ...CallElement.styles,
    columnLook,
    css`
      .choice {
        display: grid;
        grid-template-columns: 7.5rem minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3);
      }
      .choice span {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-size: var(--text-s);
        color: var(--text-soft);
      }
      kuuki-call-level {
        margin-inline-start: 8.25rem;
      }
      select {
        text-overflow: ellipsis;
      }
      .failed {
        display: grid;
        grid-template-columns: auto 1fr;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-4);
        border-radius: var(--round);
        background: var(--raised);
        line-height: 1.5;
      }
      .failed svg {
        color: var(--warn);
      }
      .failed b {
        display: block;
        color: var(--warn);
      }
      .failed button {
        grid-column: 2;
        justify-self: start;
      }
      .test {
        justify-self: start;
        margin-inline-start: 8.25rem;
      }
      @media (max-width: 34rem) {
        .choice {
          grid-template-columns: 6.75rem minmax(0, 1fr);
          gap: var(--space-2);
        }
        kuuki-call-level,
        .test {
          margin-inline-start: 7.25rem;
        }
      }
    `,
  ];
}
