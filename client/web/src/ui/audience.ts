// <kuuki-audience .session .language .setLanguage>: the page of someone in the audience. The show takes the room if
// there is one; kuuki keeps to a quiet side.

import { css, html, nothing, type TemplateResult } from "lit";
import { MIN_GROUP } from "../core/generated";
import type { Snapshot } from "../core/session";
import type { Language } from "../locale";
import { nameDocument } from "./element";
import { FollowingElement } from "./following";
import { closeSign, gearSign, popSign } from "./icons";
import { keysAreOn, listenForKeys, switchKeys } from "./keys";
import { canPopOut, type PopOut, popOut } from "./popout";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import { showFrame } from "./show";

export class KuukiAudience extends FollowingElement {
  static override properties = {
    ...FollowingElement.properties,
    setLanguage: { attribute: false },
    keys: { state: true },
    popped: { state: true },
  };

  declare setLanguage: (language: Language) => void;
  declare protected keys: boolean;
  declare protected popped: PopOut | null;

  #story = new RoomStory();
  #deaf: (() => void) | undefined;

  constructor() {
    super();
    this.keys = keysAreOn();
    this.popped = null;
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
    this.popped?.close();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot } = this;
    if (!snapshot) return nothing;
    const now = this.#story.tell(snapshot, performance.now());
    const show = showFrame(snapshot.facts?.show ?? null, this.words.audience.showTitle);
    const over = snapshot.link === "closed";
    return html`<div class=${show ? "page with-show" : "page"}>
      ${this.#head(snapshot)}
      <main>
        <h1 class="unseen">${this.words.audience.title(snapshot.facts?.room ?? "")}</h1>
        ${show ? html`<div class="show">${show}</div>` : nothing}
        <div class="side">
          ${this.#room(now)}
          ${over ? this.#over(snapshot) : this.#part(snapshot)}
        </div>
      </main>
    </div>`;
  }

  #head({ facts, link }: Snapshot): TemplateResult {
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

  #room(now: RoomNow): TemplateResult {
    return html`<section class="room" aria-label=${this.words.audience.heading}>
      <kuuki-air .shape=${now.shape}></kuuki-air>
      <kuuki-sentence .text=${sentenceOf(now, this.words)}></kuuki-sentence>
    </section>`;
  }

  #over({ closedBecause }: Snapshot): TemplateResult {
    const why = this.words.closed[closedBecause ?? "left"];
    return html`<section class="panel stack" role="alert">
      <h2>${why.what}</h2>
      <p class="soft">${why.todo}</p>
    </section>`;
  }

  #part(snapshot: Snapshot): TemplateResult {
    const { words, language, session, keys } = this;
    const canShare = snapshot.link !== "watching" && snapshot.facts !== null;
    return html`
      ${snapshot.link === "watching" ? html`<p class="panel notice" role="status">${words.audience.links.watching}</p>` : this.#taps()}
      ${this.#told(snapshot)}
      ${canShare ? html`<kuuki-sensing class="panel" .language=${language} .session=${session} ?keys=${keys}></kuuki-sensing>` : nothing}
      ${this.#window(snapshot)}
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
  #told({ facts }: Snapshot): TemplateResult | typeof nothing {
    const { audience } = this.words;
    if (facts?.privacy === "exact") return html`<p class="panel notice">${audience.exact}</p>`;
    if (facts && facts.minGroup < MIN_GROUP)
      return html`<p class="panel notice">${audience.lowGroup(facts.minGroup)}</p>`;
    return nothing;
  }

  #window(snapshot: Snapshot): TemplateResult | typeof nothing {
    const { audience } = this.words;
    if (this.popped)
      return html`<section class="aside" role="status">
        <p class="soft">${audience.poppedOut}</p>
        <button @click=${() => this.popped?.close()}>${closeSign}${audience.popBack}</button>
      </section>`;
    if (!canPopOut(window))
      return snapshot.facts?.show ? html`<p class="soft aside">${audience.secondScreen}</p>` : nothing;
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
    </footer>`;
  }

  #switchKeys(on: boolean): void {
    this.keys = on;
    switchKeys(on);
  }

  protected override updated(changed: Map<string, unknown>): void {
    nameDocument(document, this.language, this.words.audience.title(this.snapshot?.facts?.room ?? ""));
    if (changed.has("language")) this.popped?.speak(this.language);
  }

  static override styles = [
    ...FollowingElement.styles,
    css`
      .page {
        min-block-size: 100dvh;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        padding: var(--space-2) var(--space-3) var(--space-2) var(--space-4);
      }
      .where {
        flex: 1;
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        column-gap: var(--space-3);
        min-inline-size: 0;
        line-height: 1.3;
        font-size: var(--text-s);
      }
      .name {
        overflow: hidden;
        color: var(--text-soft);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .link {
        color: var(--text-soft);
      }
      .link[data-link="open"] {
        position: absolute;
        clip-path: inset(50%);
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
      }
      .link[data-link="retrying"] {
        color: var(--accent);
      }
      main {
        position: relative;
        padding: 0 var(--space-4) var(--space-6);
      }
      .side {
        display: grid;
        gap: var(--space-4);
        max-inline-size: 34rem;
        margin-inline: auto;
      }
      .room {
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        padding-block: var(--space-2) var(--space-4);
        text-align: center;
      }
      .room kuuki-air {
        inline-size: min(17rem, 62vw, 36vh);
        margin: var(--space-5) 0;
      }
      .room kuuki-sentence {
        min-block-size: 3.9em;
        display: grid;
        align-content: center;
        font-size: var(--text-l);
        position: relative;
      }
      .tapping {
        display: grid;
        gap: var(--space-3);
        position: relative;
      }
      .tapping h2 {
        font-size: var(--text-m);
      }
      h2 .hint {
        margin-inline-start: var(--space-2);
        font-weight: var(--weight);
      }
      .soft {
        color: var(--text-soft);
      }
      .notice {
        border: 1px solid var(--accent);
        padding-block: var(--space-4);
      }
      .aside {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
      .aside button {
        flex: none;
      }
      summary {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        min-block-size: var(--target);
        color: var(--text-soft);
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      details .stack {
        justify-items: start;
        padding-block: var(--space-2) var(--space-3);
      }
      .switch {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-block-size: var(--target);
        cursor: pointer;
      }
      .switch input {
        inline-size: 1.5rem;
        block-size: 1.5rem;
        accent-color: var(--accent);
      }
      .switch small {
        display: block;
        color: var(--text-soft);
        font-size: var(--text-s);
        font-weight: var(--weight);
      }
      .show {
        margin: 0 calc(-1 * var(--space-4)) var(--space-4);
        background: #000;
      }
      .show iframe {
        display: block;
        inline-size: 100%;
        aspect-ratio: 16 / 9;
        border: 0;
      }
      .with-show .room {
        grid-template-columns: 6.5rem 1fr;
        align-items: center;
        gap: var(--space-4);
        padding-block: 0;
        text-align: start;
      }
      .with-show .room kuuki-air {
        inline-size: 100%;
        margin: 0;
      }
      .with-show .room kuuki-sentence {
        font-size: var(--text-m);
      }
      @media (min-width: 60rem) {
        .with-show main {
          display: grid;
          grid-template-columns: minmax(0, 1fr) 23rem;
          gap: var(--space-5);
          align-items: start;
          padding-inline: var(--space-5);
        }
        .with-show .show {
          position: sticky;
          inset-block-start: var(--space-4);
          display: grid;
          place-items: center;
          margin: 0;
          border-radius: var(--round);
          overflow: clip;
        }
        .with-show .show iframe {
          max-block-size: calc(100dvh - 6rem);
        }
        .page:not(.with-show) .side {
          max-inline-size: 60rem;
        }
      }
      @media (min-width: 60rem) {
        .page:not(.with-show) .side {
          grid-template-columns: minmax(0, 1fr) minmax(0, 27rem);
          column-gap: var(--space-7);
          align-items: start;
          max-inline-size: 76rem;
        }
        .page:not(.with-show) .side > * {
          grid-column: 2;
        }
        .page:not(.with-show) .side > .room {
          grid-column: 1;
          grid-row: 1 / span 8;
          position: sticky;
          inset-block-start: var(--space-4);
          min-block-size: min(80dvh, 44rem);
          align-content: center;
        }
        .page:not(.with-show) .room kuuki-air {
          inline-size: min(30rem, 54vh, 92%);
          margin-block: var(--space-6);
        }
        .page:not(.with-show) .room kuuki-sentence {
          font-size: var(--text-xl);
        }
      }
    `,
  ];
}
