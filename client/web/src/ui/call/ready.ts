// <kuuki-call-ready .session .invited .leaveTo .room>: one's own code to hand on, and a field for the other's.
// Fires `check` for the devices.

import { css, html, nothing, type TemplateResult } from "lit";
import { isCode, kanaOf } from "../../core/call/codes";
import type { CallSnapshot } from "../../core/call/session";
import { copySign, doneSign, gearSign, shareSign } from "../icons";
import { columnLook } from "../shapes";
import type { KuukiCodeField } from "./code-field";
import { CallElement } from "./element";
import { callSign, faceOffSign, mailSign, renewSign } from "./signs";
import { pairLook } from "./styles";
import { codeWords } from "./words";

const SAID_MS = 2500;

type Selected = Pick<CallSnapshot, "link" | "code" | "codeLink">;

export class KuukiCallReady extends CallElement<Selected> {
  static override properties = {
    ...CallElement.properties,
    invited: { attribute: false },
    leaveTo: { attribute: false },
    inRoom: { attribute: false },
    copied: { state: true },
    whole: { state: true },
  };

  declare invited: string | null;
  declare leaveTo: string;
  /** Whether a room is beside the call. */
  declare inRoom: boolean;
  declare protected copied: boolean;
  /** What the field holds, if it is a code that can be called. */
  declare protected whole: string | null;

  constructor() {
    super();
    this.invited = null;
    this.leaveTo = "/";
    this.inRoom = false;
    this.copied = false;
    this.whole = null;
  }

  override async arrive(): Promise<void> {
    await this.updateComplete;
    // What a link brought is read by the field, and only then can be called.
    await this.renderRoot.querySelector<KuukiCodeField>("kuuki-code-field")?.updateComplete;
    await this.updateComplete;
    if (this.whole === null) await super.arrive();
    else this.renderRoot.querySelector<HTMLElement>(".ring")?.focus();
  }

  protected override select({ link, code, codeLink }: CallSnapshot): Selected {
    return { link, code, codeLink };
  }

  protected override render(): TemplateResult {
    const { ready } = this.said;
    return html`<h1 tabindex="-1" data-first>${ready.heading}</h1>
      <p class="link warn" role="status">${ready.links[this.selected?.link ?? "off"]}</p>
      <div class=${this.invited === null ? "two" : "two invited"}>
        ${this.#mine()}
        ${this.#dial()}
      </div>
      <p class="feet">
        <button class="quiet" @click=${() => this.dispatchEvent(new Event("check"))}>${gearSign}${ready.devices}</button>
        <a class="plain" href=${this.leaveTo}>${this.inRoom ? ready.leaveRoom : ready.leave}</a>
      </p>`;
  }

  #mine(): TemplateResult {
    const { ready } = this.said;
    const { code, codeLink, link } = this.selected ?? {};
    return html`<section class="panel mine" aria-labelledby="mine">
      <h2 id="mine">${ready.mine}</h2>
      ${code ? html`<p class="code">${codeWords(code, this.language)}</p>` : html`<p class="code soft" role="status">${link === "open" ? ready.renewing : ready.waiting}</p>`}
      <p class="hint">${ready.mineHint}</p>
      ${code && codeLink ? this.#hand(code, codeLink) : nothing}
    </section>`;
  }

  #hand(code: string, link: string): TemplateResult {
    const { ready } = this.said;
    const mail = `mailto:?subject=${encodeURIComponent(ready.mailSubject)}&body=${encodeURIComponent(ready.mailBody(code, isCode(code) ? kanaOf(code) : code, link))}`;
    return html`<div class="hand">
      <kuuki-qr .text=${link} .label=${ready.qrLabel}></kuuki-qr>
      <div class="ways">
        <button @click=${() => this.#copy(link)}>${this.copied ? doneSign : copySign}${this.copied ? ready.copied : ready.copy}</button>
        ${"share" in navigator ? html`<button @click=${() => this.#share(link)}>${shareSign}${ready.share}</button>` : nothing}
        <a class="button" href=${mail}>${mailSign}${ready.mail}</a>
        <button class="quiet" @click=${() => this.session.renewCode()}>${renewSign}${ready.another}</button>
      </div>
      <p class="unseen" role="status">${this.copied ? ready.copied : ""}</p>
    </div>`;
  }

  #dial(): TemplateResult {
    const { ready } = this.said;
    const can = this.whole !== null && this.selected?.link === "open";
    return html`<section class="panel dial" aria-labelledby="dial">
      <h2 id="dial">${ready.call}</h2>
      <kuuki-code-field .language=${this.language} .invited=${this.invited} .own=${this.selected?.code ?? null}
        @code=${(event: Event) => this.#coded(event.target as KuukiCodeField)} @enter=${() => this.#ring(false)}></kuuki-code-field>
      <div class="go">
        <button class="primary big ring" ?disabled=${!can} @click=${() => this.#ring(false)}>${callSign}${ready.ring}</button>
        <button class="big" ?disabled=${!can} aria-describedby="off" @click=${() => this.#ring(true)}>${faceOffSign}${ready.ringFaceOff}</button>
      </div>
      <p class="hint" id="off">${ready.ringHint}</p>
    </section>`;
  }

  #coded({ code }: KuukiCodeField): void {
    this.whole = code !== null && code !== this.selected?.code ? code : null;
  }

  #ring(faceOff: boolean): void {
    if (this.whole !== null && this.selected?.link === "open") this.session.ring(this.whole, faceOff);
  }

  async #copy(link: string): Promise<void> {
    // Where the page may not write there, the link can still be shared, mailed or scanned.
    const done = await navigator.clipboard?.writeText(link).then(
      () => true,
      () => false,
    );
    this.copied = done ?? false;
    setTimeout(() => {
      this.copied = false;
    }, SAID_MS);
  }

  #share(link: string): void {
    navigator.share({ url: link, title: this.said.ready.mailSubject }).catch(() => undefined);
  }

  static override styles = [
    ...CallElement.styles,
    columnLook,
    pairLook,
    css`
      .link:empty {
        display: none;
      }
      .two {
        display: grid;
        gap: var(--space-4);
      }
      .panel {
        display: grid;
        gap: var(--space-4);
        align-content: start;
      }
      .code {
        font-size: clamp(1.75rem, 1.25rem + 1.5vw, 2.375rem);
        line-height: 1.2;
        color: var(--accent);
      }
      .code.soft {
        font-size: var(--text-l);
        color: var(--text-soft);
      }
      .hand {
        display: grid;
        grid-template-columns: minmax(7rem, 11rem) minmax(0, 1fr);
        gap: var(--space-5);
        align-items: center;
      }
      .ways {
        display: grid;
        gap: var(--space-2);
        justify-items: stretch;
        max-inline-size: 16rem;
      }
      .go {
        display: grid;
        gap: var(--space-3);
      }
      .invited .dial {
        order: -1;
      }
      .feet {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-5);
      }
      .feet .quiet {
        padding-inline: 0;
        font-weight: var(--weight);
      }
      @media (max-width: 34rem) {
        .hand {
          grid-template-columns: minmax(0, 1fr);
        }
        .ways {
          order: -1;
          grid-template-columns: 1fr 1fr;
          max-inline-size: none;
        }
        .ways > * {
          padding-inline: var(--space-2);
          font-size: var(--text-s);
        }
        .ways .quiet {
          grid-column: 1 / -1;
        }
        kuuki-qr {
          inline-size: 11rem;
          justify-self: center;
        }
      }
      @media (min-width: 60rem) {
        :host {
          align-content: center;
          min-block-size: calc(100dvh - 9rem);
        }
        h1 {
          margin-block-end: var(--space-3);
          font-size: 2.375rem;
        }
        .two {
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          gap: var(--space-5);
        }
        .panel {
          padding: var(--space-6);
        }
      }
    `,
  ];
}
