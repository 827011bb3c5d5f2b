// <kuuki-history .history .own .language>: the evening as a curve with its marks and waves, its biggest laughs, in words
// and as a table; what is recorded; files of it. Fires `close`, and `keys` when they were switched on or off.

import { html, nothing, type TemplateResult } from "lit";
import type { Surge } from "../../../core/mood/biggest";
import { WAVE_KINDS, type WaveKind } from "../../../core/mood/generated";
import { type History, type HistorySnapshot, NO_HISTORY, type Row } from "../../../core/mood/history";
import { KuukiElement } from "../../element";
import { closeSign } from "../../icons";
import { foldLook } from "../../shapes";
import { keysAreOn, switchKeys } from "../keys";
import { clock } from "./clock";
import type { KuukiCurve } from "./curve";
import { waveLook } from "./curve-styles";
import { type Drawing, HistoryDrawing, NO_DRAWING, type Shown } from "./drawing";
import { legend, legendLook } from "./legend";
import { panelStyles } from "./panel-styles";
import { summaryOf, tableOf, WORTH_A_SUMMARY } from "./telling";

const EVERY_MS = 1000;

export class KuukiHistory extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    history: { attribute: false },
    own: { attribute: false },
    room: { type: String },
    snapshot: { state: true },
    shown: { state: true },
    drawing: { state: true },
    at: { state: true },
    keys: { state: true },
  };

  declare history: History | null;
  /** What this page itself was shown, for where there is no record. */
  declare own: () => readonly Row[];
  declare room: string;
  declare protected snapshot: HistorySnapshot;
  declare protected shown: Shown;
  declare protected drawing: Drawing;
  /** What is read of the curve. */
  declare protected at: number | null;
  declare protected keys: boolean;

  #stop: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #drawings = new HistoryDrawing();

  constructor() {
    super();
    this.history = null;
    this.own = () => [];
    this.room = "";
    this.snapshot = NO_HISTORY;
    this.shown = "all";
    this.drawing = NO_DRAWING;
    this.at = null;
    this.keys = keysAreOn();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#refresh(), EVERY_MS);
    if (this.history) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#stop?.();
    this.history?.show(false);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("history")) this.#follow();
  }

  #follow(): void {
    this.#stop?.();
    this.#stop = this.history?.subscribe((snapshot) => {
      const isOther =
        snapshot.rows.length === 0 || !this.snapshot.isWhole || snapshot.marks.length !== this.snapshot.marks.length;
      this.snapshot = snapshot;
      this.#refresh(isOther);
    });
    this.snapshot = this.history?.snapshot ?? NO_HISTORY;
    this.history?.show(true);
    this.#refresh(true);
  }

  /** `isOther`: the record is not only longer than it was. */
  #refresh(isOther = false): void {
    this.drawing = this.#drawings.next(this.drawing, this.snapshot, this.shown, this.own, Date.now(), isOther);
  }

  protected override render(): TemplateResult {
    const { history } = this.words.stage;
    return html`<section aria-labelledby="history">
      <div class="head">
        <h2 id="history" tabindex="-1">${history.title}</h2>
        ${legend(this.words, this.#kinds())}
        ${this.#spans()}
        <button class="quiet" aria-label=${history.closeName} @click=${() => this.dispatchEvent(new Event("close"))}>${closeSign}<span>${history.close}</span></button>
      </div>
      <p class="summary">${this.#summary()}</p>
      ${this.snapshot.isFailing ? html`<p class="hint warn" role="status">${history.failing}</p>` : nothing}
      <div class="evening">
        <kuuki-curve .language=${this.language} .rows=${this.drawing.rows} .marks=${this.snapshot.marks}
          .waves=${this.snapshot.waves} .span=${this.drawing.span} .at=${this.at} @read=${(event: Event) => this.#follows(event)}></kuuki-curve>
        ${this.#biggest()}
      </div>
      ${tableOf(this.drawing.told, history.title, this.words, this.language)}
      <kuuki-record .language=${this.language} .history=${this.history} .snapshot=${this.snapshot} .room=${this.room} ?own=${this.drawing.rows.length > 0}></kuuki-record>
      ${this.#marks()}
    </section>`;
  }

  #kinds(): WaveKind[] {
    return WAVE_KINDS.filter((kind) => this.snapshot.waves.some((wave) => wave.kind === kind));
  }

  #biggest(): TemplateResult | typeof nothing {
    const { count, surges } = this.drawing.told;
    if (count < WORTH_A_SUMMARY && surges.length === 0) return nothing;
    return html`<kuuki-biggest .language=${this.language} .surges=${surges} .at=${this.at}
      @choose=${({ detail }: CustomEvent<Surge>) => this.#choosePeak(detail)}></kuuki-biggest>`;
  }

  /** The curve is read there; where the list stands below it, it comes into sight. */
  #choosePeak({ peakMs }: Surge): void {
    this.at = peakMs;
    this.renderRoot.querySelector("kuuki-curve")?.scrollIntoView({ block: "nearest" });
  }

  #follows(event: Event): void {
    this.at = (event.target as KuukiCurve).at;
  }

  #spans(): TemplateResult {
    const { history } = this.words.stage;
    return html`<div class="spans" role="group" aria-label=${history.shown}>
      ${(["recent", "all"] as const).map(
        (shown) =>
          html`<button class="quiet" aria-pressed=${this.shown === shown} @click=${() => this.#choose(shown)}>${history.spans[shown]}</button>`,
      )}
    </div>`;
  }

  #choose(shown: Shown): void {
    this.shown = shown;
    this.#refresh(true);
  }

  #summary(): string {
    const { history } = this.words.stage;
    const isWaiting = !this.snapshot.isWhole && !this.snapshot.isFailing && this.history !== null;
    return summaryOf(this.drawing.told, this.words, this.language) ?? (isWaiting ? history.loading : history.empty);
  }

  #marks(): TemplateResult {
    const { history, marks } = this.words.stage;
    const set = this.snapshot.marks;
    return html`<details>
      <summary>${marks.title(set.length)}</summary>
      ${set.length === 0 ? html`<p class="hint">${marks.none}</p>` : nothing}
      <ol>${set.map(({ atMs, text }) => html`<li><time datetime=${new Date(atMs).toISOString()}>${clock(atMs, this.language)}</time> ${text || html`<span class="soft">${marks.nameless}</span>`}</li>`)}</ol>
      <label class="switch hint">
        <input type="checkbox" .checked=${this.keys} @change=${(event: Event) => this.#switchKeys((event.target as HTMLInputElement).checked)} />
        <span>${history.keys} <small>${history.keysHint}</small></span>
      </label>
    </details>`;
  }

  #switchKeys(on: boolean): void {
    this.keys = on;
    switchKeys(on);
    this.dispatchEvent(new Event("keys"));
  }

  static override styles = [...KuukiElement.styles, foldLook, waveLook, legendLook, panelStyles];
}
