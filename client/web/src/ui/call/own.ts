// <kuuki-call-own .session>: one's own picture, small, in a corner; a press or a pull moves it to another.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot } from "../../core/call/session";
import { mirrorLook } from "../shapes";
import { CallElement } from "./element";
import { faceOffSign, mutedSign, noCameraSign } from "./signs";
import { attach } from "./video";

/** Clockwise from the bottom right, which is where faces rarely are. */
const CORNERS = ["bottom-end", "bottom-start", "top-start", "top-end"] as const;
type Corner = (typeof CORNERS)[number];
const PULLED_PX = 12;

type Selected = Pick<CallSnapshot, "picture" | "sound"> & { readonly preview: MediaStream | null };

export class KuukiCallOwn extends CallElement<Selected> {
  static override properties = { ...CallElement.properties, corner: { reflect: true } };

  declare corner: Corner;

  #from: { x: number; y: number } | null = null;
  #pulled = false;

  constructor() {
    super();
    this.corner = "bottom-end";
  }

  protected override select({ picture, sound }: CallSnapshot): Selected {
    return { picture, sound, preview: this.session.preview };
  }

  protected override render(): TemplateResult | typeof nothing {
    const { selected } = this;
    if (!selected) return nothing;
    const { call } = this.said;
    const shown = selected.picture === "on" && selected.preview !== null;
    const faceOff = selected.picture === "face_off";
    return html`<button class=${shown ? "" : "small"} aria-label=${call.movePreview}
        @click=${() => this.#next()} @pointerdown=${(event: PointerEvent) => this.#down(event)} @pointerup=${(event: PointerEvent) => this.#up(event)}>
        <video ?hidden=${!shown} muted playsinline autoplay aria-hidden="true"></video>
        ${shown ? nothing : html`<span class="none">${faceOff ? faceOffSign : noCameraSign}</span>`}
        ${selected.sound ? nothing : html`<span class="muted">${mutedSign}</span>`}
      </button>
      <p class="unseen">${shown ? call.preview : faceOff ? call.faceOffOn : call.pictureOff} ${selected.sound ? "" : call.muted}</p>`;
  }

  #next(): void {
    if (this.#pulled) this.#pulled = false;
    else this.corner = CORNERS[(CORNERS.indexOf(this.corner) + 1) % CORNERS.length] ?? "bottom-end";
  }

  #down(event: PointerEvent): void {
    this.#from = { x: event.clientX, y: event.clientY };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  /** Let go somewhere else: the nearest corner. */
  #up({ clientX, clientY }: PointerEvent): void {
    const from = this.#from;
    this.#from = null;
    if (!from || Math.hypot(clientX - from.x, clientY - from.y) < PULLED_PX) return;
    const box = this.offsetParent?.getBoundingClientRect();
    if (!box) return;
    const [low, right] = [clientY > box.top + box.height / 2, clientX > box.left + box.width / 2];
    this.#pulled = true;
    this.corner = `${low ? "bottom" : "top"}-${right ? "end" : "start"}`;
  }

  protected override updated(): void {
    attach(this.renderRoot.querySelector("video"), this.selected?.preview ?? null, true);
  }

  static override styles = [
    ...CallElement.styles,
    mirrorLook,
    css`
      :host {
        position: absolute;
        z-index: 1;
        margin: var(--space-3);
      }
      :host([corner="bottom-end"]) {
        inset: auto 0 0 auto;
      }
      :host([corner="bottom-start"]) {
        inset: auto auto 0 0;
      }
      :host([corner="top-start"]) {
        inset: 0 auto auto 0;
      }
      :host([corner="top-end"]) {
        inset: 0 0 auto auto;
      }
      button {
        position: relative;
        display: grid;
        inline-size: clamp(5.5rem, 15vw, 13rem);
        aspect-ratio: 4 / 3;
        padding: 0;
        border: 1px solid rgb(255 255 255 / 0.22);
        border-radius: var(--round);
        background: var(--surface);
        overflow: clip;
        touch-action: none;
      }
      @media (max-width: 60rem) and (orientation: portrait) {
        button {
          aspect-ratio: 3 / 4;
        }
      }
      .small {
        inline-size: 3.5rem;
        aspect-ratio: 1;
      }
      .none {
        place-self: center;
        color: var(--text-soft);
      }
      .muted {
        position: absolute;
        inset-block-end: var(--space-1);
        inset-inline-start: var(--space-1);
        padding: 0.2rem;
        border-radius: 50%;
        background: rgb(9 10 14 / 0.78);
        font-size: 0.75rem;
      }
    `,
  ];
}
