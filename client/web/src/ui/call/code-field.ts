// <kuuki-code-field .value .invited .own>: a partner's code, typed forgivingly, with the words that fit.
// A combobox (WAI-ARIA 1.2, editable with list autocomplete). Fires `code` whenever `code` changes.

import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { complete, kanaOf, kanaOfWord, parseCode } from "../../core/call/codes";
import { callWordsOf } from "../../locale/call";
import { KuukiElement } from "../element";
import { doneSign } from "../icons";
import { fieldLook } from "../shapes";
import { callLook } from "./styles";
import { begunOf, fragmentOf, isKana } from "./typing";
import { codeWord } from "./words";

const MOST = 5;
/** Long enough that only an error explains why it is not a code yet. */
const SUSPICIOUS = /^(?:\S+[\s-]+){3,}\S+$/;

export class KuukiCodeField extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    invited: { attribute: false },
    own: { attribute: false },
    typed: { state: true },
    fits: { state: true },
    at: { state: true },
    open: { state: true },
    left: { state: true },
  };

  /** A code that a link brought: it stands there already. */
  declare invited: string | null;
  /** One's own code, which cannot be called from this page. */
  declare own: string | null;
  declare protected typed: string;
  declare protected fits: readonly string[];
  /** The option that is chosen by keyboard; -1: none. */
  declare protected at: number;
  declare protected open: boolean;
  declare protected left: boolean;

  /** The whole code in its Latin form; null as long as it is none. */
  code: string | null = null;

  constructor() {
    super();
    this.invited = null;
    this.own = null;
    this.typed = "";
    this.fits = [];
    this.at = -1;
    this.open = false;
    this.left = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("invited") && this.invited !== null) this.#take(this.invited);
  }

  override focus(): void {
    this.renderRoot.querySelector("input")?.focus();
  }

  protected override render(): TemplateResult {
    const { ready } = callWordsOf(this.language);
    const shown = this.open && this.fits.length > 0;
    return html`<label for="code">${ready.code}</label>
      <div class="box">
        <input id="code" role="combobox" autocomplete="off" autocapitalize="none" autocorrect="off" spellcheck="false" enterkeyhint="go" maxlength="200"
          aria-autocomplete="list" aria-controls="fits" aria-expanded=${shown} aria-describedby="code-hint"
          aria-activedescendant=${shown && this.at >= 0 ? `fit-${this.at}` : nothing}
          .value=${this.typed}
          @input=${(event: Event) => this.#typing((event.target as HTMLInputElement).value)}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
          @focus=${() => this.#here()} @blur=${() => this.#away()} />
        <ul id="fits" role="listbox" aria-label=${ready.suggestions} ?hidden=${!shown}>
          ${this.fits.map((word, index) => this.#option(word, index))}
        </ul>
      </div>
      <p class=${this.#isWrong ? "hint warn" : "hint"} id="code-hint" role="status">${this.#hint()}</p>`;
  }

  #option(word: string, index: number): TemplateResult {
    return html`<li id="fit-${index}" role="option" aria-selected=${index === this.at}
      @pointerdown=${(event: Event) => event.preventDefault()} @click=${() => this.#choose(word)}>
      ${codeWord(word, this.language)}
    </li>`;
  }

  #hint(): TemplateResult | string {
    const { ready } = callWordsOf(this.language);
    if (this.code !== null && this.code === this.own) return ready.codeOwn;
    if (this.code !== null)
      return html`<span class="whole">${doneSign}${ready.codeWhole(this.language === "ja" ? kanaOf(this.code) : this.code)}</span>`;
    return this.#isWrong ? ready.codeNot : ready.codeHint;
  }

  get #isWrong(): boolean {
    if (this.code !== null) return this.code === this.own;
    return this.typed.trim() !== "" && (this.left || SUSPICIOUS.test(this.typed.trim()));
  }

  #typing(text: string): void {
    this.left = false;
    // A pasted link carries the code in its fragment.
    this.#take(/#(?:.*&)?c=([^&\s]+)/.exec(text)?.[1] ?? text);
    this.fits = this.code === null && fragmentOf(this.typed) !== "" ? complete(this.typed, MOST) : [];
    this.open = true;
    this.at = -1;
  }

  #take(text: string): void {
    this.typed = text;
    this.code = parseCode(text);
    this.dispatchEvent(new Event("code"));
  }

  /** The rest of the word, in the writing in which it was begun. */
  #choose(word: string): void {
    const begun = begunOf(fragmentOf(this.typed), word);
    const whole = isKana(begun) ? kanaOfWord(word) : word;
    this.#take(`${this.typed.slice(0, this.typed.length - begun.length)}${whole} `);
    this.fits = [];
    this.at = -1;
    this.focus();
  }

  #key(event: KeyboardEvent): void {
    // Enter and arrows belong to the input method while it composes kana.
    if (event.isComposing) return;
    const { length } = this.fits;
    const shown = this.open && length > 0;
    if (event.key === "ArrowDown" && length > 0) this.#move(event, (this.at + 1) % length);
    else if (event.key === "ArrowUp" && shown) this.#move(event, this.at <= 0 ? length - 1 : this.at - 1);
    else if (event.key === "Escape" && shown) this.#close(event);
    else if (event.key === "Enter") this.#enter(event, shown);
  }

  #move(event: Event, at: number): void {
    event.preventDefault();
    this.open = true;
    this.at = at;
  }

  #close(event: Event): void {
    event.preventDefault();
    this.open = false;
    this.at = -1;
  }

  #enter(event: Event, shown: boolean): void {
    const word = shown ? this.fits[this.at] : undefined;
    event.preventDefault();
    if (word !== undefined) this.#choose(word);
    else this.dispatchEvent(new Event("enter"));
  }

  #here(): void {
    this.open = true;
  }

  #away(): void {
    this.open = false;
    this.left = true;
  }

  static override styles = [
    ...KuukiElement.styles,
    fieldLook,
    callLook,
    css`
      .box {
        position: relative;
      }
      input {
        min-block-size: 3.5rem;
        font-size: var(--text-l);
      }
      ul {
        position: absolute;
        z-index: 2;
        inset-block-start: calc(100% + var(--space-1));
        inset-inline: 0;
        padding: var(--space-1);
        border: 1px solid var(--edge);
        border-radius: var(--round);
        background: var(--raised);
        box-shadow: 0 1rem 2rem rgb(0 0 0 / 0.5);
      }
      .word {
        display: flex;
        flex: 1;
        justify-content: space-between;
        align-items: baseline;
      }
      li {
        display: flex;
        align-items: center;
        min-block-size: var(--target);
        padding-inline: var(--space-3);
        border-radius: 0.625rem;
        cursor: pointer;
      }
      li:hover,
      li[aria-selected="true"] {
        background: var(--line);
      }
      li[aria-selected="true"] {
        outline: 2px solid var(--focus);
        outline-offset: -2px;
      }
      .whole {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--accent);
      }
    `,
  ];
}
