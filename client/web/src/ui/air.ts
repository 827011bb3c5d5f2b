// <kuuki-air .shape=${AirShape}>: the soft light that breathes.
//
// Nothing is painted per frame. Each layer is a gradient painted once; a mix only sets transforms and opacities, which
// the compositor moves by itself. Colour is a crossfade of a cool, a middle and a warm layer; the edge is a crossfade of
// mist and disc.

import { css, html, nothing, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type AirShape, looksSame } from "../core/air";
import { KuukiElement } from "./element";

const QUIET: AirShape = { standing: "connecting", size: 0.4, tone: 0, edge: 0, light: 0, rings: 0, seeds: 5 };

/** The rings of taps are at least this far apart, so that they stay single rings. */
const RING_GAP_MS = 550;
const RING_MS = 2600;

export class KuukiAir extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    shape: { attribute: false, hasChanged: (next: AirShape, last?: AirShape) => !last || !looksSame(next, last) },
    standing: { reflect: true },
  };

  /** What to show; see core/air.ts. */
  declare shape: AirShape;
  declare standing: string;

  #ringTimer: ReturnType<typeof setTimeout> | undefined;
  #breath: Animation | undefined;

  constructor() {
    super();
    this.shape = QUIET;
    this.standing = QUIET.standing;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#breath = undefined;
    clearTimeout(this.#ringTimer);
    this.#ringTimer = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  protected override willUpdate(): void {
    this.standing = this.shape.standing;
  }

  protected override render(): TemplateResult {
    return html`
      <div class="breath" aria-hidden="true">
        <div class="body">
          <i class="layer mist mid"></i>
          <i class="layer mist cool"></i>
          <i class="layer mist warm"></i>
          <div class="lobes"><i class="layer lobe one"></i><i class="layer lobe two"></i></div>
          <i class="layer disc mid"></i>
          <i class="layer disc cool"></i>
          <i class="layer disc warm"></i>
          <i class="outline"></i>
        </div>
      </div>
      <div class="rings" aria-hidden="true"></div>
      ${this.shape.standing === "few" ? this.#seeds() : nothing}
      ${this.shape.standing === "connecting" ? html`<i class="search" aria-hidden="true"></i>` : nothing}
    `;
  }

  #seeds(): TemplateResult {
    const count = this.shape.seeds;
    const at = (index: number) => (index / count) * 2 * Math.PI - Math.PI / 2;
    return html`<svg class="seeds" viewBox="-100 -100 200 200" aria-hidden="true">
      ${Array.from({ length: count }, (_, index) => {
        const [x, y] = [Math.cos(at(index)) * 44, Math.sin(at(index)) * 44];
        return seed(x, y);
      })}
    </svg>`;
  }

  protected override updated(): void {
    const { size, tone, edge, light, standing } = this.shape;
    const lit = standing === "live" ? light : 0;
    this.#set(".body", "transform", `scale(${size.toFixed(3)})`);
    const disc = edge ** 1.4;
    const mist = 1 - 0.45 * disc;
    const tones = { mid: 1, cool: Math.max(0, -tone), warm: Math.max(0, tone) };
    for (const [name, share] of Object.entries(tones)) {
      this.#set(`.mist.${name}`, "opacity", (lit * mist * share).toFixed(3));
      this.#set(`.disc.${name}`, "opacity", (lit * disc * share).toFixed(3));
    }
    const apart = (1 - edge) * 20;
    this.#set(".one", "opacity", (lit * (1 - disc) * (0.35 + 0.35 * Math.max(0, tone))).toFixed(3));
    this.#set(".two", "opacity", (lit * (1 - disc) * (0.35 + 0.35 * Math.max(0, -tone))).toFixed(3));
    this.#set(".one", "transform", `translate(${apart}%, ${-apart * 0.6}%)`);
    this.#set(".two", "transform", `translate(${-apart}%, ${apart * 0.6}%)`);
    this.#breathe();
    this.#ring();
  }

  #set(selector: string, property: string, value: string): void {
    const element = this.renderRoot.querySelector<HTMLElement>(selector);
    if (element && element.style.getPropertyValue(property) !== value) element.style.setProperty(property, value);
  }

  /** A calm room breathes in seven seconds, a lively one in three and a half. */
  #breathe(): void {
    const { standing, size } = this.shape;
    const still = this.#motionIsUnwanted || standing !== "live";
    const element = this.renderRoot.querySelector(".breath");
    if (still || !element) {
      this.#breath?.cancel();
      this.#breath = undefined;
      return;
    }
    this.#breath ??= element.animate([{ transform: "scale(0.965)" }, { transform: "scale(1.035)" }], {
      duration: 3500,
      iterations: Number.POSITIVE_INFINITY,
      direction: "alternate",
      easing: "ease-in-out",
    });
    const rate = Math.round((0.6 + 1.4 * Math.max(0, size - 0.38)) * 5) / 5;
    if (this.#breath.playbackRate !== rate) this.#breath.updatePlaybackRate(rate);
  }

  #ring(): void {
    if (this.shape.rings < 0.05 || this.shape.standing !== "live" || this.#motionIsUnwanted) {
      clearTimeout(this.#ringTimer);
      this.#ringTimer = undefined;
      return;
    }
    this.#ringTimer ??= setTimeout(
      () => {
        this.#ringTimer = undefined;
        this.#sendRing();
        this.#ring();
      },
      Math.max(RING_GAP_MS, 1000 / this.shape.rings),
    );
  }

  #sendRing(): void {
    const home = this.renderRoot.querySelector(".rings");
    if (!home || home.childElementCount >= 6) return;
    const ring = this.ownerDocument.createElement("i");
    home.append(ring);
    const from = this.shape.size * 0.72;
    const way = ring.animate(
      [
        { transform: `scale(${from})`, opacity: 0.7 },
        { transform: `scale(${from + 0.5})`, opacity: 0 },
      ],
      { duration: RING_MS, easing: "cubic-bezier(.2,.6,.4,1)" },
    );
    way.onfinish = () => ring.remove();
    way.oncancel = () => ring.remove();
  }

  get #motionIsUnwanted(): boolean {
    return this.ownerDocument.defaultView?.matchMedia("(prefers-reduced-motion: reduce)").matches ?? true;
  }

  static override styles = [
    css`
      :host {
        display: block;
        position: relative;
        aspect-ratio: 1;
        pointer-events: none;
        contain: layout style;
      }
      i,
      .breath,
      .body,
      .lobes,
      .rings,
      .seeds {
        position: absolute;
        inset: 0;
      }
      .breath,
      .body,
      .lobes {
        will-change: transform;
      }
      .body {
        transition: transform var(--light) var(--ease);
      }
      .layer {
        border-radius: 50%;
        opacity: 0;
        will-change: opacity;
        transition:
          opacity var(--light) linear,
          transform var(--slow) var(--ease);
      }
      .mist {
        inset: -45%;
      }
      .mist.mid {
        background: radial-gradient(
          closest-side,
          rgb(238 230 255 / 0.85),
          rgb(201 184 232 / 0.66) 14%,
          rgb(160 142 214 / 0.42) 30%,
          rgb(124 108 190 / 0.2) 48%,
          rgb(106 95 176 / 0.08) 66%,
          rgb(106 95 176 / 0.02) 84%,
          transparent
        );
      }
      .mist.cool {
        background: radial-gradient(
          closest-side,
          rgb(190 212 255 / 0.9),
          rgb(110 152 255 / 0.8) 14%,
          rgb(79 125 255 / 0.55) 30%,
          rgb(58 88 226 / 0.3) 48%,
          rgb(42 63 184 / 0.12) 66%,
          rgb(42 63 184 / 0.03) 84%,
          transparent
        );
      }
      .mist.warm {
        background: radial-gradient(
          closest-side,
          rgb(255 240 208 / 0.95),
          rgb(255 200 110 / 0.85) 14%,
          rgb(255 160 70 / 0.6) 30%,
          rgb(240 112 52 / 0.34) 48%,
          rgb(214 78 40 / 0.14) 66%,
          rgb(190 60 40 / 0.035) 84%,
          transparent
        );
      }
      .lobes {
        animation: drift 36s linear infinite;
        animation-play-state: paused;
      }
      :host([standing="live"]) .lobes {
        animation-play-state: running;
      }
      .lobe {
        inset: -5%;
      }
      .one {
        background: radial-gradient(
          closest-side,
          rgb(255 196 120 / 0.85),
          rgb(255 160 90 / 0.5) 32%,
          rgb(240 120 60 / 0.16) 64%,
          transparent
        );
      }
      .two {
        background: radial-gradient(
          closest-side,
          rgb(140 172 255 / 0.85),
          rgb(96 130 255 / 0.5) 32%,
          rgb(70 90 230 / 0.16) 64%,
          transparent
        );
      }
      .disc {
        inset: 13%;
      }
      .disc.mid {
        background: radial-gradient(closest-side, #fffdf8 0%, #f1e9ff 36%, #cbbdf0 74%, #a899e0 96%, #d9cffa 98.5%, transparent 99.4%);
      }
      .disc.cool {
        background: radial-gradient(closest-side, #f4f8ff 0%, #bcd2ff 36%, #7ba2ff 74%, #4f7dff 96%, #a9c4ff 98.5%, transparent 99.4%);
      }
      .disc.warm {
        background: radial-gradient(closest-side, #fffaf0 0%, #ffe6b3 36%, #ffc069 74%, #ff9c43 96%, #ffdca0 98.5%, transparent 99.4%);
      }
      .outline {
        inset: 13%;
        border: 3px solid transparent;
        border-radius: 50%;
      }
      :host([standing="stale"]) .outline,
      :host([standing="over"]) .outline {
        border-color: var(--edge);
      }
      :host([standing="over"]) .outline {
        border-style: dotted;
      }
      :host([standing="empty"]) .outline {
        border-color: var(--line);
        background: radial-gradient(closest-side, rgb(201 184 232 / 0.5), rgb(160 142 214 / 0.12) 24%, transparent 46%);
      }
      .seeds {
        inline-size: 100%;
        block-size: 100%;
        overflow: visible;
        stroke: none;
      }
      .seeds .far {
        fill: rgb(201 184 232 / 0.16);
      }
      .seeds .near {
        fill: rgb(225 214 250 / 0.85);
      }
      .search {
        inset: 31%;
        border: 3px solid var(--line);
        border-block-start-color: var(--air-mid);
        border-radius: 50%;
        animation: drift 2.4s linear infinite;
      }
      .rings i {
        border: 2px solid rgb(255 236 204 / 0.75);
        border-radius: 50%;
        opacity: 0;
      }
      @keyframes drift {
        to {
          transform: rotate(1turn);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .lobes,
        .search {
          animation: none;
        }
      }
      @media (forced-colors: active) {
        .outline {
          border-color: CanvasText;
        }
      }
    `,
  ];
}

function seed(x: number, y: number): SVGTemplateResult {
  return svg`<circle class="far" cx=${x} cy=${y} r="11"/><circle class="near" cx=${x} cy=${y} r="3.6"/>`;
}
