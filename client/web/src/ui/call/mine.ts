// <kuuki-call-mine .session>: the second agreement, and one's own expression as the partner gets it: pause, stop, what left.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import { goSign, pauseSign, sevenSign } from "../icons";
import { CallElement } from "./element";
import { strongest, weightOf } from "./seven";

type Selected = Pick<CallSnapshot, "sensing" | "sensingFailure" | "picture"> & {
  /** Of the partner; null: no call is on. */
  readonly name: string | null;
  /** What is read now, as it is sent; null: no face. */
  readonly weights: readonly number[] | null;
  readonly hasSent: boolean;
};

export class KuukiCallMine extends CallElement<Selected> {
  static override properties = { ...CallElement.properties, sheet: { state: true } };

  declare protected sheet: "" | "ask" | "sent";

  #was = "off";

  constructor() {
    super();
    this.sheet = "";
  }

  protected override select({ call, sensing, sensingFailure, picture, reading, sentCount }: CallSnapshot): Selected {
    const name = call?.partner.name ?? null;
    return { name, sensing, sensingFailure, picture, weights: reading?.weights ?? null, hasSent: sentCount > 0 };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected || selected.name === null) return nothing;
    const { mine } = this.said;
    return html`<section aria-labelledby="mine">
      <div class="say">
        <h2 id="mine">${mine.heading}</h2>
        <p class=${selected.sensing === "on" ? "state goes" : "state"} role=${selected.sensing === "failed" ? "alert" : nothing}>${this.#state(selected)}</p>
      </div>
      <div class="do">${this.#buttons(selected)}</div>
      ${this.sheet === "ask" ? this.#ask(selected.name) : nothing}
      ${this.sheet === "sent" ? this.#sent(selected) : nothing}
    </section>`;
  }

  #state({ sensing, sensingFailure, weights, picture }: Selected): TemplateResult | string {
    const { mine, failures } = this.said;
    if (sensing === "failed")
      return sensingFailure === null || sensingFailure === "model" ? mine.failed : failures.camera[sensingFailure].what;
    if (sensing !== "off" && picture === "off") return mine.cameraOff;
    if (sensing !== "on")
      return { off: mine.off, starting: mine.starting, paused: mine.paused, hidden: mine.hidden }[sensing];
    if (!weights) return mine.noFace;
    // The weights that are sent, not the softened ones of one's own bars: both people see the same numbers.
    const label = strongest(weights);
    return mine.on(this.words.labels[label], Math.round(weightOf(weights, label) * 100));
  }

  #buttons({ sensing, hasSent, picture }: Selected): TemplateResult {
    const { mine } = this.said;
    const sent =
      sensing !== "off" || hasSent
        ? html`<button class="quiet sent" @click=${() => this.showSent()}>${mine.sent}</button>`
        : nothing;
    if (sensing === "off")
      return html`${sent}<button class="share" @click=${() => this.#open("ask")}>${sevenSign}${mine.share}</button>`;
    if (sensing === "failed")
      return html`<button @click=${() => this.#share()}>${mine.retry}</button><button class="quiet" @click=${() => this.session.stopSharing()}>${mine.stop}</button>`;
    const goes = sensing === "on" && picture !== "off";
    const turn = () => (goes ? this.session.pauseSharing() : this.session.resumeSharing());
    const can = goes || (sensing === "paused" && picture !== "off");
    return html`${sent}
      <button class="pause" ?disabled=${!can} @click=${turn}>${goes ? pauseSign : goSign}${goes ? mine.pause : mine.resume}</button>
      <button class="stop" @click=${() => this.session.stopSharing()}>${mine.stop}</button>`;
  }

  #ask(who: string): TemplateResult {
    const { mine } = this.said;
    return html`<kuuki-sheet .language=${this.language} .heading=${mine.askTitle(who)} @closed=${() => this.#open("")}>
      <ul class="points">${mine.points(who).map(([what, more]) => html`<li>${sevenSign}<p><b>${what}</b> <span class="soft">${more}</span></p></li>`)}</ul>
      ${this.selected?.picture === "off" ? html`<p>${mine.askCamera}</p>` : nothing}
      <p class="hint">${mine.askPause} ${this.said.face.hint}</p>
      <div class="row">
        <button class="primary agree" @click=${() => this.#agree()}>${mine.agree}</button>
        <button class="quiet" @click=${() => this.#open("")}>${mine.not}</button>
      </div>
    </kuuki-sheet>`;
  }

  #sent({ sensing, weights }: Selected): TemplateResult {
    const { language } = this;
    return html`<kuuki-sheet .language=${language} .heading=${this.said.mine.sentTitle} @closed=${() => this.#open("")}>
      ${sensing === "on" ? html`<kuuki-call-bars .language=${language} .weights=${weights}></kuuki-call-bars>` : nothing}
      <kuuki-sent .language=${language} .session=${this.session} .heading=${this.said.mine.sentBytes} open></kuuki-sent>
    </kuuki-sheet>`;
  }

  /** What left, byte for byte. */
  showSent(): void {
    this.#open("sent");
  }

  #open(sheet: "" | "ask" | "sent"): void {
    this.sheet = sheet;
  }

  #agree(): void {
    this.#open("");
    this.#share();
  }

  /** With the camera off, agreeing turns it on for reading alone; the question said so. */
  #share(): void {
    const { picture, devices } = this.session.snapshot;
    // Before anything is awaited: else a picture could leave while the camera comes on, and the agreement could meet the
    // next call's partner.
    if (picture === "off") this.session.setPicture("face_off");
    // A refusal comes back as the snapshot's failure, with words of its own.
    this.session.share().catch(() => undefined);
    if (devices.state === "off") this.session.useDevices({ camera: true, microphone: true }).catch(() => undefined);
  }

  protected override updated(): void {
    const sensing = this.selected?.sensing ?? "off";
    // After agreeing or stopping, the focus moves to the next button, if the dialog left it nowhere.
    const at = this.shadowRoot?.activeElement ?? null;
    if (sensing !== this.#was && at === null && this.ownerDocument.activeElement === this.ownerDocument.body)
      this.renderRoot.querySelector<HTMLElement>(sensing === "on" ? ".pause" : ".share")?.focus();
    this.#was = sensing;
  }

  static override styles = [
    ...CallElement.styles,
    css`
      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--space-2) var(--space-3);
      }
      h2 {
        font-size: var(--text-m);
      }
      .say {
        flex: 1 1 8rem;
        min-inline-size: 0;
      }
      .state {
        color: var(--text-soft);
        font-size: var(--text-s);
        line-height: 1.35;
      }
      .goes {
        color: var(--accent);
        font-variant-numeric: tabular-nums;
      }
      .do {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      /* Narrow enough for three in one row, in both languages. */
      .do button {
        padding-inline: var(--space-2);
        font-size: var(--text-s);
      }
      .do .quiet {
        padding-inline: var(--space-1);
        font-weight: var(--weight);
        text-decoration: underline;
        text-decoration-color: var(--edge);
        text-underline-offset: 0.35em;
      }
      @media (max-width: 60rem) {
        section {
          flex-wrap: nowrap;
        }
        .do {
          flex-wrap: nowrap;
        }
        .sent {
          display: none;
        }
      }
      .share {
        border-color: var(--accent);
        color: var(--accent);
      }
      .agree {
        min-block-size: 3.25rem;
        flex: 1 1 14rem;
      }
    `,
  ];
}
