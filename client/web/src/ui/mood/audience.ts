// <kuuki-audience .session .language .setLanguage>: the page of someone in the audience. The show takes the room if
// there is one; kuuki keeps to a quiet side.

import { html, nothing, type TemplateResult } from "lit";
import { MIN_GROUP } from "../../core/generated";
import type { Listening } from "../../core/mood/hearing";
import type { Row } from "../../core/mood/history";
import type { Snapshot } from "../../core/mood/session";
import type { Language } from "../../locale";
import { Awake } from "../awake";
import { nameDocument } from "../element";
import { closeSign, gearSign, popSign } from "../icons";
import { ownTapLook, switchLook } from "../shapes";
import type { KuukiAir } from "./air";
import { audienceStyles } from "./audience-styles";
import { RoomElement } from "./element";
import { keysAreOn, listenForKeys, switchKeys } from "./keys";
import { joinAir } from "./own-tap";
import { canPopOut, type PopOut, popOut } from "./popout";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import { showFrame } from "./show";
import type { TappedEvent } from "./taps";
import { wordOf, youIn } from "./you";

type Selected = Pick<Snapshot, "facts" | "link" | "closedBecause"> & {
  readonly now: RoomNow;
  /** One's own smile while one shares, 0..1 in steps; null: one does not. */
  readonly you: number | null;
  /** The last ten minutes and the seven of now, while somebody looks at them. */
  readonly rows: readonly Row[];
  readonly weights: readonly number[] | null;
};

const RECENT_MS = 600_000;
const FOLDED: readonly Row[] = [];

export class KuukiAudience extends RoomElement<Selected> {
  static override properties = {
    ...RoomElement.properties,
    setLanguage: { attribute: false },
    sound: { attribute: false },
    keys: { state: true },
    popped: { state: true },
    unfolded: { state: true },
  };

  declare setLanguage: (language: Language) => void;
  /** Comes later than the page; null before. */
  declare sound: Listening | null;
  declare protected keys: boolean;
  declare protected popped: PopOut | null;
  declare protected unfolded: boolean;

  #story = new RoomStory(RECENT_MS);
  #rows = FOLDED;
  readonly #awake = new Awake();
  #deaf: (() => void) | undefined;

  constructor() {
    super();
    this.sound = null;
    this.keys = keysAreOn();
    this.popped = null;
    this.unfolded = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#deaf = listenForKeys(
      window,
      () => this.session,
      () => this.keys,
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#deaf?.();
    this.#awake.rest();
    this.popped?.close();
  }

  protected override select(snapshot: Snapshot): Selected {
    const { facts, link, closedBecause, mix } = snapshot;
    const now = this.#story.tell(snapshot, performance.now());
    const weights = this.unfolded ? (mix?.body?.weights ?? null) : null;
    return { facts, link, closedBecause, now, you: youIn(snapshot), rows: this.#recent(), weights };
  }

  /** Another list once a second, in the time of the world. */
  #recent(): readonly Row[] {
    if (!this.unfolded) return FOLDED;
    const { past } = this.#story;
    const atMs = (past.at(-1)?.atMs ?? 0) + performance.timeOrigin;
    if (this.#rows.at(-1)?.atMs !== atMs)
      this.#rows = past.map((each) => ({ ...each, atMs: each.atMs + performance.timeOrigin }));
    return this.#rows;
  }

  #unfold(): void {
    this.unfolded = !this.unfolded;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const show = showFrame(selected.facts?.show ?? null, this.words.audience.showTitle);
    const over = selected.link === "closed";
    return html`<div class=${show ? "page with-show" : "page"} @tapped=${(event: TappedEvent) => this.#join(event)}>
      ${this.#head(selected)}
      <main>
        <h1 class="unseen">${this.words.audience.title(selected.facts?.room ?? "")}</h1>
        ${show ? html`<div class="show">${show}</div>` : nothing}
        <div class="side">
          ${this.#room(selected)}
          <kuuki-recent .language=${this.language} .rows=${selected.rows} .weights=${selected.weights}
            .open=${this.unfolded} @toggle=${() => this.#unfold()}></kuuki-recent>
          ${over ? this.#over(selected) : this.#part(selected)}
        </div>
      </main>
    </div>`;
  }

  #head({ facts, link }: Selected): TemplateResult {
    const { audience } = this.words;
    return html`<header>
      <kuuki-mark></kuuki-mark>
      <p class="where">
        <span class="name">${facts?.room ?? ""}</span>
        ${link === "closed" ? nothing : html`<span class="link" data-link=${link}>${link === "watching" ? nothing : audience.links[link]}</span>`}
      </p>
      <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
    </header>`;
  }

  #room({ now, you }: Selected): TemplateResult {
    const { words } = this;
    return html`<section class="room" aria-label=${words.audience.heading}>
      <kuuki-air .shape=${now.shape} .you=${you}></kuuki-air>
      <div class="told">
        ${wordOf(now, words)}
        <kuuki-sentence .text=${sentenceOf(now, words)} .gist=${now}></kuuki-sentence>
        <p class="rough hint">${now.rough ? words.rough : you === null ? nothing : words.audience.you}</p>
      </div>
    </section>`;
  }

  /** A tap of one's own joins the light at once: the mixes that say it have nothing new. */
  #join(event: TappedEvent): void {
    this.#story.tapped(event.kind, performance.now());
    joinAir(event, this.renderRoot, this.renderRoot.querySelector<KuukiAir>("kuuki-air"));
  }

  #over({ closedBecause }: Selected): TemplateResult {
    const why = this.words.closed[closedBecause ?? "left"];
    return html`<section class="panel stack" role="alert">
      <h2>${why.what}</h2>
      <p class="soft">${why.todo}</p>
    </section>`;
  }

  #part(selected: Selected): TemplateResult {
    const { words, language, session, keys } = this;
    const canShare = selected.link !== "watching" && selected.facts !== null;
    return html`
      ${selected.link === "watching" ? html`<p class="panel notice" role="status">${words.audience.links.watching}</p>` : this.#taps()}
      ${this.#told(selected)}
      ${canShare ? html`<kuuki-sensing class="panel" .language=${language} .session=${session} ?keys=${keys}></kuuki-sensing>` : nothing}
      <kuuki-hear class="panel" .language=${language} .sound=${this.sound}></kuuki-hear>
      ${this.#window(selected)}
      ${canShare ? html`<kuuki-sent class="panel" .language=${language} .session=${session}></kuuki-sent>` : nothing}
      ${this.#foot()}
    `;
  }

  #taps(): TemplateResult {
    const { words, language, session, keys } = this;
    return html`<section aria-labelledby="taps" class="tapping">
      <h2 id="taps">${words.tapsTitle} <span class="hint">${words.tapsHint}</span></h2>
      <kuuki-taps .language=${language} .session=${session} ?keys=${keys}></kuuki-taps>
    </section>`;
  }

  /** What a room that protects less must tell everyone. */
  #told({ facts }: Selected): TemplateResult | typeof nothing {
    const { audience } = this.words;
    if (facts?.privacy === "exact") return html`<p class="panel notice">${audience.exact}</p>`;
    if (facts && facts.minGroup < MIN_GROUP)
      return html`<p class="panel notice">${audience.lowGroup(facts.minGroup)}</p>`;
    return nothing;
  }

  #window({ facts }: Selected): TemplateResult | typeof nothing {
    const { audience } = this.words;
    if (this.popped)
      return html`<section class="aside" role="status">
        <p class="soft">${audience.poppedOut}</p>
        <button @click=${() => this.popped?.close()}>${closeSign}${audience.popBack}</button>
      </section>`;
    if (!canPopOut(window)) return facts?.show ? html`<p class="soft aside">${audience.secondScreen}</p>` : nothing;
    return html`<section class="aside">
      <button @click=${() => this.#pop()}>${popSign}${audience.popOut}</button>
      <p class="hint">${audience.popOutHint}</p>
    </section>`;
  }

  async #pop(): Promise<void> {
    this.popped = await popOut(
      this.session,
      this.language,
      () => {
        this.popped = null;
      },
      () => this.keys,
    );
  }

  #foot(): TemplateResult {
    const { audience } = this.words;
    return html`<footer class="stack">
      <details>
        <summary>${gearSign}${audience.settings}</summary>
        <div class="stack">
          <label class="switch">
            <input type="checkbox" .checked=${this.keys} @change=${(event: Event) => this.#switchKeys((event.target as HTMLInputElement).checked)} />
            <span>${audience.keys}<small>${audience.keysHint}</small></span>
          </label>
          <button @click=${() => this.session.leave()}>${audience.leave}</button>
        </div>
      </details>
      <a class="call" href="${location.pathname.replace(/\/$/, "")}/call${location.hash}">${audience.call}</a>
    </footer>`;
  }

  #switchKeys(on: boolean): void {
    this.keys = on;
    switchKeys(on);
  }

  protected override updated(changed: Map<string, unknown>): void {
    nameDocument(document, this.language, this.words.audience.title(this.selected?.facts?.room ?? ""));
    this.#awake.be(this.selected?.you != null && this.selected.link !== "closed");
    if (changed.has("language")) this.popped?.speak(this.language);
  }

  static override styles = [...RoomElement.styles, ownTapLook, switchLook, audienceStyles];
}
