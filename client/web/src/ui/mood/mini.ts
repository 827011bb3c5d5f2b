// <kuuki-mini .session>: what fits in a small window that stays on top: the Air, the sentence, pause, taps.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Snapshot } from "../../core/mood/session";
import { goSign, pauseSign } from "../icons";
import { RoomElement } from "./element";
import { turnPause } from "./keys";
import { type RoomNow, RoomStory, sentenceOf } from "./room";

interface Selected {
  readonly now: RoomNow;
  readonly sensing: Snapshot["sensing"];
  readonly seesFace: boolean;
}

export class KuukiMini extends RoomElement<Selected> {
  #story = new RoomStory();

  protected override select(snapshot: Snapshot): Selected {
    const now = this.#story.tell(snapshot, performance.now());
    return { now, sensing: snapshot.sensing, seesFace: snapshot.reading !== null };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected, words, language } = this;
    if (!selected) return nothing;
    const { now, sensing, seesFace } = selected;
    const goes = sensing === "on";
    const can = goes || sensing === "paused";
    return html`<main>
      <div class="light"><kuuki-air .shape=${now.shape}></kuuki-air></div>
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

  static override styles = [
    ...RoomElement.styles,
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
      .pause {
        inline-size: 100%;
      }
    `,
  ];
}
