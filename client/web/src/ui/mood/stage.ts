// <kuuki-stage .session .history .language .setLanguage .audienceLink .delayS>: one glance from three metres. The level
// against the last minute, the last wave, where the show is; beside them the Air. All else is small or waits for a press.

import { html, nothing, type TemplateResult } from "lit";
import type { Listening } from "../../core/mood/hearing";
import { type History, type HistorySnapshot, NO_HISTORY, type Row } from "../../core/mood/history";
import type { Snapshot } from "../../core/mood/session";
import type { Language } from "../../locale";
import { Awake } from "../awake";
import { nameDocument } from "../element";
import { chartSign, closeSign, doneSign, fullSign, goSign, markSign } from "../icons";
import { keyLook } from "../shapes";
import { RoomElement } from "./element";
import { keysAreOn, listenForLetters } from "./keys";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import { ShowStart } from "./show-start";
import { closedOf, invitationOf } from "./stage-aside";
import { type Counted, countLine, keyOf, lateLine, lateTenths, recordLine } from "./stage-foot";
import { levelOf, placeLevel } from "./stage-level";
import { levelStyles } from "./stage-level-styles";
import { stageStyles } from "./stage-styles";
import { Stirring } from "./stirring";
import { Vibration } from "./vibration";

/** How long it is said that a mark was set. */
const MARKED_MS = 4000;
/** What this page was shown itself is kept for an evening, for where there is no record. */
const OWN_MS = 3 * 3600 * 1000;

type Selected = Pick<Snapshot, "link" | "closedBecause"> & Counted & { readonly now: RoomNow };

export class KuukiStage extends RoomElement<Selected> {
  static override properties = {
    ...RoomElement.properties,
    setLanguage: { attribute: false },
    history: { attribute: false },
    sound: { attribute: false },
    audienceLink: { type: String },
    delayS: { attribute: false },
    recorded: { state: true },
    keys: { state: true },
    charted: { state: true },
    marking: { state: true },
    marked: { state: true },
    vibrates: { state: true },
    pressed: { state: true },
    full: { state: true },
    idle: { type: Boolean, reflect: true },
  };

  declare setLanguage: (language: Language) => void;
  /** What the QR code leads to while the room is empty; by default this page's address without `/stage`. */
  declare audienceLink: string;
  /** How late the stream of the show is, in seconds, as the organizer said; null: nobody did. */
  declare delayS: number | null;
  /** Comes later than the page: only what the room is now is shown at once. */
  declare history: History | null;
  /** Comes later, too. */
  declare sound: Listening | null;
  declare protected recorded: HistorySnapshot;
  declare protected keys: boolean;
  declare protected charted: boolean;
  declare protected marking: boolean;
  declare protected marked: boolean;
  declare protected vibrates: boolean;
  /** How often "start" was pressed here. */
  declare protected pressed: number;
  declare protected full: boolean;
  declare idle: boolean;

  #story = new RoomStory(OWN_MS);
  readonly #stirring = new Stirring((idle) => {
    this.idle = idle && !this.charted && !this.marking;
  });
  #markedTimer: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;
  readonly #awake = new Awake();
  readonly #start = new ShowStart();
  readonly #vibration = new Vibration();
  #cleanUps: (() => void)[] = [];

  constructor() {
    super();
    this.audienceLink = "";
    this.delayS = null;
    this.history = null;
    this.sound = null;
    this.recorded = NO_HISTORY;
    this.keys = keysAreOn();
    this.charted = this.marking = this.marked = false;
    this.full = false;
    this.vibrates = this.#vibration.isOn;
    this.pressed = 0;
    this.idle = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen(document, "fullscreenchange", () => {
      this.full = document.fullscreenElement !== null;
    });
    const letters = { h: () => this.#turnChart(), m: () => this.#turnMarking(true) };
    this.#cleanUps.push(listenForLetters(window, letters, () => this.keys));
    this.#stirring.watch(window);
    this.#awake.be(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanUp of this.#cleanUps.splice(0)) cleanUp();
    this.#stirring.rest();
    clearTimeout(this.#markedTimer);
    this.#unfollow?.();
    this.#awake.rest();
  }

  #listen(target: EventTarget, event: string, act: () => void): void {
    target.addEventListener(event, act);
    this.#cleanUps.push(() => target.removeEventListener(event, act));
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
    const { facts, link, closedBecause, mix, rttMs } = snapshot;
    const now = this.#story.tell(snapshot, performance.now());
    const room = facts?.room ?? "";
    this.#start.follow(room, now.standing === "live", Date.now());
    this.#vibration.feel(now.shape.pulse ?? null);
    return {
      room,
      link,
      closedBecause,
      now,
      isCounted: link !== "closed" && (mix?.state === "live" || mix?.state === "few"),
      atLeast: mix?.atLeast ?? null,
      atMost: mix?.atMost ?? null,
      coverage: mix?.state === "live" && mix.coverage !== null ? Math.round(mix.coverage * 100) : null,
      lateTenths: link === "closed" ? null : lateTenths(rttMs),
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const { now } = selected;
    return html`<div class=${this.charted ? "page charted" : "page"}>
      <main>
        <h1 class="unseen">${this.words.stage.title(selected.room)}</h1>
        <div class="light"><kuuki-air .shape=${now.shape}></kuuki-air></div>
        <div class="say">${now.standing === "over" ? closedOf(selected.closedBecause, this.words) : this.#say(now)}</div>
        <kuuki-show-clock .language=${this.language} .begun=${this.#start.begun(this.recorded.rows, Date.now())}></kuuki-show-clock>
      </main>
      ${this.charted ? this.#chart(selected) : nothing}
      ${this.marking ? this.#mark() : nothing}
      ${this.#foot(selected)}
    </div>`;
  }

  #say(now: RoomNow): TemplateResult {
    const { words, language } = this;
    const text = html`<kuuki-sentence .text=${sentenceOf(now, words)} .gist=${now}></kuuki-sentence>`;
    const invites = now.standing === "empty" || now.standing === "few";
    const has = now.word !== null || now.percent !== null;
    return html`${has ? levelOf(now, words) : html`<p class="word still" aria-hidden="true">${words.stage.waiting}</p>`}
      ${invites ? nothing : html`<kuuki-last-wave .language=${language} .last=${now.last}></kuuki-last-wave>`}
      ${text} ${invites ? invitationOf(this.audienceLink, words) : nothing}
      <p class="rough">${now.rough ? words.rough : nothing}</p>`;
  }

  #chart({ room }: Selected): TemplateResult {
    return html`<kuuki-history class="panel low" .language=${this.language} .history=${this.history} .own=${this.#own}
      .room=${room} @close=${() => this.#turnChart()} @keys=${() => this.#turnKeys()}></kuuki-history>`;
  }

  /** What was shown here, in the time of the world. */
  readonly #own = (): Row[] => this.#story.past.map((past) => ({ ...past, atMs: past.atMs + performance.timeOrigin }));

  #mark(): TemplateResult {
    return html`<kuuki-set-mark class="panel low" .language=${this.language} .history=${this.history}
      @close=${() => this.#turnMarking(false)} @marked=${() => this.#sayMarked()}></kuuki-set-mark>`;
  }

  #foot(selected: Selected): TemplateResult {
    const { words, recorded, charted } = this;
    const { link } = selected;
    return html`<footer>
      <p class="count">
        ${countLine(selected, words)}
        ${recordLine(recorded, this.marked, charted, words)}
        ${link === "retrying" || link === "joining" ? html`<span class="link" role="status">${words.audience.links[link]}</span>` : nothing}
        ${lateLine(selected, this.delayS, words)}
      </p>
      ${this.#controls()}
    </footer>`;
  }

  #controls(): TemplateResult {
    const { keys, full } = this;
    const { stage } = this.words;
    return html`<div class="controls">
      <button class="quiet start" title=${stage.clock.startHint} @click=${() => this.#begin()}>${goSign}<span>${this.pressed > 0 ? stage.clock.again : stage.clock.start}</span></button>
      ${
        this.recorded.recording === "on"
          ? html`<button class="quiet mark" aria-expanded=${this.marking} aria-keyshortcuts=${keys ? "M" : ""} @click=${() => this.#turnMarking(!this.marking)}>${markSign}<span>${stage.marks.set}</span>${keyOf("M", keys)}</button>`
          : nothing
      }
      ${this.sound ? html`<kuuki-sound-switch compact .language=${this.language} .session=${this.sound.player}></kuuki-sound-switch>` : nothing}
      <button class="quiet history" aria-expanded=${this.charted} aria-keyshortcuts=${keys ? "H" : ""} @click=${() => this.#turnChart()}>${chartSign}<span>${stage.history.open}</span>${keyOf("H", keys)}</button>
      ${this.#vibration.can ? html`<button class="quiet" aria-pressed=${this.vibrates} @click=${() => this.#turnVibration()}>${this.vibrates ? doneSign : nothing}<span>${stage.vibrate}</span></button>` : nothing}
      ${document.fullscreenEnabled ? html`<button class="quiet" @click=${() => this.#turnFull()}>${full ? closeSign : fullSign}<span>${full ? stage.leaveFullscreen : stage.fullscreen}</span></button>` : nothing}
      <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
    </div>`;
  }

  #begin(): void {
    this.#start.press(Date.now());
    this.pressed += 1;
  }

  #turnVibration(): void {
    this.#vibration.turn(!this.vibrates);
    this.vibrates = this.#vibration.isOn;
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
    nameDocument(document, this.language, this.words.stage.title(this.selected?.room ?? ""));
    placeLevel(this.renderRoot);
  }

  static override styles = [...RoomElement.styles, keyLook, stageStyles, levelStyles];
}
