// <kuuki-call-face .session>: the partner's seven expressions as bars now, and one of them over the last minute.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, Partner } from "../../core/call/session";
import type { Label } from "../../core/mood/generated";
import { CallElement } from "./element";
import { HAPPY, strongest } from "./seven";

/** A screen reader hears what stands out at most this often, and only once it has stood this long. */
const TOLD_EVERY_MS = 20_000;
const STANDS_MS = 3000;

interface Selected {
  readonly partner: Partner | null;
}

export class KuukiCallFace extends CallElement<Selected> {
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

  protected override select({ call }: CallSnapshot): Selected {
    return { partner: call?.partner ?? null };
  }

  protected override render(): TemplateResult | typeof nothing {
    const partner = this.selected?.partner;
    if (!partner) return nothing;
    const { face } = this.said;
    const why = this.#why(partner);
    return html`<section aria-labelledby="face">
      <h2 id="face">${face.heading(partner.name)}</h2>
      ${partner.presence === "watching" ? nothing : this.#graph(partner)}
      <p class=${why ? "why" : "hint guess"}>${why || face.hint} ${partner.presence === "watching" ? html`<span class="soft">${face.watchingHint}</span>` : nothing}</p>
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
    const { language } = this;
    const choose = (event: CustomEvent<Label>) => this.#choose(event.detail);
    return html`<kuuki-call-bars .language=${language} .weights=${weights} @choose=${choose}></kuuki-call-bars>
      <kuuki-call-minute .language=${language} .past=${past} .label=${this.label} @choose=${choose}></kuuki-call-minute>`;
  }

  #choose(label: Label): void {
    this.label = label;
  }

  #tell(): void {
    const partner = this.selected?.partner;
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

  static override styles = [
    ...CallElement.styles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
      }
      kuuki-call-bars {
        cursor: pointer;
      }
      h2 {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .why {
        line-height: 1.45;
      }
      @media (max-width: 60rem) {
        section {
          gap: var(--space-2);
        }
        h2 {
          font-size: var(--text-m);
        }
        .guess {
          display: none;
        }
      }
    `,
  ];
}
