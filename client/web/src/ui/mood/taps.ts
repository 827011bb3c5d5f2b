// <kuuki-taps .session>: four big buttons for everyone, above all for those without a camera.

import { css, html, nothing, type TemplateResult } from "lit";
import { TAPS } from "../../core/mood/generated";
import type { Snapshot, TapKind } from "../../core/mood/session";
import { keyLook } from "../shapes";
import { RoomElement } from "./element";
import { tapSigns } from "./signs";

/** Fired at the button of a tap of one's own, whether it was pressed or its key. */
export class TappedEvent extends Event {
  readonly kind: TapKind;

  constructor(kind: TapKind) {
    super("tapped", { bubbles: true, composed: true });
    this.kind = kind;
  }
}

interface Selected {
  readonly canTap: boolean;
  readonly counts: Snapshot["taps"];
}

export class KuukiTaps extends RoomElement<Selected> {
  static override properties = { ...RoomElement.properties, keys: { type: Boolean }, bare: { type: Boolean } };

  /** Whether the shortcut keys are on and worth showing. */
  declare keys: boolean;
  /** Without words under the signs (small windows). */
  declare bare: boolean;

  #counts: Readonly<Record<TapKind, number>> | null = null;

  constructor() {
    super();
    this.keys = false;
    this.bare = false;
  }

  protected override select({ link, taps }: Snapshot): Selected {
    return { canTap: link === "open", counts: taps };
  }

  protected override render(): TemplateResult {
    return html`<ul>
      ${TAPS.map((kind, index) => this.#button(kind, index, !this.selected?.canTap))}
    </ul>`;
  }

  #button(kind: TapKind, index: number, off: boolean): TemplateResult {
    const name = this.words.taps[kind];
    const count = this.selected?.counts[kind] ?? 0;
    return html`<li>
      <button
        data-kind=${kind}
        ?disabled=${off}
        aria-label=${name}
        aria-description=${count > 0 ? this.words.audience.tapped(count) : nothing}
        aria-keyshortcuts=${this.keys ? String(index + 1) : ""}
        @click=${() => this.session.tap(kind)}
      >
        <span class="burst" aria-hidden="true"></span>
        ${tapSigns[kind]}
        ${this.bare ? "" : html`<span class="name">${name}</span>`}
        ${count > 0 ? html`<span class="count" aria-hidden="true">${count}</span>` : nothing}
        ${this.keys && !this.bare ? html`<kbd aria-hidden="true">${index + 1}</kbd>` : ""}
      </button>
    </li>`;
  }

  protected override updated(): void {
    const counts = this.selected?.counts ?? null;
    const before = this.#counts;
    this.#counts = counts;
    if (!counts || !before) return;
    for (const kind of TAPS) if (counts[kind] > before[kind]) this.#answer(kind);
  }

  /** The button answers, whether it was pressed or its key. */
  #answer(kind: TapKind): void {
    const still = this.ownerDocument.defaultView?.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const button = this.renderRoot.querySelector(`[data-kind="${kind}"]`);
    button?.dispatchEvent(new TappedEvent(kind));
    const burst = button?.querySelector(".burst");
    const frames = still
      ? [{ opacity: 0.9 }, { opacity: 0 }]
      : [
          { opacity: 0.9, transform: "scale(0.3)" },
          { opacity: 0, transform: "scale(1.5)" },
        ];
    burst?.animate(frames, { duration: 520, easing: "ease-out" });
  }

  static override styles = [
    ...RoomElement.styles,
    keyLook,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: var(--space-2);
      }
      button {
        position: relative;
        display: grid;
        justify-items: center;
        gap: var(--space-1);
        inline-size: 100%;
        min-block-size: 4.5rem;
        padding: var(--space-3) var(--space-1);
        border-color: transparent;
        border-radius: var(--round);
        background: var(--raised);
        touch-action: manipulation;
        user-select: none;
        overflow: clip;
      }
      :host([bare]) button {
        min-block-size: 3.25rem;
        padding: var(--space-2) 0;
      }
      button:active svg {
        transform: scale(0.9);
      }
      svg {
        position: relative;
        inline-size: 2rem;
        block-size: 2rem;
        stroke-width: 1.6;
      }
      [data-kind="smile"] {
        --own: var(--tap-smile);
      }
      [data-kind="laugh"] {
        --own: var(--tap-laugh);
      }
      [data-kind="wow"] {
        --own: var(--tap-wow);
      }
      [data-kind="applause"] {
        --own: var(--tap-applause);
      }
      svg,
      .count {
        color: var(--own);
      }
      .count {
        position: absolute;
        inset-block-start: var(--space-1);
        inset-inline-start: var(--space-2);
        font-size: 0.75rem;
        font-variant-numeric: tabular-nums;
      }
      .name {
        position: relative;
        font-size: var(--text-s);
      }
      kbd {
        position: absolute;
        inset-block-start: var(--space-1);
        inset-inline-end: var(--space-2);
        color: var(--text-faint);
        font: inherit;
        font-size: 0.75rem;
        font-weight: var(--weight);
      }
      .burst {
        position: absolute;
        inset: 0;
        margin: auto;
        inline-size: 4rem;
        block-size: 4rem;
        border-radius: 50%;
        background: radial-gradient(closest-side, var(--own), transparent);
        opacity: 0;
      }
    `,
  ];
}
