// <kuuki-history .history .own .language>: the evening as a curve with its marks, in words and as a table; what is
// recorded; files of it. Fires `close`, and `keys` when they were switched on or off.

import { css, html, nothing, type TemplateResult } from "lit";
import { type History, type HistorySnapshot, NO_HISTORY, type Row } from "../../../core/mood/history";
import { KuukiElement } from "../../element";
import { closeSign } from "../../icons";
import { keysAreOn, switchKeys } from "../keys";
import { clock } from "./curve";
import { type Drawing, HistoryDrawing, NO_DRAWING, type Shown } from "./drawing";

const EVERY_MS = 1000;
/** Seconds of history from which highs and lows are worth telling. */
const WORTH_A_SUMMARY = 45;

export class KuukiHistory extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    history: { attribute: false },
    own: { attribute: false },
    room: { type: String },
    snapshot: { state: true },
    shown: { state: true },
    drawing: { state: true },
    keys: { state: true },
  };

  declare history: History | null;
  /** What this page itself was shown, for where there is no record. */
  declare own: () => readonly Row[];
  declare room: string;
  declare protected snapshot: HistorySnapshot;
  declare protected shown: Shown;
  declare protected drawing: Drawing;
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
        <p class="keys" aria-hidden="true"><span class="smiling">${history.smiling}</span><span class="energy">${history.energy}</span></p>
        ${this.#spans()}
        <button class="quiet" aria-label=${history.closeName} @click=${() => this.dispatchEvent(new Event("close"))}>${closeSign}<span>${history.close}</span></button>
      </div>
      <p class="summary">${this.#summary()}</p>
      ${this.snapshot.isFailing ? html`<p class="hint warn" role="status">${history.failing}</p>` : nothing}
      <kuuki-curve .language=${this.language} .rows=${this.drawing.rows} .marks=${this.snapshot.marks} .span=${this.drawing.span}></kuuki-curve>
      ${this.#table()}
      <kuuki-record .language=${this.language} .history=${this.history} .snapshot=${this.snapshot} .room=${this.room} ?own=${this.drawing.rows.length > 0}></kuuki-record>
      ${this.#marks()}
    </section>`;
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
    const { count, found } = this.drawing.told;
    if (found === null) {
      const isWaiting = !this.snapshot.isWhole && !this.snapshot.isFailing && this.history !== null;
      return isWaiting ? history.loading : history.empty;
    }
    const { newest, low, high } = found;
    if (count < WORTH_A_SUMMARY) return history.now(percent(newest));
    const at = ({ atMs }: Row) => clock(atMs, this.language);
    return history.summary(percent(newest), percent(low), at(low), percent(high), at(high));
  }

  #table(): TemplateResult {
    const { history } = this.words.stage;
    return html`<table class="unseen">
      <caption>${history.title}</caption>
      <thead>
        <tr><th scope="col">${history.when}</th><th scope="col">${history.smiling}</th><th scope="col">${history.energy}</th></tr>
      </thead>
      <tbody>${this.drawing.told.table.map(
        (row) =>
          html`<tr><th scope="row">${clock(row.atMs, this.language)}</th><td>${percent(row)}%</td><td>${Math.round((row.energy ?? 0) * 100)}%</td></tr>`,
      )}</tbody>
    </table>`;
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

  static override styles = [
    ...KuukiElement.styles,
    css`
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-5);
      }
      .head > button {
        margin-inline-start: auto;
      }
      .keys {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-4);
        color: var(--text-soft);
        font-size: var(--text-s);
      }
      .keys span::before {
        content: "";
        display: inline-block;
        inline-size: 1.5em;
        margin-inline-end: 0.5em;
        vertical-align: middle;
        border-block-start: 3px solid var(--accent);
      }
      .keys .energy::before {
        block-size: 0.75em;
        border: 0;
        border-radius: 2px;
        background: color-mix(in srgb, var(--calm) 35%, transparent);
      }
      .spans {
        display: flex;
      }
      .spans button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
        font-weight: var(--weight);
      }
      .spans [aria-pressed="true"] {
        color: var(--text);
        text-decoration: underline;
        text-decoration-color: var(--accent);
        text-decoration-thickness: 2px;
        text-underline-offset: 0.4em;
      }
      .summary,
      .soft {
        color: var(--text-soft);
      }
      summary {
        display: inline-flex;
        align-items: center;
        min-block-size: var(--target);
        color: var(--text-soft);
        font-size: var(--text-s);
        cursor: pointer;
      }
      summary::before {
        content: "▸";
        margin-inline-end: var(--space-2);
      }
      [open] summary::before {
        content: "▾";
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-5);
        max-block-size: 8rem;
        overflow: auto;
        font-size: var(--text-s);
      }
      time {
        color: var(--text-soft);
        font-variant-numeric: tabular-nums;
      }
      .switch {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        min-block-size: var(--target);
        font-weight: var(--weight);
        cursor: pointer;
      }
      .switch input {
        inline-size: 1.25rem;
        block-size: 1.25rem;
        margin: 0;
        accent-color: var(--accent);
      }
      small {
        font-size: inherit;
        color: var(--text-faint);
      }
    `,
  ];
}

function percent({ smiling }: Row): number {
  return Math.round((smiling ?? 0) * 100);
}
