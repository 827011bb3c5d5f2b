// <kuuki-stage .session .history .language .setLanguage .audienceLink>: one glance from three metres. The Air, one word,
// one trend, one sentence; everything else waits behind a press.

import { html, nothing, type TemplateResult } from "lit";
import type { Listening } from "../../core/mood/hearing";
import { type History, type HistorySnapshot, NO_HISTORY, type Row } from "../../core/mood/history";
import type { Snapshot } from "../../core/mood/session";
import type { Language } from "../../locale";
import { nameDocument } from "../element";
import { chartSign, closeSign, fullSign, markSign } from "../icons";
import { keyLook } from "../shapes";
import { RoomElement } from "./element";
import { keysAreOn, listenForLetters } from "./keys";
import { recordedLine } from "./recorded";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import { trendSigns } from "./signs";
import { stageStyles } from "./stage-styles";

/** Controls fade when nobody has moved for this long. */
const IDLE_MS = 4000;
/** How long it is said that a mark was set. */
const MARKED_MS = 4000;
/** What this page was shown itself is kept for an evening, for where there is no record. */
const OWN_MS = 3 * 3600 * 1000;

type Selected = Pick<Snapshot, "facts" | "link" | "closedBecause"> & {
  readonly now: RoomNow;
  /** Whether people can be counted, and the bounds of how many there are. */
  readonly isCounted: boolean;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** How many of them share, 0..100; null unless live. */
  readonly coverage: number | null;
};

export class KuukiStage extends RoomElement<Selected> {
  static override properties = {
    ...RoomElement.properties,
    setLanguage: { attribute: false },
    history: { attribute: false },
    sound: { attribute: false },
    audienceLink: { type: String },
    recorded: { state: true },
    keys: { state: true },
    charted: { state: true },
    marking: { state: true },
    marked: { state: true },
    full: { state: true },
    idle: { type: Boolean, reflect: true },
  };

  declare setLanguage: (language: Language) => void;
  /** What the QR code leads to while the room is empty; by default this page's address without `/stage`. */
  declare audienceLink: string;
  /** Comes later than the page: only what the room is now is shown at once. */
  declare history: History | null;
  /** Comes later, too. */
  declare sound: Listening | null;
  declare protected recorded: HistorySnapshot;
  declare protected keys: boolean;
  declare protected charted: boolean;
  declare protected marking: boolean;
  declare protected marked: boolean;
  declare protected full: boolean;
  declare idle: boolean;

  #story = new RoomStory(OWN_MS);
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #markedTimer: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;
  #wake: WakeLockSentinel | null = null;
  #cleanUps: (() => void)[] = [];

  constructor() {
    super();
    this.audienceLink = "";
    this.history = null;
    this.sound = null;
    this.recorded = NO_HISTORY;
    this.keys = keysAreOn();
    this.charted = this.marking = this.marked = false;
    this.full = false;
    this.idle = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen(document, "fullscreenchange", () => {
      this.full = document.fullscreenElement !== null;
    });
    this.#listen(document, "visibilitychange", () => this.#stayAwake());
    const letters = { h: () => this.#turnChart(), m: () => this.#turnMarking(true) };
    this.#cleanUps.push(listenForLetters(window, letters, () => this.keys));
    for (const event of ["pointermove", "click", "keydown", "focusin"]) this.#listen(window, event, () => this.#stir());
    this.#stir();
    this.#stayAwake();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanUp of this.#cleanUps.splice(0)) cleanUp();
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#markedTimer);
    this.#unfollow?.();
    this.#wake?.release().catch(() => undefined);
  }

  #listen(target: EventTarget, event: string, act: () => void): void {
    target.addEventListener(event, act);
    this.#cleanUps.push(() => target.removeEventListener(event, act));
  }

  #stir(): void {
    this.idle = false;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      this.idle = !this.charted && !this.marking;
    }, IDLE_MS);
  }

  async #stayAwake(): Promise<void> {
    if (document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    try {
      this.#wake = await navigator.wakeLock.request("screen");
    } catch {
      // A low battery or a policy may refuse; the screen then sleeps as it always does.
    }
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    super.willUpdate(changed);
    if (!changed.has("history")) return;
    this.#unfollow?.();
    this.recorded = this.history?.snapshot ?? NO_HISTORY;
    this.#unfollow = this.history?.subscribe((snapshot) => {
      this.recorded = snapshot;
    });
  }

  protected override select(snapshot: Snapshot): Selected {
    const { facts, link, closedBecause, mix } = snapshot;
    return {
      facts,
      link,
      closedBecause,
      now: this.#story.tell(snapshot, performance.now()),
      isCounted: link !== "closed" && (mix?.state === "live" || mix?.state === "few"),
      atLeast: mix?.atLeast ?? null,
      atMost: mix?.atMost ?? null,
      coverage: mix?.state === "live" && mix.coverage !== null ? Math.round(mix.coverage * 100) : null,
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const { now } = selected;
    return html`<div class=${this.charted ? "page charted" : "page"}>
      <main>
        <h1 class="unseen">${this.words.stage.title(selected.facts?.room ?? "")}</h1>
        <div class="light"><kuuki-air .shape=${now.shape}></kuuki-air></div>
        <div class="say">${this.#say(selected)}</div>
      </main>
      ${this.charted ? this.#chart(selected) : nothing}
      ${this.marking ? this.#mark() : nothing}
      ${this.#foot(selected)}
    </div>`;
  }

  #say(selected: Selected): TemplateResult {
    const { words, language } = this;
    const { now } = selected;
    if (now.standing === "over") return this.#closed(selected);
    const text = html`<kuuki-sentence .text=${sentenceOf(now, words)} .gist=${now}></kuuki-sentence>`;
    if (now.word === null || now.percent === null) {
      const invites = now.standing === "empty" || now.standing === "few";
      return html`<p class="word still" aria-hidden="true">${words.stage.waiting}</p>
        ${text} ${invites ? this.#invitation() : nothing}`;
    }
    return html`<p class="word" data-word=${now.word}>${words.words[now.word]}</p>
      <p class="trend">
        <span class="share">${now.percent}<small>%</small></span>
        <span class="of" lang=${language}>${words.stage.smiling}</span>
        ${now.trend ? html`<span class="arrow" data-trend=${now.trend}>${trendSigns[now.trend]}<span>${words.trendWord[now.trend]}</span></span>` : nothing}
      </p>
      ${text}
      <p class="rough">${now.rough ? words.rough : nothing}</p>`;
  }

  #closed({ closedBecause }: Selected): TemplateResult {
    const why = this.words.closed[closedBecause ?? "left"];
    return html`<div role="alert" class="stack">
      <p class="word still">${this.words.stage.overWord}</p>
      <p class="why">${why.what}<br /><span class="soft">${why.todo}</span></p>
    </div>`;
  }

  #invitation(): TemplateResult {
    const link = this.audienceLink || window.location.href.replace(/\/stage\/?(?=$|[?#])/, "").replace(/#.*$/, "");
    const { host, pathname } = new URL(link, window.location.href);
    return html`<figure class="invite">
      <kuuki-qr .text=${link} .label=${this.words.home.qr}></kuuki-qr>
      <figcaption>
        <b>${this.words.stage.invite}</b>
        <a href=${link} target="_blank" rel="noopener">${host}${pathname}</a>
      </figcaption>
    </figure>`;
  }

  #chart({ facts }: Selected): TemplateResult {
    return html`<kuuki-history class="panel low" .language=${this.language} .history=${this.history} .own=${this.#own}
      .room=${facts?.room ?? ""} @close=${() => this.#turnChart()} @keys=${() => this.#turnKeys()}></kuuki-history>`;
  }

  /** What was shown here, in the time of the world. */
  readonly #own = (): Row[] => this.#story.past.map((past) => ({ ...past, atMs: past.atMs + performance.timeOrigin }));

  #mark(): TemplateResult {
    return html`<kuuki-set-mark class="panel low" .language=${this.language} .history=${this.history}
      @close=${() => this.#turnMarking(false)} @marked=${() => this.#sayMarked()}></kuuki-set-mark>`;
  }

  #foot({ facts, link, isCounted, atLeast, atMost, coverage: percent }: Selected): TemplateResult {
    const { stage, audience } = this.words;
    const people = isCounted ? stage.people(atLeast, atMost) : "";
    const coverage = isCounted && percent !== null ? stage.coverage(percent) : "";
    return html`<footer>
      <p class="count">
        <span class="name">${facts?.room ?? ""}</span>
        ${[people, coverage].filter(Boolean).map((part) => html`<span>${part}</span>`)}
        ${this.#record()}
        ${link === "retrying" || link === "joining" ? html`<span class="link" role="status">${audience.links[link]}</span>` : nothing}
      </p>
      <div class="controls">
        ${
          this.recorded.recording === "on"
            ? html`<button class="quiet mark" aria-expanded=${this.marking} aria-keyshortcuts=${this.keys ? "M" : ""} @click=${() => this.#turnMarking(!this.marking)}>${markSign}<span>${stage.marks.set}</span>${this.#key("M")}</button>`
            : nothing
        }
        ${this.sound ? html`<kuuki-sound-switch compact .language=${this.language} .session=${this.sound.player}></kuuki-sound-switch>` : nothing}
        <button class="quiet history" aria-expanded=${this.charted} aria-keyshortcuts=${this.keys ? "H" : ""} @click=${() => this.#turnChart()}>${chartSign}<span>${stage.history.open}</span>${this.#key("H")}</button>
        ${
          document.fullscreenEnabled
            ? html`<button class="quiet" @click=${() => this.#turnFull()}>${this.full ? closeSign : fullSign}<span>${this.full ? stage.leaveFullscreen : stage.fullscreen}</span></button>`
            : nothing
        }
        <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
      </div>
    </footer>`;
  }

  /** Said where everyone on stage sees it: also when it stops in the middle of the show. */
  #record(): TemplateResult | typeof nothing {
    const line = this.charted ? "" : recordedLine(this.recorded, this.words); // the history says it itself
    return html`<span class=${this.recorded.recording === "refused" ? "warn" : "faint"} role="status">${this.marked ? this.words.stage.marks.done : line}</span>`;
  }

  #key(letter: string): TemplateResult | typeof nothing {
    return this.keys ? html`<kbd aria-hidden="true">${letter}</kbd>` : nothing;
  }

  #turnKeys(): void {
    this.keys = keysAreOn();
  }

  async #turnChart(): Promise<void> {
    // Its code is fetched only when someone opens it.
    if (!this.charted) import("./history").then(({ defineHistory }) => defineHistory());
    this.charted = !this.charted;
    await this.updateComplete;
    if (!this.charted) this.renderRoot.querySelector<HTMLElement>(".history")?.focus();
  }

  async #turnMarking(marking: boolean): Promise<void> {
    this.marking = marking && this.recorded.recording === "on";
    await this.updateComplete;
    if (!marking) this.renderRoot.querySelector<HTMLElement>(".mark")?.focus();
  }

  #sayMarked(): void {
    this.#turnMarking(false);
    this.marked = true;
    clearTimeout(this.#markedTimer);
    this.#markedTimer = setTimeout(() => {
      this.marked = false;
    }, MARKED_MS);
  }

  #turnFull(): void {
    const turned = this.full ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    turned.catch(() => undefined);
  }

  protected override updated(): void {
    nameDocument(document, this.language, this.words.stage.title(this.selected?.facts?.room ?? ""));
  }

  static override styles = [...RoomElement.styles, keyLook, stageStyles];
}
