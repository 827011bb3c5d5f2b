// <kuuki-start .createRoom>: what a room shall be like, and its start.

import { css, html, nothing, type TemplateResult } from "lit";
import { MIN_GROUP, MIN_GROUP_MAX } from "../../core/generated";
import { isGroup, leastGroup } from "../../core/mood/group";
import type { RoomFacts } from "../../core/mood/session";
import { LANGUAGES, type Language, wordsOf } from "../../locale";
import { KuukiElement } from "../element";
import { refusedSign } from "../icons";
import type { NewRoom } from "./made";

type Purpose = RoomFacts["purpose"];

const PURPOSES: readonly Purpose[] = ["event", "performance", "private"];

/** The body of `POST /rooms`, without what a page does not ask for. */
export interface RoomWish {
  readonly purpose: Purpose;
  readonly language: Language;
  readonly minGroup: number;
  readonly show: string | null;
  readonly record: boolean;
}

/** What `createRoom` and `joinRoom` reject with. */
export interface Refusal {
  readonly error: string;
  readonly message: string;
}

export class KuukiStart extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    createRoom: { attribute: false },
    made: { state: true },
    busy: { state: true },
    wrong: { state: true },
    showWrong: { state: true },
    group: { state: true },
    groupWrong: { state: true },
  };

  declare createRoom: (wish: RoomWish) => Promise<NewRoom>;
  declare made: NewRoom | null;
  declare protected busy: boolean;
  declare protected wrong: string;
  declare protected showWrong: boolean;
  declare protected group: number;
  declare protected groupWrong: boolean;

  constructor() {
    super();
    this.made = null;
    this.busy = false;
    this.wrong = "";
    this.showWrong = false;
    this.group = MIN_GROUP;
    this.groupWrong = false;
  }

  protected override render(): TemplateResult {
    if (!this.made) return this.#form();
    return html`<kuuki-made .language=${this.language} .made=${this.made} @again=${() => this.#again()}></kuuki-made>`;
  }

  #form(): TemplateResult {
    const { home } = this.words;
    return html`<form class="stack" novalidate @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <h2>${home.start}</h2>
      <fieldset>
        <legend>${home.purpose}</legend>
        <div class="purposes">${PURPOSES.map((purpose) => this.#purpose(purpose))}</div>
        <details class="refused">
          <summary>${refusedSign}<span><b>${home.refused}</b> <span class="soft">${home.refusedLabel}</span></span></summary>
          <p class="hint">${home.refusedWhy}</p>
        </details>
      </fieldset>
      <div class="pair">
        <label class="field">${home.language}
          <select name="language">
            ${LANGUAGES.map((tag) => html`<option value=${tag} lang=${tag} ?selected=${tag === this.language}>${wordsOf(tag).name}</option>`)}
          </select>
        </label>
        <label class="field">${home.minGroup}
          <span class="unit">
            <input name="group" type="number" inputmode="numeric" min=${this.#least} max=${MIN_GROUP_MAX} value=${MIN_GROUP}
              aria-describedby="group-hint" aria-invalid=${this.groupWrong}
              @input=${(event: Event) => this.#count((event.target as HTMLInputElement).value)} />
            <span>${home.minGroupUnit}</span>
          </span>
        </label>
      </div>
      <p class=${this.groupWrong || this.group < MIN_GROUP ? "hint warn" : "hint"} id="group-hint">${this.#groupHint()}</p>
      <label class="field">${home.show}
        <input name="show" type="url" placeholder="https://" aria-describedby="show-hint" aria-invalid=${this.showWrong} />
      </label>
      <p class=${this.showWrong ? "hint warn" : "hint"} id="show-hint">${this.showWrong ? home.showWrong : home.showHint}</p>
      <label class="check">
        <input name="record" type="checkbox" checked aria-describedby="record-hint" />
        <span>${home.record}</span>
      </label>
      <p class="hint" id="record-hint">${home.recordHint}</p>
      ${this.wrong ? html`<p class="warn" role="alert">${home.failed} ${this.wrong}</p>` : nothing}
      <button class="primary" ?disabled=${this.busy}>${this.busy ? home.creating : home.create}</button>
    </form>`;
  }

  #purpose(purpose: Purpose): TemplateResult {
    const { home } = this.words;
    return html`<label class="purpose">
      <input type="radio" name="purpose" value=${purpose} ?checked=${purpose === "event"} />
      <span><b>${home.purposes[purpose]}</b> <span class="soft">${home.purposeHints[purpose]}</span></span>
    </label>`;
  }

  #groupHint(): string {
    const { home } = this.words;
    if (this.groupWrong) return home.minGroupWrong(this.#least, MIN_GROUP_MAX);
    return this.group < MIN_GROUP ? home.minGroupLow : home.minGroupHint;
  }

  get #least(): number {
    return leastGroup(location.hostname);
  }

  #count(text: string): void {
    this.group = Number(text);
    this.groupWrong = !isGroup(this.group, this.#least);
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const show = String(form.get("show") ?? "").trim();
    this.showWrong = show !== "" && !(URL.canParse(show) && new URL(show).protocol === "https:");
    if (this.showWrong || this.groupWrong || this.busy) return;
    this.busy = true;
    this.wrong = "";
    try {
      this.made = await this.createRoom({
        purpose: PURPOSES.find((purpose) => purpose === form.get("purpose")) ?? "event",
        language: LANGUAGES.find((language) => language === form.get("language")) ?? this.language,
        minGroup: this.group,
        show: show || null,
        record: form.get("record") !== null,
      });
    } catch (refusal) {
      const { error, message } = refusal as Partial<Refusal>;
      this.wrong = this.words.home.refusals[error ?? ""] ?? message ?? "";
    } finally {
      this.busy = false;
    }
  }

  #again(): void {
    this.made = null;
    this.group = MIN_GROUP; // as the new form says
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      form {
        gap: var(--space-4);
      }
      .hint {
        margin-block-start: calc(-1 * var(--space-3));
      }
      .soft {
        color: var(--text-soft);
        font-weight: var(--weight);
        font-size: var(--text-s);
      }
      .purposes {
        display: grid;
        margin-block: var(--space-2);
      }
      .purpose {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        min-block-size: 3.25rem;
        padding: var(--space-2) var(--space-3);
        border-radius: var(--round);
        line-height: 1.35;
        cursor: pointer;
      }
      .purpose:has(:checked) {
        background: var(--raised);
      }
      .purpose b {
        display: block;
      }
      .check {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-block-size: var(--target);
        cursor: pointer;
      }
      input[type="checkbox"],
      input[type="radio"] {
        inline-size: 1.35rem;
        block-size: 1.35rem;
        margin: 0;
        accent-color: var(--accent);
      }
      .refused summary {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-3);
        min-block-size: var(--target);
        padding: var(--space-2) var(--space-3);
        border-radius: var(--round);
        color: var(--text-soft);
        line-height: 1.35;
        cursor: pointer;
        list-style: none;
      }
      .refused summary::-webkit-details-marker {
        display: none;
      }
      .refused b {
        font-weight: var(--weight);
        text-decoration: line-through;
        text-decoration-color: var(--warn);
      }
      .refused summary .soft {
        color: var(--warn);
      }
      .refused svg {
        inline-size: 1.35rem;
        block-size: 1.35rem;
        color: var(--warn);
      }
      .refused p {
        margin: 0;
        padding: 0 var(--space-3) var(--space-2) 3.1rem;
      }
      .pair {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: var(--space-4);
        align-items: end;
      }
      .unit {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        font-weight: var(--weight);
        white-space: nowrap;
      }
      .unit input {
        inline-size: 6rem;
      }
      .primary {
        min-block-size: 3.5rem;
        font-size: var(--text-l);
      }
      @media (max-width: 34rem) {
        .pair {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];
}
