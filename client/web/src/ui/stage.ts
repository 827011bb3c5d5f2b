// <kuuki-stage .session .language .setLanguage .audienceLink>: one glance from three metres. The Air, one word, one
// trend, one sentence; everything else waits behind a press.

import { html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "../core/session";
import type { Language } from "../locale";
import { nameDocument } from "./element";
import { FollowingElement } from "./following";
import { chartSign, closeSign, fullSign, trendSigns } from "./icons";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import { stageStyles } from "./stage-styles";

/** Controls fade when nobody has moved for this long. */
const IDLE_MS = 4000;

export class KuukiStage extends FollowingElement {
  static override properties = {
    ...FollowingElement.properties,
    setLanguage: { attribute: false },
    audienceLink: { type: String },
    charted: { state: true },
    full: { state: true },
    idle: { type: Boolean, reflect: true },
  };

  declare setLanguage: (language: Language) => void;
  /** What the QR code leads to while the room is empty; by default this page's address without `/stage`. */
  declare audienceLink: string;
  declare protected charted: boolean;
  declare protected full: boolean;
  declare idle: boolean;

  #story = new RoomStory();
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  #wake: WakeLockSentinel | null = null;
  #cleanUps: (() => void)[] = [];

  constructor() {
    super();
    this.audienceLink = "";
    this.charted = false;
    this.full = false;
    this.idle = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#listen(document, "fullscreenchange", () => {
      this.full = document.fullscreenElement !== null;
    });
    this.#listen(document, "visibilitychange", () => this.#stayAwake());
    for (const event of ["pointermove", "keydown", "focusin"]) this.#listen(window, event, () => this.#stir());
    this.#stir();
    this.#stayAwake();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const cleanUp of this.#cleanUps.splice(0)) cleanUp();
    clearTimeout(this.#idleTimer);
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
      this.idle = !this.charted;
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

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot } = this;
    if (!snapshot) return nothing;
    const now = this.#story.tell(snapshot, performance.now());
    return html`<div class=${this.charted ? "page charted" : "page"}>
      <main>
        <h1 class="unseen">${this.words.stage.title(snapshot.facts?.room ?? "")}</h1>
        <div class="light"><kuuki-air .shape=${now.shape}></kuuki-air></div>
        <div class="say">${this.#say(snapshot, now)}</div>
      </main>
      ${this.charted ? this.#chart() : nothing}
      ${this.#foot(snapshot)}
    </div>`;
  }

  #say(snapshot: Snapshot, now: RoomNow): TemplateResult {
    const { words, language } = this;
    if (now.standing === "over") return this.#closed(snapshot);
    const text = html`<kuuki-sentence .text=${sentenceOf(now, words)}></kuuki-sentence>`;
    if (now.word === null || now.smiling === null) {
      const invites = now.standing === "empty" || now.standing === "few";
      return html`<p class="word still" aria-hidden="true">${words.stage.waiting}</p>
        ${text} ${invites ? this.#invitation() : nothing}`;
    }
    const share = Math.round(now.smiling * 100);
    return html`<p class="word" data-word=${now.word}>${words.words[now.word]}</p>
      <p class="trend">
        <span class="share">${share}<small>%</small></span>
        <span class="of" lang=${language}>${words.stage.smiling}</span>
        ${now.trend ? html`<span class="arrow" data-trend=${now.trend}>${trendSigns[now.trend]}<span>${words.trendWord[now.trend]}</span></span>` : nothing}
      </p>
      ${text}`;
  }

  #closed({ closedBecause }: Snapshot): TemplateResult {
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

  #chart(): TemplateResult {
    return html`<section class="chart panel" aria-labelledby="chart">
      <div class="row">
        <h2 id="chart">${this.words.stage.chart}</h2>
        <button class="quiet" @click=${() => this.#turnChart()}>${closeSign}${this.words.stage.chartClose}</button>
      </div>
      <kuuki-chart .language=${this.language} .story=${this.#story}></kuuki-chart>
    </section>`;
  }

  #foot({ mix, facts, link }: Snapshot): TemplateResult {
    const { stage, audience } = this.words;
    const here = mix && link !== "closed" && (mix.state === "live" || mix.state === "few") ? mix : null;
    const people = here ? stage.people(here.atLeast, here.atMost) : "";
    const coverage = here?.state === "live" ? stage.coverage(Math.round(here.coverage * 100)) : "";
    return html`<footer>
      <p class="count">
        <span class="name">${facts?.room ?? ""}</span>
        ${[people, coverage].filter(Boolean).map((part) => html`<span>${part}</span>`)}
        ${link === "retrying" || link === "joining" ? html`<span class="link" role="status">${audience.links[link]}</span>` : nothing}
      </p>
      <div class="controls">
        <button class="quiet" aria-expanded=${this.charted} @click=${() => this.#turnChart()}>${chartSign}<span>${stage.chart}</span></button>
        ${
          document.fullscreenEnabled
            ? html`<button class="quiet" @click=${() => this.#turnFull()}>${this.full ? closeSign : fullSign}<span>${this.full ? stage.leaveFullscreen : stage.fullscreen}</span></button>`
            : nothing
        }
        <kuuki-languages .language=${this.language} .choose=${this.setLanguage}></kuuki-languages>
      </div>
    </footer>`;
  }

  #turnChart(): void {
    // The chart's code is fetched only when someone opens it.
    if (!this.charted) import("./chart").then(({ defineChart }) => defineChart());
    this.charted = !this.charted;
  }

  #turnFull(): void {
    const turned = this.full ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    turned.catch(() => undefined);
  }

  protected override updated(): void {
    nameDocument(document, this.language, this.words.stage.title(this.snapshot?.facts?.room ?? ""));
  }

  static override styles = [...FollowingElement.styles, stageStyles];
}
