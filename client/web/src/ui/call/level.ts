// <kuuki-call-level .session>: how loud one's microphone is. Drawn without Lit: it moves with every snapshot.

import { css, html, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import { barLook, fieldLook } from "../shapes";
import { CallElement } from "./element";

/** From this level on someone is speaking. */
const HEARD = 0.12;
/** "We hear you" stays this long after the last sound. */
const HEARD_MS = 2500;

export class KuukiCallLevel extends CallElement<object> {
  static override properties = { ...CallElement.properties, hears: { state: true } };

  declare protected hears: boolean;

  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor() {
    super();
    this.hears = false;
  }

  protected override select(): object {
    return {};
  }

  protected override heard({ level, sound }: CallSnapshot): void {
    const bar = this.renderRoot.querySelector<HTMLElement>("i");
    bar?.style.setProperty("transform", `scaleX(${(sound ? Math.min(1, level) : 0).toFixed(2)})`);
    bar?.parentElement?.setAttribute("aria-valuenow", String(Math.round(level * 10) * 10));
    const now = performance.now();
    if (level >= HEARD) this.#heardAtMs = now;
    this.hears = now - this.#heardAtMs < HEARD_MS;
  }

  protected override render(): TemplateResult {
    const { check } = this.said;
    return html`<div class="track first" role="meter" aria-label=${check.level} aria-valuemin="0" aria-valuemax="100" aria-valuenow="0"><i></i></div>
      <p class=${this.hears ? "hint hears" : "hint"}>${this.hears ? check.hearYou : check.saySomething}</p>`;
  }

  static override styles = [
    ...CallElement.styles,
    fieldLook,
    barLook,
    css`
      i {
        transform: scaleX(0);
        transition: transform 80ms linear;
      }
      .hears {
        color: var(--text);
      }
    `,
  ];
}
