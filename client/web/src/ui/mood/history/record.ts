// <kuuki-record .history .snapshot .room>: whether the room is recorded, in one plain line; its record as a file; and
// away with it.

import { css, html, nothing, type TemplateResult } from "lit";
import { toCsv, toJson } from "../../../core/mood/files";
import { type History, type HistorySnapshot, NO_HISTORY } from "../../../core/mood/history";
import { KuukiElement } from "../../element";
import { downSign, eraseSign } from "../../icons";
import { recordedLine } from "../recorded";

type Said = "downloadFailed" | "erased" | "eraseFailed";

export class KuukiRecord extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    history: { attribute: false },
    snapshot: { attribute: false },
    room: { type: String },
    own: { type: Boolean },
    isAsking: { state: true },
    isBusy: { state: true },
    said: { state: true },
  };

  declare history: History | null;
  declare snapshot: HistorySnapshot;
  declare room: string;
  /** Whether the curve shows something. */
  declare own: boolean;
  declare protected isAsking: boolean;
  declare protected isBusy: boolean;
  declare protected said: Said | null;

  constructor() {
    super();
    this.history = null;
    this.snapshot = NO_HISTORY;
    this.room = "";
    this.own = false;
    this.isAsking = false;
    this.isBusy = false;
    this.said = null;
  }

  protected override render(): TemplateResult {
    const { stage } = this.words;
    const { recording, rows, marks } = this.snapshot;
    const isKept = rows.length + marks.length > 0;
    return html`<div class="line">
        <p class=${recording === "refused" ? "warn" : ""}>
          ${recordedLine(this.snapshot, this.words)}
          <span class="soft">${this.#more(isKept)}</span>
        </p>
        ${isKept && !this.isAsking ? this.#ways() : nothing}
      </div>
      ${this.isAsking ? this.#ask() : nothing}
      <p role="status" class=${this.said === "erased" ? "hint" : "hint warn"} ?hidden=${this.said === null}>${this.said ? stage.record[this.said] : ""}</p>`;
  }

  #more(isKept: boolean): string {
    const { stage, keptFor } = this.words;
    const { recording, retentionS } = this.snapshot;
    if (recording === "on") return stage.recordedWhat;
    if (isKept) return stage.recordedBefore(keptFor(retentionS ?? 0));
    return this.own ? stage.history.ownOnly : "";
  }

  #ways(): TemplateResult {
    const { record } = this.words.stage;
    return html`<div class="ways">
      <button class="quiet" ?disabled=${this.isBusy} aria-label="${record.download} JSON" @click=${() => this.#download("json")}>${downSign}${record.json}</button>
      <button class="quiet" ?disabled=${this.isBusy} aria-label="${record.download} CSV" @click=${() => this.#download("csv")}>${downSign}${record.csv}</button>
      <button class="quiet erase" @click=${() => this.#turnAsking(true)}>${eraseSign}${record.erase}</button>
    </div>`;
  }

  #ask(): TemplateResult {
    const { record } = this.words.stage;
    return html`<div class="ask" role="alertdialog" aria-labelledby="ask" aria-describedby="what">
      <div>
        <p id="ask"><b>${record.eraseAsk}</b></p>
        <p id="what" class="hint">${record.eraseWhat}</p>
      </div>
      <div class="row">
        <button class="keep" @click=${() => this.#turnAsking(false)}>${record.eraseNo}</button>
        <button class="end" ?disabled=${this.isBusy} @click=${() => this.#erase()}>${eraseSign}${record.eraseYes}</button>
      </div>
    </div>`;
  }

  /** The question takes the focus, and gives it back. */
  async #turnAsking(isAsking: boolean): Promise<void> {
    this.isAsking = isAsking;
    this.said = null;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(isAsking ? ".keep" : ".erase")?.focus();
  }

  async #erase(): Promise<void> {
    await this.#do("eraseFailed", async () => {
      await this.history?.erase();
      this.said = "erased";
    });
    this.isAsking = false;
  }

  async #download(kind: "json" | "csv"): Promise<void> {
    await this.#do("downloadFailed", async () => {
      const entries = (await this.history?.entries()) ?? [];
      const { marks } = this.snapshot;
      const text = kind === "json" ? toJson(this.room, entries, marks) : toCsv(entries, marks);
      const day = new Date(entries[0]?.atMs ?? Date.now()).toISOString().slice(0, 10);
      save(
        new Blob([text], { type: kind === "json" ? "application/json" : "text/csv" }),
        `kuuki-${this.room}-${day}.${kind}`,
      );
    });
  }

  async #do(failed: Said, act: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.said = null;
    try {
      await act();
    } catch {
      this.said = failed; // whatever it was, another try is all there is to do
    } finally {
      this.isBusy = false;
    }
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      :host {
        font-size: var(--text-s);
      }
      .line,
      .ask {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        align-items: center;
        gap: var(--space-1) var(--space-5);
      }
      .ways {
        display: flex;
        flex-wrap: wrap;
      }
      .ways button {
        padding-inline: var(--space-3);
        font-size: var(--text-s);
        font-weight: var(--weight);
      }
      .ask {
        margin-block: var(--space-2);
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--warn);
        border-radius: var(--round);
      }
      .end:hover {
        background: var(--end);
        border-color: var(--end-ink);
      }
    `,
  ];
}

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
