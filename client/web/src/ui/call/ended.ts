// <kuuki-call-ended .session>: how the call ended, how long it was, and what can be done now.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import type { AirShape } from "../../core/mood/air";
import { CallElement } from "./element";
import { callSign } from "./signs";
import { middleLook } from "./styles";

const STILL: AirShape = { standing: "over", size: 0.6, tone: 0, edge: 0, light: 0, rings: 0, seeds: 5 };

type Selected = Pick<CallSnapshot, "ended">;

export class KuukiCallEnded extends CallElement<Selected> {
  protected override select({ ended }: CallSnapshot): Selected {
    return { ended };
  }

  protected override render(): TemplateResult | typeof nothing {
    const over = this.selected?.ended;
    if (!over) return nothing;
    const { ended } = this.said;
    const { what, todo } = ended.ends[over.side][over.how](over.name);
    const seconds = Math.round(over.talkedMs / 1000);
    return html`<section class="middle">
      <kuuki-air .shape=${STILL}></kuuki-air>
      <h1 tabindex="-1" data-first>${what}</h1>
      <p class="soft">${todo}${seconds > 0 ? html` ${ended.talked(Math.floor(seconds / 60), seconds % 60)}` : nothing}</p>
      <div class="row">
        ${over.canCallAgain ? html`<button class="big primary" @click=${() => this.session.again()}>${callSign}${ended.again}</button>` : nothing}
        <button class="big" @click=${() => this.session.dismissEnded()}>${ended.back}</button>
      </div>
    </section>`;
  }

  static override styles = [
    ...CallElement.styles,
    middleLook,
    css`
      kuuki-air {
        inline-size: min(9rem, 34vw);
        margin-block-end: var(--space-4);
      }
      p {
        max-inline-size: 32rem;
        font-size: 1.125rem;
      }
      .row {
        justify-content: center;
        margin-block-start: var(--space-5);
      }
    `,
  ];
}
