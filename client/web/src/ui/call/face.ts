// <kuuki-call-face .session>: the partner's seven expressions as bars now, and one of them over the last minute.

import { css, html, nothing, type TemplateResult } from "lit";
import type { Partner } from "../../core/call";
import type { Label } from "../../core/generated";
import { CallElement } from "./element";
import { HAPPY, SHOWN, strongest, weightOf } from "./seven";

/** A screen reader hears what stands out at most this often, and only once it has stood this long. */
const TOLD_EVERY_MS = 20_000;
const STANDS_MS = 3000;

export class KuukiCallFace extends CallElement {
  static override properties = { ...CallElement.properties, label: { state: true }, told: { state: true } };

  /** Which one the curve shows. */
  declare protected label: Label;
  declare protected told: string;

  #stands: { text: string; sinceMs: number } = { text: "", sinceMs: 0 };
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.label = HAPPY;
    this.told = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#tell(), STANDS_MS / 3);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override render(): TemplateResult | typeof nothing {
    const partner = this.snapshot?.call?.partner;
    if (!partner) return nothing;
    const { face } = this.said;
    const why = this.#why(partner);
    return html`<section aria-labelledby="face">
      <h2 id="face">${face.heading(partner.name)}</h2>
      ${why ? html`<p class="why">${why}${partner.presence === "watching" ? html` <span class="soft">${face.watchingHint}</span>` : nothing}</p>` : nothing}
      ${partner.presence === "watching" ? nothing : this.#graph(partner)}
      <p class="unseen" role="status">${this.told}</p>
    </section>`;
  }

  /** Why there is nothing to see, in words; "" while there is. */
  #why({ name, presence, picture, weights }: Partner): string {
    const { face } = this.said;
    if (presence === "watching") return face.watching(name);
    if (picture === "off") return face.cameraOff;
    if (presence === "paused") return face.paused(name);
    return weights === null ? face.none : "";
  }

  #graph({ weights, past }: Partner): TemplateResult {
    const { words } = this;
    return html`<dl class=${weights ? "" : "dim"}>
        ${SHOWN.map((label) => this.#bar(words.labels[label], weights ? weightOf(weights, label) : null, label))}
      </dl>
      <kuuki-call-minute .language=${this.language} .past=${past} .label=${this.label}
        @choose=${(event: CustomEvent<Label>) => this.#choose(event.detail)}></kuuki-call-minute>
      <p class="hint guess">${this.said.face.hint}</p>`;
  }

  #bar(name: string, share: number | null, label: Label): TemplateResult {
    const percent = share === null ? "–" : html`${Math.round(share * 100)}<small>%</small>`;
    return html`<div class=${label === HAPPY ? "first" : ""} @click=${() => this.#choose(label)}>
      <dt>${name}</dt>
      <dd><span class="track" aria-hidden="true"><i data-share=${(share ?? 0).toFixed(3)}></i></span><span class="number">${percent}</span></dd>
    </div>`;
  }

  #choose(label: Label): void {
    this.label = label;
  }

  #tell(): void {
    const partner = this.snapshot?.call?.partner;
    if (!partner) return;
    const now = performance.now();
    const { face } = this.said;
    const text =
      this.#why(partner) ||
      (partner.weights ? face.told(partner.name, this.words.labels[strongest(partner.weights)]) : "");
    if (text !== this.#stands.text) this.#stands = { text, sinceMs: now };
    if (text === this.told || now - this.#stands.sinceMs < STANDS_MS || now - this.#toldAtMs < TOLD_EVERY_MS) return;
    this.#toldAtMs = now;
    this.told = text;
  }

  protected override updated(): void {
    for (const bar of this.renderRoot.querySelectorAll<HTMLElement>("i[data-share]"))
      bar.style.setProperty("transform", `scaleX(${bar.dataset["share"]})`);
  }

  static override styles = [
    ...CallElement.styles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
      }
      h2 {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .why {
        line-height: 1.45;
      }
      dl {
        display: grid;
        gap: var(--space-2);
      }
      dl > div {
        display: grid;
        grid-template-columns: 5rem minmax(0, 1fr);
        align-items: center;
        gap: var(--space-3);
        min-block-size: 1.75rem;
        color: var(--text-soft);
        cursor: pointer;
      }
      .first {
        color: var(--text);
        font-weight: var(--weight-strong);
      }
      dt {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      dd {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 3.25rem;
        align-items: center;
        gap: var(--space-2);
      }
      .track {
        block-size: 0.75rem;
        border-radius: 999px;
        background: var(--raised);
        overflow: clip;
      }
      i {
        display: block;
        block-size: 100%;
        border-radius: inherit;
        background: var(--calm);
        transform-origin: left;
        transition: transform 240ms linear;
      }
      .first i {
        background: var(--accent);
      }
      .dim {
        opacity: 0.6;
      }
      .number {
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
      small {
        margin-inline-start: 0.1em;
        font-size: 0.75em;
        font-weight: var(--weight);
      }
      @media (max-width: 60rem) {
        section {
          gap: var(--space-2);
        }
        h2 {
          font-size: var(--text-m);
        }
        dl {
          grid-template-columns: 1fr 1fr;
          gap: 0 var(--space-4);
        }
        dl > div {
          grid-template-columns: 3.75rem minmax(0, 1fr);
          gap: var(--space-2);
          min-block-size: 1.5rem;
          font-size: var(--text-s);
        }
        dd {
          grid-template-columns: minmax(0, 1fr) 2.5rem;
          gap: var(--space-1);
        }
        .track {
          block-size: 0.5rem;
        }
        .guess {
          display: none;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        i {
          transition: none;
        }
      }
      @media (forced-colors: active) {
        i {
          background: CanvasText;
        }
      }
    `,
  ];
}
