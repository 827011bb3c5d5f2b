// <kuuki-call-talking .session .room .setLanguage>: the call itself.

import { html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, Picture, Quality } from "../../core/call/session";
import type { Session } from "../../core/mood/session";
import type { Language } from "../../locale";
import { gearSign, popSign, sevenSign } from "../icons";
import type { SheetName } from "./controls";
import { CallElement } from "./element";
import { qualitySign, safetySign } from "./signs";
import type { KuukiCallStage } from "./stage";
import { talkingLook } from "./talking-styles";
import { clock } from "./trouble";

const BARS: Readonly<Record<Quality, 1 | 2 | 3>> = { poor: 1, fair: 2, good: 3 };

type Selected = Pick<CallSnapshot, "knocking"> & {
  readonly isTalking: boolean;
  readonly sinceMs: number;
  readonly name: string;
  readonly partnerPicture: Picture;
  readonly quality: Quality | null;
  readonly rttMs: number | null;
  readonly isRelayed: boolean | null;
};

export class KuukiCallTalking extends CallElement<Selected> {
  static override properties = {
    ...CallElement.properties,
    room: { attribute: false },
    setLanguage: { attribute: false },
    sheet: { state: true },
    pip: { state: true },
    seconds: { state: true },
  };

  declare room: Session | null;
  declare setLanguage: (language: Language) => void;
  declare sheet: SheetName | "";
  declare protected pip: boolean;
  declare protected seconds: string;

  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.room = null;
    this.sheet = "";
    this.pip = false;
    this.seconds = "0:00";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#tick(), 250);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (this.selected?.isTalking) this.seconds = clock(performance.now() - this.selected.sinceMs);
  }

  protected override select({ call, knocking }: CallSnapshot): Selected {
    return {
      knocking,
      isTalking: call?.state === "talking",
      sinceMs: call?.sinceMs ?? 0,
      name: call?.partner.name ?? "",
      partnerPicture: call?.partner.picture ?? "off",
      quality: call?.quality ?? null,
      rttMs: call?.rttMs ?? null,
      isRelayed: call?.isRelayed ?? null,
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected?.isTalking) return nothing;
    const { language, session, room } = this;
    return html`<div class=${room ? "talk with-room" : "talk"}>
      ${this.#head(selected)}
      ${this.#knock(selected)}
      <kuuki-call-stage .language=${language} .session=${session} @pipped=${(event: Event) => this.#pipped(event.target as KuukiCallStage)}></kuuki-call-stage>
      ${room ? html`<kuuki-call-room .language=${language} .session=${room}></kuuki-call-room>` : nothing}
      <aside>
        <kuuki-call-face .language=${language} .session=${session}></kuuki-call-face>
        <kuuki-call-mine .language=${language} .session=${session}></kuuki-call-mine>
      </aside>
      <kuuki-call-controls .language=${language} .session=${session} .pip=${this.pip} .canPip=${this.#canPip(selected)}
        @sheet=${(event: CustomEvent<SheetName>) => this.#open(event.detail)} @pip=${() => this.#stage?.turnPip()}></kuuki-call-controls>
      ${this.#sheet(selected)}
    </div>`;
  }

  #head({ quality, rttMs, isRelayed, name }: Selected): TemplateResult {
    const { call: said } = this.said;
    return html`<header>
      <h1 tabindex="-1" data-first><span class="unseen">${said.heading(name)}</span><span aria-hidden="true">${this.said.them(name)}</span></h1>
      <p class="time"><span class="unseen">${said.duration}</span>${this.seconds}</p>
      ${quality ? html`<p class="badge" data-quality=${quality}>${qualitySign(BARS[quality])}<span class="long">${said.quality[quality]}</span>${rttMs === null ? nothing : html`<span class="long soft">${said.rtt(Math.round(rttMs))}</span>`}</p>` : nothing}
      ${isRelayed ? html`<p class="badge relayed" title=${said.relayedHint}>${said.relayed}</p>` : nothing}
      <kuuki-languages class="long" .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
    </header>`;
  }

  #knock({ knocking }: Selected): TemplateResult | typeof nothing {
    if (!knocking) return nothing;
    const { call: said } = this.said;
    return html`<div class="knock" role="alert">
      <p><b>${said.knocks(knocking.name)}</b></p>
      <div class="row">
        <button class="primary" @click=${() => this.session.accept(knocking.call)}>${said.knockAccept}</button>
        <button @click=${() => this.session.decline(knocking.call)}>${said.knockDecline}</button>
      </div>
    </div>`;
  }

  #sheet(selected: Selected): TemplateResult | typeof nothing {
    if (this.sheet === "") return nothing;
    const { language, session, said } = this;
    const devices = html`<kuuki-call-devices .language=${language} .session=${session}></kuuki-call-devices>`;
    const safety = html`<kuuki-call-safety .language=${language} .session=${session}></kuuki-call-safety>`;
    const heading = { devices: said.devices.heading, safety: said.safety.heading, more: said.call.more };
    const inside = { devices, safety, more: this.#more(selected) };
    return html`<kuuki-sheet .language=${language} .heading=${heading[this.sheet]} @closed=${() => this.#open("")}>${inside[this.sheet]}</kuuki-sheet>`;
  }

  /** What a narrow page keeps out of its bar. */
  #more(selected: Selected): TemplateResult {
    const { call: said } = this.said;
    const { quality, rttMs, isRelayed } = selected;
    return html`<div class="more">
      <button @click=${() => this.#open("devices")}>${gearSign}${said.devices}</button>
      <button @click=${() => this.#open("safety")}>${safetySign}${said.safety}</button>
      ${this.#canPip(selected) ? html`<button @click=${() => this.#small()}>${popSign}${this.pip ? said.pipBack : said.pip}</button>` : nothing}
      <button @click=${() => this.#showSent()}>${sevenSign}${this.said.mine.sentTitle}</button>
      <p class="soft">${quality ? said.quality[quality] : ""} ${rttMs === null ? "" : `· ${said.rtt(Math.round(rttMs))}`} ${isRelayed === null ? "" : `· ${isRelayed ? said.relayed : said.direct}`}</p>
      <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
    </div>`;
  }

  get #stage(): KuukiCallStage | null {
    return this.renderRoot.querySelector<KuukiCallStage>("kuuki-call-stage");
  }

  #canPip({ partnerPicture }: Selected): boolean {
    return this.ownerDocument.pictureInPictureEnabled === true && partnerPicture === "on";
  }

  #small(): void {
    this.#open("");
    this.#stage?.turnPip();
  }

  #showSent(): void {
    this.#open("");
    this.renderRoot.querySelector("kuuki-call-mine")?.showSent();
  }

  #open(sheet: SheetName | ""): void {
    this.sheet = sheet;
  }

  #pipped({ pip }: KuukiCallStage): void {
    this.pip = pip;
  }

  static override styles = [...CallElement.styles, talkingLook];
}
