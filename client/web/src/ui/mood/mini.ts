// <kuuki-mini .session>: what fits in a small window that stays on top: the Air, the sentence, pause, taps.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "../../core/mood/session";
import { goSign, pauseSign } from "../icons";
import { ownTapLook } from "../shapes";
import type { KuukiAir } from "./air";
import { RoomElement } from "./element";
import { turnPause } from "./keys";
import { joinAir } from "./own-tap";
import { type RoomNow, RoomStory, sentenceOf } from "./room";
import type { TappedEvent } from "./taps";
import { wordOf, youIn } from "./you";

interface Selected {
  readonly now: RoomNow;
  readonly sensing: Snapshot["sensing"];
  readonly seesFace: boolean;
  readonly you: number | null;
}

export class KuukiMini extends RoomElement<Selected> {
  #story = new RoomStory();

  protected override select(snapshot: Snapshot): Selected {
    const now = this.#story.tell(snapshot, performance.now());
    return { now, sensing: snapshot.sensing, seesFace: snapshot.reading !== null, you: youIn(snapshot) };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected, words, language } = this;
    if (!selected) return nothing;
    const { now, sensing, seesFace, you } = selected;
    const goes = sensing === "on";
    const can = goes || sensing === "paused";
    return html`<main @tapped=${(event: TappedEvent) => this.#join(event)}>
      <div class="light"><kuuki-air .shape=${now.shape} .you=${you}></kuuki-air></div>
      ${wordOf(now, words)}
      <kuuki-sentence .text=${sentenceOf(now, words)} .gist=${now}></kuuki-sentence>
      ${
        can
          ? html`<button class=${goes ? "pause" : "pause primary"} @click=${() => turnPause(this.session)}>
              ${goes ? pauseSign : goSign}${goes ? words.sensing.pause : words.sensing.resume}
            </button>`
          : nothing
      }
      ${goes && !seesFace ? html`<p class="hint">${words.sensing.noFace}</p>` : nothing}
      <kuuki-taps bare .language=${language} .session=${this.session}></kuuki-taps>
    </main>`;
  }

  #join(event: TappedEvent): void {
    this.#story.tapped(event.kind, performance.now());
    joinAir(event, this.renderRoot, this.renderRoot.querySelector<KuukiAir>("kuuki-air"));
  }

  static override styles = [
    ...RoomElement.styles,
    ownTapLook,
    css`
      :host {
        block-size: 100dvh;
        background: var(--ink);
        overflow: clip;
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: minmax(0, 1fr);
        align-content: stretch;
        gap: var(--space-3);
        block-size: 100%;
        padding: var(--space-3);
        text-align: center;
      }
      .light {
        display: grid;
        place-items: center;
        container-type: size;
      }
      kuuki-air {
        inline-size: min(80cqw, 92cqh);
      }
      .word {
        display: flex;
        justify-content: center;
        align-items: baseline;
        column-gap: 0.5em;
        min-block-size: 1.3em;
        margin-block-end: calc(-1 * var(--space-3));
        font-size: var(--text-l);
        line-height: 1.3;
      }
      .word span,
      .word.old :is(b, span) {
        color: var(--text-soft);
      }
      .pause {
        inline-size: 100%;
      }
    `,
  ];
}
