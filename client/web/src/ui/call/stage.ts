// <kuuki-call-stage .session>: the partner: their picture, or the light of their expression; what is wrong, in words.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { Call, CallSnapshot } from "../../core/call/session";
import { CallElement } from "./element";
import { airOf, strongest } from "./seven";
import { mutedSign, speakerSign } from "./signs";
import { stageLook } from "./stage-styles";
import { troublesOf } from "./trouble";
import { attach, playAloud, speakThrough } from "./video";

/** A picture is cut to fill the stage unless more than half of it would be lost. */
const CUT_MOST = 2.2;

interface Selected {
  readonly call: Call | null;
  readonly link: CallSnapshot["link"];
  readonly areDevicesOff: boolean;
  readonly speaker: string | null;
  readonly remote: MediaStream | null;
}

export class KuukiCallStage extends CallElement<Selected> {
  static override properties = {
    ...CallElement.properties,
    silent: { state: true },
    whole: { state: true },
    pip: { state: true },
  };

  /** The browser waits for a press before it plays. */
  declare protected silent: boolean;
  declare protected whole: boolean;
  declare pip: boolean;

  #observer: ResizeObserver | undefined;
  readonly #pressed = (): void => {
    if (this.silent) this.#hear();
  };

  constructor() {
    super();
    this.silent = false;
    this.whole = false;
    this.pip = false;
  }

  /** Any press will do for the browser. */
  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerup", this.#pressed);
    window.addEventListener("keyup", this.#pressed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerup", this.#pressed);
    window.removeEventListener("keyup", this.#pressed);
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  protected override select({ call, link, devices }: CallSnapshot): Selected {
    const { state, speaker } = devices;
    return { call, link, areDevicesOff: state === "off", speaker, remote: this.session.remote };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { call = null, link = "off", remote = null } = this.selected ?? {};
    if (!call) return nothing;
    const said = this.said.call;
    const { partner } = call;
    const shown = partner.picture === "on" && remote !== null;
    return html`<div class="stage">
      <video class=${shown ? (this.whole ? "whole" : "") : "away"} playsinline autoplay aria-label=${said.remote(partner.name)}
        @resize=${() => this.#fit()} @enterpictureinpicture=${() => this.#pipped(true)} @leavepictureinpicture=${() => this.#pipped(false)}></video>
      ${shown ? nothing : this.#light(call)}
      <div class="chips">
        ${partner.sound ? nothing : html`<p class="chip">${mutedSign}${said.mutedThem(partner.name)}</p>`}
        ${shown || partner.picture === "on" ? nothing : html`<p class="chip">${said.picture[partner.picture](partner.name)}</p>`}
      </div>
      <div class="told" role="status">${troublesOf(call, link, said).map((text) => html`<p class="chip trouble">${text}</p>`)}</div>
      ${this.#middle(call)}
      <kuuki-call-own .language=${this.language} .session=${this.session}></kuuki-call-own>
    </div>`;
  }

  #light({ partner }: Call): TemplateResult {
    const { face } = this.said;
    const shared = partner.presence === "sensing" && partner.weights !== null;
    return html`<div class="light">
      <kuuki-air .shape=${airOf(shared ? partner.weights : null)}></kuuki-air>
      ${shared && partner.weights ? html`<p class="mostly" aria-hidden="true">${face.mostly(this.words.labels[strongest(partner.weights)])}</p>` : nothing}
    </div>`;
  }

  /** What needs an answer before the call can go on. */
  #middle(call: Call): TemplateResult | typeof nothing {
    const { call: said } = this.said;
    if (call.media === "no_relay") return this.#noRelay(call);
    if (this.selected?.areDevicesOff)
      return html`<div class="middle" role="alert">
        <p><b>${said.devicesGone}</b></p>
        <button class="primary" @click=${() => this.#devices()}>${said.devicesBack}</button>
      </div>`;
    if (!this.silent || !this.selected?.remote?.getAudioTracks().length) return nothing;
    return html`<button class="primary hear" aria-description=${said.hearHint} @click=${() => this.#hear()}>${speakerSign}${said.hear}</button>`;
  }

  #noRelay({ relayTrouble }: Call): TemplateResult {
    const { call: said } = this.said;
    const { what, todo } = said.relay[relayTrouble ?? "unreachable"];
    return html`<div class="middle" role="alert">
      <p><b class="warn">${what}</b></p>
      <p>${todo}</p>
      <button @click=${() => this.session.setRelayOnly(false)}>${said.withoutRelay}</button>
    </div>`;
  }

  #devices(): void {
    const camera = this.session.snapshot.picture !== "off";
    this.session.useDevices({ camera, microphone: true }).catch(() => undefined);
  }

  async #hear(): Promise<void> {
    const video = this.renderRoot.querySelector("video");
    if (video) this.silent = !(await playAloud(video));
  }

  /** Into a small window that stays on top, or back. */
  async turnPip(): Promise<void> {
    const video = this.renderRoot.querySelector("video");
    try {
      if (this.pip) await this.ownerDocument.exitPictureInPicture();
      else await video?.requestPictureInPicture();
    } catch {
      // The browser has its reasons (no picture yet, a policy): the picture stays here.
    }
  }

  #pipped(pip: boolean): void {
    this.pip = pip;
    this.dispatchEvent(new Event("pipped"));
  }

  #fit(): void {
    const video = this.renderRoot.querySelector("video");
    if (!video?.videoWidth || !this.clientHeight) return;
    const cut = video.videoWidth / video.videoHeight / (this.clientWidth / this.clientHeight);
    this.whole = Math.max(cut, 1 / cut) > CUT_MOST;
  }

  protected override firstUpdated(): void {
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(this);
  }

  protected override updated(changed: PropertyValues): void {
    const video = this.renderRoot.querySelector("video");
    const { speaker = null, remote = null } = this.selected ?? {};
    if (changed.has("selected")) speakThrough(video, speaker);
    if (video && video.srcObject !== remote)
      attach(video, remote, false).then((aloud) => {
        this.silent = !aloud;
      });
  }

  static override styles = [...CallElement.styles, stageLook];
}
