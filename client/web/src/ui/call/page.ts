// <kuuki-call .session .language .setLanguage .invited .room .leaveTo>: the page of a call, from the first word to the end.

import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { CallSnapshot, CallState } from "../../core/call/session";
import type { Session } from "../../core/mood/session";
import type { Language } from "../../locale";
import { Awake } from "../awake";
import { nameDocument } from "../element";
import { Attention } from "./attention";
import { CallElement } from "./element";
import { pageLook } from "./page-styles";
import { type Tone, Tones } from "./tones";

export type Step = "start" | "agree" | "check" | "ready";
type View = Step | "ringing" | "talking" | "ended" | "closed";

/** A person who pressed a key less than this ago is typing: an incoming call waits before it takes the keyboard. */
const TYPES_MS = 1200;

type Selected = Pick<CallSnapshot, "link" | "closedBecause"> & {
  readonly state: CallState | null;
  /** Of the partner; "" while there is none, or none is known. */
  readonly name: string;
  readonly hasEnded: boolean;
  readonly isKnocking: boolean;
  readonly areDevicesOn: boolean;
  readonly speaker: string | null;
};

export class KuukiCall extends CallElement<Selected> {
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

  protected override select({ link, closedBecause, call, ended, knocking, devices }: CallSnapshot): Selected {
    return {
      link,
      closedBecause,
      state: call?.state ?? null,
      name: call?.partner.name ?? "",
      hasEnded: ended !== null,
      isKnocking: knocking !== null,
      areDevicesOn: devices.state === "on",
      speaker: devices.speaker,
    };
  }

  get #view(): View {
    const { state = null, hasEnded, link } = this.selected ?? {};
    if (state === "talking") return "talking";
    if (state !== null && state !== "incoming") return "ringing";
    if (link === "closed") return "closed";
    if (hasEnded && state === null) return "ended";
    return this.step;
  }

  get #rings(): boolean {
    return this.selected?.state === "incoming";
  }

  protected override willUpdate(changed: PropertyValues & Map<string, unknown>): void {
    super.willUpdate(changed);
    // A page that comes back with camera and microphone on, or in a call, is past the first questions.
    const on = changed.has("session") && this.selected?.areDevicesOn;
    if (on || this.selected?.state === "talking") this.step = "ready";
    this.tone = toneOf(this.selected);
    if (!this.#rings) this.taken = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.selected) return nothing;
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
    const { what, todo } = this.said.closed[this.selected?.closedBecause ?? "left"];
    const why = this.selected?.closedBecause;
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

  /** The state of the call for a screen reader; a view that has a status of its own says it itself. */
  #told(): string {
    const { state = null, name = "" } = this.selected ?? {};
    const { out, call: said, incoming } = this.said;
    if (state === null) return "";
    if (state === "talking") return said.connected(name);
    if (state === "incoming") return incoming.calls(name);
    return { calling: out.callingCode, ringing: out.ringing, waiting: `${out.waiting} ${out.waitingHint}` }[state];
  }

  #go(step: Step): void {
    this.step = step;
  }

  protected override updated(changed: PropertyValues): void {
    this.#name();
    if (changed.has("tone")) this.#sound();
    this.#awake.be(this.selected?.state === "talking");
    const view = this.#view;
    if (view !== this.#was) this.#arrive(".view");
    this.#was = view;
    if (this.#rings && !this.taken) this.#takeKeyboard();
  }

  /** While it rings the title belongs to Attention. */
  #name(): void {
    const { state, name = "" } = this.selected ?? {};
    const title = state === "talking" ? this.said.call.title(name) : this.said.title;
    nameDocument(document, this.language, this.#rings ? document.title : title);
  }

  #sound(): void {
    this.#tones.speakThrough(this.selected?.speaker ?? null);
    this.#tones.play(this.tone);
    if (this.#rings) this.#attention.call(this.said.incoming.title(this.selected?.name ?? ""));
    else this.#attention.rest();
  }

  /** Waits until the person has stopped typing, then gives the focus to Accept and makes the page under it inert. */
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
    await this.renderRoot.querySelector<CallElement<object>>(selector)?.arrive?.();
  }

  static override styles = [...CallElement.styles, pageLook];
}

function toneOf(selected: Selected | undefined): Tone | null {
  const { state, isKnocking } = selected ?? {};
  if (state === "ringing" || state === "waiting") return "ringback";
  if (state === "incoming") return "ring";
  return isKnocking ? "knock" : null;
}
