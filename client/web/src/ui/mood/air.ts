// <kuuki-air .shape=${AirShape}>: the soft light that breathes.
//
// Nothing is painted per frame. Each layer is a gradient painted once; a mix only sets transforms and opacities, which
// the compositor moves by itself. Colour is a crossfade of a cool, a middle and a warm layer; the edge is a crossfade of
// mist, a soft body and a disc. Layers add up as light does, so a crossfade never darkens.

import { html, nothing, type PropertyValues, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type AirShape, looksSame } from "../../core/mood/air";
import { KuukiElement } from "../element";
import { airStyles } from "./air-styles";

const QUIET: AirShape = { standing: "connecting", size: 0.4, tone: 0, edge: 0, light: 0, rings: 0, seeds: 5 };

/** The name of an animation that is one of a series without end, which is no transition to wait for. */
const ENDLESS = "endless";

/** The rings of taps are at least this far apart, so that they stay single rings. */
const RING_GAP_MS = 550;
const RING_MS = 2600;

export class KuukiAir extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    shape: { attribute: false },
    standing: { reflect: true },
  };

  /** What to show; see core/mood/air.ts. */
  declare shape: AirShape;
  declare standing: string;

  #ringTimer: ReturnType<typeof setTimeout> | undefined;
  #breath: Animation | undefined;
  #drawn: AirShape | undefined;

  constructor() {
    super();
    this.shape = QUIET;
    this.standing = QUIET.standing;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#breath?.cancel();
    this.#breath = undefined;
    clearTimeout(this.#ringTimer);
    this.#ringTimer = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  /** A drift in steps that nobody sees is followed as soon as their sum can be seen: what counts is what was drawn. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const isShapeAlone = changed.size === 1 && changed.has("shape");
    return !isShapeAlone || !this.#drawn || !looksSame(this.shape, this.#drawn);
  }

  protected override willUpdate(): void {
    this.#drawn = this.shape;
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
          <i class="layer soft mid"></i>
          <i class="layer soft cool"></i>
          <i class="layer soft warm"></i>
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
      <defs>
        <radialGradient id="seed"><stop offset="0" class="inner" /><stop offset="0.3" class="middle" /><stop offset="1" class="outer" /></radialGradient>
      </defs>
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
    const disc = ramp(edge, 0.68, 0.97);
    const soft = ramp(edge, 0.2, 0.62) * (1 - disc);
    const forms = { mist: 1 - 0.45 * soft - 0.55 * disc, soft, disc };
    const tones = { mid: 1 - Math.abs(tone), cool: Math.max(0, -tone), warm: Math.max(0, tone) };
    for (const [form, much] of Object.entries(forms))
      for (const [name, share] of Object.entries(tones))
        this.#set(`.${form}.${name}`, "opacity", (lit * much * share).toFixed(3));
    const apart = (1 - edge) * 24;
    const parted = lit * (1 - ramp(edge, 0.25, 0.72));
    this.#set(".one", "opacity", (parted * (0.62 + 0.3 * tones.warm)).toFixed(3));
    this.#set(".two", "opacity", (parted * (0.62 + 0.3 * tones.cool)).toFixed(3));
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
        { transform: `scale(${from})`, opacity: 0.55 },
        { transform: `scale(${from + 0.5})`, opacity: 0 },
      ],
      { id: ENDLESS, duration: RING_MS, easing: "cubic-bezier(.2,.6,.4,1)" },
    );
    way.onfinish = () => ring.remove();
    way.oncancel = () => ring.remove();
  }

  get #motionIsUnwanted(): boolean {
    // An element is drawn once more after it was taken away; what moves without end would keep it alive.
    if (!this.isConnected) return true;
    return this.ownerDocument.defaultView?.matchMedia("(prefers-reduced-motion: reduce)").matches ?? true;
  }

  static override styles = [airStyles];
}

/** 0 below `from`, 1 above `to`, smooth between. */
function ramp(value: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

function seed(x: number, y: number): SVGTemplateResult {
  return svg`<circle cx=${x} cy=${y} r="19" fill="url(#seed)"/>`;
}
