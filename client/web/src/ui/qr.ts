// <kuuki-qr .text .label>: a QR code as one path.

import { css, html, nothing, svg, type TemplateResult } from "lit";
import { KuukiElement } from "./element";

/** Empty modules around the code, as ISO/IEC 18004 asks. */
const QUIET_ZONE = 4;

export class KuukiQr extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    text: { type: String },
    label: { type: String },
    modules: { state: true },
  };

  declare text: string;
  /** What a screen reader says. */
  declare label: string;
  declare protected modules: readonly (readonly boolean[])[];

  constructor() {
    super();
    this.text = "";
    this.label = "";
    this.modules = [];
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("text") && this.text) this.#draw(this.text);
  }

  async #draw(text: string): Promise<void> {
    const { encode } = await import("uqr");
    this.modules = encode(text, { ecc: "M", border: QUIET_ZONE }).data;
  }

  protected override render(): TemplateResult | typeof nothing {
    const side = this.modules.length;
    if (!side) return nothing;
    const path = this.modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
    return html`<svg viewBox="0 0 ${side} ${side}" role="img" aria-label=${this.label} shape-rendering="crispEdges">
      ${svg`<rect width=${side} height=${side} fill="#fff"/><path d=${path} fill="#000"/>`}
    </svg>`;
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      :host {
        aspect-ratio: 1;
        border-radius: var(--round);
        background: #fff;
        overflow: clip;
      }
      svg {
        inline-size: 100%;
        block-size: 100%;
        stroke: none;
      }
    `,
  ];
}
