// <kuuki-call-incoming .session>: someone calls. It lies over the page, and takes the keyboard only once nobody types.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import type { AirShape } from "../../core/mood/air";
import { CallElement } from "./element";
import { callSign, endSign, faceOffSign } from "./signs";

const RINGS: AirShape = { standing: "live", size: 0.7, tone: 0.7, edge: 0.45, light: 1, rings: 1, seeds: 5 };

interface Selected {
  /** The incoming call; null: none. */
  readonly call: string | null;
  readonly name: string;
  readonly areDevicesOn: boolean;
}

export class KuukiCallIncoming extends CallElement<Selected> {
  protected override select({ call, devices }: CallSnapshot): Selected {
    return {
      call: call?.state === "incoming" ? call.call : null,
      name: call?.partner.name ?? "",
      areDevicesOn: devices.state === "on",
    };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { call = null, name = "", areDevicesOn = false } = this.selected ?? {};
    if (call === null) return nothing;
    const { incoming } = this.said;
    return html`<section role="alertdialog" aria-labelledby="who" aria-describedby="how">
      <kuuki-air .shape=${RINGS}></kuuki-air>
      <h1 id="who">${incoming.calls(name)}</h1>
      <div class="answers">
        <button class="big primary" data-first @click=${() => this.#accept(false)}>${callSign}${incoming.accept}</button>
        <button class="big" aria-describedby="how" @click=${() => this.#accept(true)}>${faceOffSign}${incoming.faceOff}</button>
        <button class="big end" @click=${() => this.session.decline(call)}>${endSign}${incoming.decline}</button>
      </div>
      <p class="hint" id="how">${areDevicesOn ? incoming.faceOffHint : incoming.devicesHint}</p>
    </section>`;
  }

  async #accept(faceOff: boolean): Promise<void> {
    const call = this.selected?.call ?? null;
    if (call === null) return;
    // Someone may ring before the first agreement; the hint above has said what a press turns on.
    if (!this.selected?.areDevicesOn)
      await this.session.useDevices({ camera: !faceOff, microphone: true }).catch(() => undefined);
    this.session.accept(call, faceOff);
  }

  static override styles = [
    ...CallElement.styles,
    css`
      section {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: var(--space-4);
        min-block-size: 100%;
        padding: var(--space-5) var(--space-4);
        text-align: center;
      }
      kuuki-air {
        inline-size: min(15rem, 46vw, 28vh);
        margin-block: var(--space-6);
      }
      h1 {
        font-size: var(--text-xxl);
        overflow-wrap: anywhere;
      }
      .answers {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-4);
        margin-block-start: var(--space-4);
      }
      @media (max-width: 34rem) {
        .answers {
          display: grid;
          gap: var(--space-3);
          inline-size: 100%;
          max-inline-size: 22rem;
        }
      }
    `,
  ];
}
