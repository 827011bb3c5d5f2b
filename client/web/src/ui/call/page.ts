// <kuuki-call .session .language .setLanguage .invited .room .leaveTo>: the page of a call, from the first word to the end.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import type { Session } from "../../core/mood/session";
import type { Language } from "../../locale";
import { nameDocument } from "../element";
import { Attention } from "./attention";
import { Awake } from "./awake";
import { CallElement } from "./element";
import { pageLook } from "./page-styles";
import { type Tone, Tones } from "./tones";

export type Step = "start" | "agree" | "check" | "ready";
type View = Step | "ringing" | "talking" | "ended" | "closed";

/** Who pressed a key this short a time ago is typing: an incoming call waits before it takes the keyboard. */
const TYPES_MS = 1200;

export class KuukiCall extends CallElement {
  static override properties = {
    ...CallElement.properties,
    setLanguage: { attribute: false },
    invited: { attribute: false },
    room: { attribute: false },
    leaveTo: { attribute: false },
    step: { state: true },
    tone: { reflect: true },
    taken: { state: true },
  };

  declare setLanguage: (language: Language) => void;
  /** The code of the link that was opened; null: none. */
  declare invited: string | null;
  /** The room beside the call; null: none. */
  declare room: Session | null;
  declare leaveTo: string;
  declare step: Step;
  /** What sounds now. */
  declare tone: Tone | null;
  /** Whether an incoming call has the keyboard. */
  declare protected taken: boolean;

  readonly #tones = new Tones();
  readonly #attention = new Attention();
  readonly #awake = new Awake();
  #was: View = "start";
  #typedAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.invited = null;
    this.room = null;
    this.leaveTo = "/";
    this.step = "start";
    this.tone = null;
    this.taken = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerdown", this.#pressed, true);
    window.addEventListener("keydown", this.#pressed, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerdown", this.#pressed, true);
    window.removeEventListener("keydown", this.#pressed, true);
    clearTimeout(this.#timer);
    this.#tones.close();
    this.#attention.rest();
    this.#awake.rest();
  }

  readonly #pressed = (event: Event): void => {
    this.#tones.unlock();
    if (event.type === "keydown") this.#typedAtMs = performance.now();
  };

  get #view(): View {
    const { call, ended, link } = this.snapshot ?? {};
    if (call?.state === "talking") return "talking";
    if (call && call.state !== "incoming") return "ringing";
    if (link === "closed") return "closed";
    if (ended && !call) return "ended";
    return this.step;
  }

  get #rings(): boolean {
    return this.snapshot?.call?.state === "incoming";
  }

  protected override willUpdate(changed: PropertyValues & Map<string, unknown>): void {
    super.willUpdate(changed);
    // A page that comes back with camera and microphone on, or in a call, is past the first questions.
    const on = changed.has("session") && this.snapshot?.devices.state === "on";
    if (on || this.snapshot?.call?.state === "talking") this.step = "ready";
    this.tone = toneOf(this.snapshot);
    if (!this.#rings) this.taken = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.snapshot) return nothing;
    const view = this.#view;
    const { language, session } = this;
    const talks = view === "talking";
    return html`<div class=${talks ? "page wide" : "page"} ?inert=${this.taken}>
        ${talks ? nothing : this.#head()}
        <main>${this.#shown(view)}</main>
      </div>
      ${this.#rings ? html`<div class="over"><kuuki-call-incoming .language=${language} .session=${session}></kuuki-call-incoming></div>` : nothing}
      <p class="unseen" role="status">${this.#told()}</p>`;
  }

  #head(): TemplateResult {
    return html`<header>
      <kuuki-mark></kuuki-mark>
      <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
    </header>
    ${this.room ? html`<aside class="room" aria-label=${this.said.room.heading}><kuuki-call-room .language=${this.language} .session=${this.room}></kuuki-call-room><p class="hint">${this.said.room.separate}</p></aside>` : nothing}`;
  }

  #shown(view: View): TemplateResult {
    const { language, session, invited, room } = this;
    switch (view) {
      case "start":
        return html`<kuuki-call-start class="view" .language=${language} .session=${session} .invited=${invited} @go=${() => this.#go("agree")}></kuuki-call-start>`;
      case "agree":
        return html`<kuuki-call-agree class="view" .language=${language} .session=${session} @go=${() => this.#go("check")} @back=${() => this.#go("start")}></kuuki-call-agree>`;
      case "check":
        return html`<kuuki-call-check class="view" .language=${language} .session=${session} @go=${() => this.#go("ready")}></kuuki-call-check>`;
      case "ready":
        return html`<kuuki-call-ready class="view" .language=${language} .session=${session} .invited=${invited} .leaveTo=${this.leaveTo} .inRoom=${room !== null} @check=${() => this.#go("check")}></kuuki-call-ready>`;
      case "ringing":
        return html`<kuuki-call-ringing class="view" .language=${language} .session=${session}></kuuki-call-ringing>`;
      case "talking":
        return html`<kuuki-call-talking class="view" .language=${language} .session=${session} .room=${room} .setLanguage=${this.setLanguage}></kuuki-call-talking>`;
      case "ended":
        return html`<kuuki-call-ended class="view" .language=${language} .session=${session}></kuuki-call-ended>`;
      case "closed":
        return this.#closed();
    }
  }

  #closed(): TemplateResult {
    const { what, todo } = this.said.closed[this.snapshot?.closedBecause ?? "left"];
    const why = this.snapshot?.closedBecause;
    // Where another tab has the line, or there is none to have, beginning again is not the thing to do.
    const again = why !== "calls_off" && why !== "line_taken";
    return html`<section class="closed" role="alert">
      <h1>${what}</h1>
      <p class="soft">${todo}</p>
      <div class="row">
        ${again ? html`<button class="big primary" @click=${() => location.reload()}>${this.said.closedAgain}</button>` : nothing}
        <a class="button big" href=${this.leaveTo}>${this.room ? this.said.ready.leaveRoom : this.said.ready.leave}</a>
      </div>
    </section>`;
  }

  /** The state of the call for who does not see the page; screens of their own speak for themselves. */
  #told(): string {
    const call = this.snapshot?.call;
    const { out, call: said, incoming } = this.said;
    if (!call) return "";
    if (call.state === "talking") return said.connected(call.partner.name);
    if (call.state === "incoming") return incoming.calls(call.partner.name);
    return { calling: out.callingCode, ringing: out.ringing, waiting: `${out.waiting} ${out.waitingHint}` }[call.state];
  }

  #go(step: Step): void {
    this.step = step;
  }

  protected override updated(changed: PropertyValues): void {
    const call = this.snapshot?.call;
    this.#name();
    if (changed.has("tone")) this.#sound();
    this.#awake.be(call?.state === "talking");
    const view = this.#view;
    if (view !== this.#was) this.#arrive(".view");
    this.#was = view;
    if (this.#rings && !this.taken) this.#takeKeyboard();
  }

  /** While it rings the title belongs to Attention. */
  #name(): void {
    const call = this.snapshot?.call;
    const title = call?.state === "talking" ? this.said.call.title(call.partner.name) : this.said.title;
    nameDocument(document, this.language, this.#rings ? document.title : title);
  }

  #sound(): void {
    this.#tones.speakThrough(this.snapshot?.devices.speaker ?? null);
    this.#tones.play(this.tone);
    if (this.#rings) this.#attention.call(this.said.incoming.title(this.snapshot?.call?.partner.name ?? ""));
    else this.#attention.rest();
  }

  /** Once nobody types: Accept has the focus, and what lies under it is still. */
  #takeKeyboard(): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, this.#typedAtMs + TYPES_MS - performance.now());
    this.#timer = setTimeout(() => {
      if (!this.#rings) return;
      if (performance.now() - this.#typedAtMs < TYPES_MS) return this.#takeKeyboard();
      this.taken = true;
      this.#arrive("kuuki-call-incoming");
    }, wait);
  }

  async #arrive(selector: string): Promise<void> {
    await this.updateComplete;
    window.scrollTo({ top: 0 });
    await this.renderRoot.querySelector<CallElement>(selector)?.arrive?.();
  }

  static override styles = [...CallElement.styles, pageLook];
}

function toneOf(snapshot: CallSnapshot | undefined): Tone | null {
  const state = snapshot?.call?.state;
  if (state === "ringing" || state === "waiting") return "ringback";
  if (state === "incoming") return "ring";
  return snapshot?.knocking ? "knock" : null;
}
