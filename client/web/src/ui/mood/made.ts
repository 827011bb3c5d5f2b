// <kuuki-made .made>: a room that has just been made, and the links to hand on. Fires `again` when another is wanted.

import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { KuukiElement } from "../element";

export interface NewRoom {
  readonly room: string;
  readonly links: { readonly audience: string; readonly stage: string };
}

export class KuukiMade extends KuukiElement {
  static override properties = { ...KuukiElement.properties, made: { attribute: false } };

  declare made: NewRoom;

  protected override render(): TemplateResult {
    const { home } = this.words;
    const { language } = this;
    const { room, links } = this.made;
    return html`<section class="stack" aria-labelledby="ready">
      <h2 id="ready" tabindex="-1">${home.ready}</h2>
      <p class="name">${room}</p>
      <div class="hand">
        <kuuki-qr .text=${links.audience} .label=${home.qr}></kuuki-qr>
        <kuuki-link .language=${language} .link=${links.audience} .heading=${home.audienceLink} .hint=${home.audienceHint}></kuuki-link>
      </div>
      <kuuki-link .language=${language} .link=${links.stage} .heading=${home.stageLink} .hint=${home.stageHint}></kuuki-link>
      <button class="quiet again" @click=${() => this.dispatchEvent(new Event("again"))}>${home.another}</button>
    </section>`;
  }

  /** The form that had the focus is gone. */
  protected override firstUpdated(_: PropertyValues): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      section {
        gap: var(--space-4);
      }
      .name {
        font-size: var(--text-xl);
        line-height: 1.2;
        overflow-wrap: anywhere;
        color: var(--accent);
      }
      .hand {
        display: grid;
        grid-template-columns: minmax(8rem, 13rem) minmax(0, 1fr);
        gap: var(--space-5);
        align-items: center;
      }
      .again {
        justify-self: start;
        padding-inline: 0;
      }
      @media (max-width: 34rem) {
        .hand {
          grid-template-columns: minmax(0, 1fr);
        }
        .hand kuuki-qr {
          inline-size: min(15rem, 100%);
          justify-self: center;
        }
      }
    `,
  ];
}
