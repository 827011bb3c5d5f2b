// <kuuki-show-clock .begun>: where the show is: how long it goes on, and the time of day. Read from three metres.

import { css, html, nothing, type TemplateResult } from "lit";
import { type Begun, minutesSince } from "../../core/mood/showtime";
import { KuukiElement } from "../element";

/** Minutes are shown, and half of this late at the most. */
const EVERY_MS = 2000;

export class KuukiShowClock extends KuukiElement {
  static override properties = { ...KuukiElement.properties, begun: { attribute: false }, minute: { state: true } };

  /** null: nobody knows since when. */
  declare begun: Begun | null;
  declare protected minute: number;

  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.begun = null;
    this.minute = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => {
      const nowMs = Date.now();
      this.minute = this.begun ? minutesSince(this.begun, nowMs) * 1e6 + minuteOf(nowMs) : minuteOf(nowMs);
    }, EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult {
    const { clock } = this.words.stage;
    const nowMs = Date.now();
    const { begun } = this;
    return html`<dl>
      ${begun ? html`<div class="since"><dt>${begun.isPressed ? clock.pressed : clock.seen}</dt><dd>${clock.since(minutesSince(begun, nowMs))}</dd></div>` : nothing}
      <div class="now"><dt>${clock.now}</dt><dd>${timeOfDay(nowMs)}</dd></div>
    </dl>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      dl {
        display: flex;
        flex-wrap: wrap;
        column-gap: 0.5em;
        font-size: var(--far);
        line-height: 1.1;
        font-variant-numeric: tabular-nums;
      }
      div {
        display: grid;
        grid-template-columns: min-content;
        align-content: start;
      }
      dd {
        white-space: nowrap;
      }
      dt {
        order: 1;
        color: var(--text-soft);
        font-size: var(--small);
        line-height: 1.25;
        min-inline-size: 9em;
      }
      .now dd {
        color: var(--text-soft);
      }
    `,
  ];
}

function minuteOf(ms: number): number {
  return Math.floor(ms / 60_000) % 1e6;
}

function timeOfDay(ms: number): string {
  const at = new Date(ms);
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;
}
