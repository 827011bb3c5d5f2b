// <kuuki-sensing .session>: consent, then one's own picture and result, pause, and what to do when the camera won't.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "../../core/mood/session";
import { Steady } from "../../core/mood/steady";
import { cameraSign, goSign, pauseSign, stopSign } from "../icons";
import { headLook, keyLook, mirrorLook } from "../shapes";
import { RoomElement } from "./element";
import { turnPause } from "./keys";

/** For so long at least it is said, or not said again, that one counts from the next moment on. */
const WAITS_MS = 2000;

type Camera = { deviceId: string; label: string };

type Selected = Pick<Snapshot, "facts" | "sensing" | "sensingFailure" | "reading"> & {
  readonly preview: MediaStream | null;
  readonly waits: boolean;
};

export class KuukiSensing extends RoomElement<Selected> {
  static override properties = {
    ...RoomElement.properties,
    keys: { type: Boolean },
    cameras: { state: true },
    chosen: { state: true },
  };

  declare keys: boolean;
  declare protected cameras: readonly Camera[];
  declare protected chosen: string;

  #was = "off";
  readonly #waits = new Steady(WAITS_MS);

  constructor() {
    super();
    this.keys = false;
    this.cameras = [];
    this.chosen = "";
  }

  protected override select({ facts, link, sensing, sensingFailure, reading, waits }: Snapshot): Selected {
    const shares = sensing === "on" && link === "open";
    const { preview } = this.session;
    const saysWaits = shares && this.#waits.next(waits, performance.now());
    return { facts, sensing, sensingFailure, reading, preview, waits: saysWaits };
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.selected) return nothing;
    switch (this.selected.sensing) {
      case "off":
        return this.#off();
      case "starting":
        return html`<section class="stack" aria-busy="true">
          <h2>${this.words.sensing.starting}</h2>
          <p class="soft">${this.words.sensing.startingHint}</p>
        </section>`;
      case "failed":
        return this.#failed();
      default:
        return this.#sensing();
    }
  }

  #off(): TemplateResult {
    return html`<kuuki-consent
      .language=${this.language}
      .facts=${this.selected?.facts ?? null}
      @agree=${() => this.#start()}
    ></kuuki-consent>`;
  }

  #failed(): TemplateResult {
    const { failures } = this.words;
    const why = failures[this.selected?.sensingFailure ?? "NotFoundError"];
    return html`<section class="stack" role="alert">
      <h2 class="warn">${why.what}</h2>
      <p>${why.todo}</p>
      ${this.#choice()}
      <div class="row">
        <button class="primary" @click=${() => this.#start()}>${this.words.sensing.retry}</button>
        <button class="quiet" @click=${() => this.session.stopSensing()}>${this.words.consent.decline}</button>
      </div>
    </section>`;
  }

  #sensing(): TemplateResult {
    const { sensing: words } = this.words;
    const state = this.selected?.sensing;
    const goes = state === "on";
    return html`<section class="stack" aria-labelledby="title">
      <div class="head">
        <h2 id="title">${words.title}</h2>
        <p class="state" data-on=${goes ? "yes" : "no"}>${goes ? words.on : nothing}</p>
      </div>
      <div class="own" ?hidden=${!this.selected?.preview}>
        <figure>
          <video class=${goes ? "" : "dark"} muted playsinline autoplay aria-label=${words.preview}></video>
        </figure>
        <p class="under hint">${words.preview}</p>
      </div>
      <p class="waits hint" role="status">${this.selected?.waits ? words.waits : nothing}</p>
      <p class="row">
        <button class="pause primary" aria-keyshortcuts=${this.keys ? "P" : ""} ?disabled=${state === "hidden"} @click=${() => turnPause(this.session)}>
          ${goes ? pauseSign : goSign}${goes ? words.pause : words.resume}${this.keys ? html`<kbd aria-hidden="true">P</kbd>` : nothing}
        </button>
      </p>
      ${
        goes
          ? html`<kuuki-reading .language=${this.language} .reading=${this.selected?.reading ?? null}></kuuki-reading>`
          : html`<p class="rest" role="status">${state === "hidden" ? words.hidden : words.paused}</p>`
      }
      ${this.#choice()}
      <button class="quiet stop" @click=${() => this.session.stopSensing()}>${stopSign}${words.stop}</button>
    </section>`;
  }

  #choice(): TemplateResult | typeof nothing {
    if (this.cameras.length < 2) return nothing;
    const { sensing } = this.words;
    return html`<label class="choice">
      <span class="row">${cameraSign}${sensing.camera}</span>
      <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
        ${this.cameras.map(
          ({ deviceId, label }, index) =>
            html`<option value=${deviceId} ?selected=${deviceId === this.chosen}>${label || sensing.cameraN(index + 1)}</option>`,
        )}
      </select>
    </label>`;
  }

  #choose(deviceId: string): void {
    this.chosen = deviceId;
    if (this.selected?.sensing !== "failed") this.#start();
  }

  #start(): void {
    // A refusal comes back as the snapshot's failure, with words of its own.
    this.session.startSensing(this.chosen || undefined).catch(() => undefined);
  }

  protected override updated(): void {
    const sensing = this.selected?.sensing ?? "off";
    const video = this.renderRoot.querySelector("video");
    const preview = this.selected?.preview ?? null;
    if (video && video.srcObject !== preview) {
      video.srcObject = preview;
      video.muted = true;
      video.play().catch(() => undefined);
    }
    if (sensing !== this.#was) this.#arrived(sensing, this.#was);
    this.#was = sensing;
  }

  #arrived(sensing: string, from: string): void {
    if (sensing === "on" && from === "starting") this.renderRoot.querySelector<HTMLElement>(".pause")?.focus();
    if (sensing === "on" || sensing === "failed") {
      this.session.cameras().then(
        (cameras) => {
          this.cameras = cameras;
        },
        () => undefined,
      );
    }
  }

  static override styles = [
    ...RoomElement.styles,
    headLook,
    mirrorLook,
    keyLook,
    css`
      .state[data-on="yes"]::before {
        content: "";
        display: inline-block;
        inline-size: 0.6em;
        block-size: 0.6em;
        margin-inline-end: 0.5em;
        border-radius: 50%;
        background: var(--accent);
      }
      .own {
        display: flex;
        align-items: center;
        gap: var(--space-4);
      }
      figure {
        flex: none;
        inline-size: 9rem;
        aspect-ratio: 4 / 3;
        border-radius: var(--round);
        background: var(--raised);
        overflow: clip;
      }
      .dark {
        opacity: 0.15;
      }
      .pause {
        flex: 1;
        min-block-size: 3.5rem;
        font-size: var(--text-l);
      }
      kbd {
        padding: 0 0.5em;
        border: 1px solid rgb(34 21 3 / 0.45);
        border-radius: 0.4em;
        font: inherit;
        font-size: var(--text-s);
      }
      /* Its place is kept, so that nothing moves under a finger when it comes and goes. */
      .waits {
        min-block-size: 1lh;
        margin-block: calc(-1 * var(--space-2)) calc(-1 * var(--space-1));
      }
      .rest {
        color: var(--text-soft);
      }
      .choice {
        display: grid;
        gap: var(--space-2);
        font-size: var(--text-s);
      }
      .choice .row {
        gap: var(--space-2);
      }
      .stop {
        justify-self: start;
        padding-inline: 0;
      }
      .stop:hover {
        background: none;
        text-decoration: underline;
      }
    `,
  ];
}
