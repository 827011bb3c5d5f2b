// <kuuki-last-wave .last>: what wave it was, how long, how much of the room, how long ago. Read from three metres.

import { css, html, nothing, type TemplateResult } from "lit";
import { waveTelling } from "../../core/mood/ago";
import type { LastWave } from "../../core/mood/heard";
import type { Words } from "../../locale";
import { KuukiElement } from "../element";

const EVERY_MS = 1000;

export class KuukiLastWave extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    last: { attribute: false },
    second: { state: true },
  };

  /** null: there was none yet. */
  declare last: LastWave | null;
  /** The second in which it is told. */
  declare protected second: number;

  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.last = null;
    this.second = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      if (this.last !== null) this.second = Math.floor(performance.now() / EVERY_MS);
    }, EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.last === null) return nothing;
    const { wave } = this.words.stage;
    const { kind, isTapped, lastsS, of, ago } = waveTelling(this.last, performance.now());
    const parts = [wave.of[of], ...(isTapped ? [wave.tapped] : []), agoText(ago, wave)];
    return html`<h2 class="unseen">${wave.title}</h2>
      <p class="what"><b>${wave.kinds[kind]}</b>${lastsS === null ? nothing : html` <span>${wave.lasted(lastsS)}</span>`}</p>
      <p class="more">${parts.join(" · ")}</p>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      .what {
        font-size: var(--far);
        line-height: 1.15;
      }
      b {
        font-weight: var(--weight-strong);
      }
      .what span,
      .more {
        color: var(--text-soft);
        font-variant-numeric: tabular-nums;
      }
      .more {
        font-size: var(--near);
        line-height: 1.35;
      }
    `,
  ];
}

function agoText(ago: ReturnType<typeof waveTelling>["ago"], wave: Words["stage"]["wave"]): string {
  if (ago.is === "now") return wave.now;
  if (ago.is === "just") return wave.justNow;
  return ago.is === "seconds" ? wave.secondsAgo(ago.count) : wave.minutesAgo(ago.count);
}
