// <kuuki-start .createRoom>: what a room shall be like, and its start.

import { html, nothing, type TemplateResult } from "lit";
import { MIN_GROUP, MIN_GROUP_MAX } from "../../core/generated";
import { isGroup, leastGroup } from "../../core/mood/group";
import type { RoomFacts } from "../../core/mood/session";
import { LANGUAGES, type Language, wordsOf } from "../../locale";
import { KuukiElement } from "../element";
import { foldSign, refusedSign } from "../icons";
import type { NewRoom } from "./made";
import { startLook } from "./start-styles";

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

/** What `createRoom` rejects with. */
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
    records: { state: true },
    unfolded: { state: true },
  };

  declare createRoom: (wish: RoomWish) => Promise<NewRoom>;
  declare made: NewRoom | null;
  declare protected busy: boolean;
  declare protected wrong: string;
  declare protected showWrong: boolean;
  declare protected group: number;
  declare protected groupWrong: boolean;
  declare protected records: boolean;
  declare protected unfolded: boolean;

  constructor() {
    super();
    this.made = null;
    this.busy = false;
    this.wrong = "";
    this.showWrong = false;
    this.group = MIN_GROUP;
    this.groupWrong = false;
    this.records = true;
    this.unfolded = false;
  }

  protected override render(): TemplateResult {
    if (!this.made) return this.#form();
    return html`<kuuki-made .language=${this.language} .made=${this.made} @again=${() => this.#again()}></kuuki-made>`;
  }

  #form(): TemplateResult {
    const { home } = this.words;
    return html`<form class="stack" novalidate @submit=${(event: SubmitEvent) => this.#submit(event)}>
      <fieldset>
        <legend>${home.purpose}</legend>
        <div class="purposes">${PURPOSES.map((purpose) => this.#purpose(purpose))}</div>
        <details class="refused">
          <summary>${refusedSign}<span><b>${home.refused}</b> <span class="soft">${home.refusedLabel}</span></span></summary>
          <p class="hint">${home.refusedWhy}</p>
        </details>
      </fieldset>
      <label class="field language">${home.language}
        <select name="language">
          ${LANGUAGES.map((tag) => html`<option value=${tag} lang=${tag} ?selected=${tag === this.language}>${wordsOf(tag).name}</option>`)}
        </select>
      </label>
      ${this.#more()}
      ${this.wrong ? html`<p class="warn" role="alert">${home.failed} ${this.wrong}</p>` : nothing}
      <button class="primary" ?disabled=${this.busy}>${this.busy ? home.creating : home.create}</button>
    </form>`;
  }

  /** What is well as it is for most rooms. A fault in it opens it. */
  #more(): TemplateResult {
    const { home } = this.words;
    return html`<details class="more" ?open=${this.unfolded} @toggle=${(event: Event) => this.#turn(event.target as HTMLDetailsElement)}>
      <summary>${foldSign}<span><b>${home.more}</b> <span class="soft">${home.moreSet(this.group, this.records)}</span></span></summary>
      <div class="stack">
        <div class="field">
          <label for="group">${home.minGroup}</label>
          <span class="unit">
            <input id="group" name="group" type="number" inputmode="numeric" min=${this.#least} max=${MIN_GROUP_MAX} value=${MIN_GROUP}
              aria-describedby="group-hint" aria-invalid=${this.groupWrong}
              @input=${(event: Event) => this.#count((event.target as HTMLInputElement).value)} />
            <span>${home.minGroupUnit}</span>
          </span>
          <p class=${this.groupWrong || this.group < MIN_GROUP ? "hint warn" : "hint"} id="group-hint">${this.#groupHint()}</p>
        </div>
        <div class="field">
          <label for="show">${home.show}</label>
          <input id="show" name="show" type="url" placeholder="https://" aria-describedby="show-hint" aria-invalid=${this.showWrong} />
          <p class=${this.showWrong ? "hint warn" : "hint"} id="show-hint">${this.showWrong ? home.showWrong : home.showHint}</p>
        </div>
        <div>
          <label class="check">
            <input name="record" type="checkbox" checked aria-describedby="record-hint"
              @change=${(event: Event) => this.#record((event.target as HTMLInputElement).checked)} />
            <span>${home.record}</span>
          </label>
          <p class="hint" id="record-hint">${home.recordHint}</p>
        </div>
      </div>
    </details>`;
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

  #record(records: boolean): void {
    this.records = records;
  }

  #turn({ open }: HTMLDetailsElement): void {
    this.unfolded = open;
  }

  /** Shows what must be changed, and leads there. */
  #point(): void {
    this.unfolded = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const show = String(form.get("show") ?? "").trim();
    this.showWrong = show !== "" && !(URL.canParse(show) && new URL(show).protocol === "https:");
    if (this.showWrong || this.groupWrong) this.#point();
    if (this.showWrong || this.groupWrong || this.busy) return;
    this.busy = true;
    this.wrong = "";
    try {
      this.made = await this.createRoom({
        purpose: PURPOSES.find((purpose) => purpose === form.get("purpose")) ?? "event",
        language: LANGUAGES.find((language) => language === form.get("language")) ?? this.language,
        minGroup: this.group,
        show: show || null,
        record: this.records,
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
    this.records = true;
    this.unfolded = false;
  }

  static override styles = [...KuukiElement.styles, startLook];
}
