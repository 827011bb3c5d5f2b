// <kuuki-call-ringing .session>: one's own call, until it is answered: calling, ringing, or busy and waiting.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, CallState } from "../../core/call/session";
import type { AirShape } from "../../core/mood/air";
import { CallElement } from "./element";
import { endSign } from "./signs";
import { middleLook } from "./styles";

const CALLS: AirShape = { standing: "live", size: 0.55, tone: -0.4, edge: 0.35, light: 0.9, rings: 0, seeds: 5 };
const RINGS: AirShape = { ...CALLS, size: 0.68, tone: 0.5, rings: 0.8 };
const WAITS: AirShape = { ...CALLS, size: 0.5, tone: 0, light: 0.6 };

interface Selected {
  readonly state: CallState | null;
  readonly name: string;
}

export class KuukiCallRinging extends CallElement<Selected> {
  protected override select({ call }: CallSnapshot): Selected {
    return { state: call?.state ?? null, name: call?.partner.name ?? "" };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state = null, name = "" } = this.selected ?? {};
    if (state !== "calling" && state !== "ringing" && state !== "waiting") return nothing;
    const { out } = this.said;
    const shape = { calling: CALLS, ringing: RINGS, waiting: WAITS }[state];
    const what = { calling: name ? out.calling(name) : out.callingCode, ringing: out.ringing, waiting: out.waiting };
    const hint = { calling: out.callingHint, ringing: out.ringingHint, waiting: out.waitingHint };
    return html`<section class="middle">
      <kuuki-air .shape=${shape}></kuuki-air>
      <h1 tabindex="-1">${what[state]}</h1>
      <p class="soft">${hint[state]}</p>
      <button class="big end" data-first @click=${() => this.session.hangUp()}>${endSign}${state === "waiting" ? out.hangUp : out.cancel}</button>
    </section>`;
  }

  static override styles = [
    ...CallElement.styles,
    middleLook,
    css`
      kuuki-air {
        inline-size: min(15rem, 46vw, 30vh);
        margin-block: var(--space-6);
      }
      p {
        max-inline-size: 30rem;
        font-size: 1.125rem;
        min-block-size: 3.2em;
        margin-block-end: var(--space-5);
      }
    `,
  ];
}
