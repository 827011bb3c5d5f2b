// <kuuki-air .shape=${AirShape}>: the soft light that breathes.
//
// Nothing is painted per frame. Each layer is a gradient painted once; a mix only sets transforms and opacities, which
// the compositor moves by itself. Colour is a middle layer under a cool or a warm one; the edge is a crossfade of mist, a
// soft body and a disc. What cannot be seen is hidden, and moves no more: an animation costs a frame whatever it shows.

import { html, nothing, type PropertyValues, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import { type AirShape, looksSame } from "../../core/mood/air";
import type { Pulse } from "../../core/mood/heard";
import type { Ring } from "../../core/mood/rings";
import { KuukiElement } from "../element";
import { Lobes } from "./air-lobes";
import { breath, sendRing, swell } from "./air-motions";
import { airStyles } from "./air-styles";

const QUIET: AirShape = { standing: "connecting", size: 0.4, tone: 0, edge: 0, light: 0, rings: 0, seeds: 5 };

/** The rings of a call are at least this far apart, so that they stay single rings. */
const RING_GAP_MS = 550;
/** From this change on (of size, tone, edge or light) the light is seen to move, … */
const SWIFT = 0.06;
/** … for so long. */
const SWIFT_MS = 800;
/** Less light than this is none. */
const UNSEEN = 0.004;

export class KuukiAir extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    shape: { attribute: false },
    you: { attribute: false },
    standing: { reflect: true },
    swift: { type: Boolean, reflect: true },
  };

  /** What to show; see core/mood/air.ts. */
  declare shape: AirShape;
  /** One's own smile, 0..1, as a mote on the rim; null: one does not share. */
  declare you: number | null;
  declare standing: string;
  /** Whether it changes by so much that it is seen to move. */
  declare swift: boolean;

  #ringTimer: ReturnType<typeof setTimeout> | undefined;
  #breath: Animation | undefined;
  #drawn: AirShape | undefined;
  #swiftUntil = 0;
  readonly #lobes = new Lobes();
  #ring: Ring | null | undefined;
  #pulse: Pulse | null | undefined;

  constructor() {
    super();
    this.shape = QUIET;
    this.you = null;
    this.swift = false;
    this.standing = QUIET.standing;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#breath?.cancel();
    this.#breath = undefined;
    this.#lobes.rest();
    clearTimeout(this.#ringTimer);
    this.#ringTimer = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }

  /** A tap of one's own arrives: its ring goes out at once. */
  join(kind: Ring["kind"]): void {
    this.#sendRing(kind);
  }

  /** A drift in steps that nobody sees is followed as soon as their sum can be seen: what counts is what was drawn. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    const isShapeAlone = changed.size === 1 && changed.has("shape");
    return !isShapeAlone || !this.#drawn || !looksSame(this.shape, this.#drawn);
  }

  protected override willUpdate(): void {
    const now = performance.now();
    if (
      this.#drawn &&
      !looksSame({ ...this.#drawn, ring: null, pulse: null }, { ...this.shape, ring: null, pulse: null }, SWIFT)
    )
      this.#swiftUntil = now + SWIFT_MS;
    this.swift = now < this.#swiftUntil;
    this.#drawn = this.shape;
    this.standing = this.shape.standing;
  }

  protected override render(): TemplateResult {
    return html`
      <i class="swell" aria-hidden="true"></i>
      <div class="body" aria-hidden="true">
        <i class="layer mist mid"></i>
        <i class="layer mist cool"></i>
        <i class="layer mist warm"></i>
        <div class="breath">
          <i class="layer lobe one"></i>
          <i class="layer lobe two"></i>
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
      <div class="rim" aria-hidden="true">${this.you === null ? nothing : html`<i class="you"></i>`}</div>
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
    const { size, edge, standing, light } = this.shape;
    this.#set(".body", "transform", `scale(${size.toFixed(3)})`);
    this.#set(".rim", "transform", `scale(${(0.3 + 0.72 * size).toFixed(3)})`);
    if (this.you !== null) this.#set(".you", "opacity", (0.3 + 0.7 * Math.min(1, Math.max(0, this.you))).toFixed(2));
    const lit = standing === "live" ? light : 0;
    this.#colour(lit);
    this.#part(lit * (1 - ramp(edge, 0.25, 0.72)));
    this.#breathe();
    this.#call();
    this.#answer();
  }

  #colour(lit: number): void {
    const { tone, edge } = this.shape;
    const disc = ramp(edge, 0.68, 0.97);
    const soft = ramp(edge, 0.2, 0.62) * (1 - disc);
    const forms = { mist: 1 - 0.45 * soft - 0.55 * disc, soft, disc };
    // The middle fades only as the other covers it, so that a crossfade never darkens.
    const tones = { mid: 1 - tone * tone, cool: Math.max(0, -tone), warm: Math.max(0, tone) };
    for (const [form, much] of Object.entries(forms))
      for (const [name, share] of Object.entries(tones)) this.#show(`.${form}.${name}`, lit * much * share);
  }

  /** A room of two minds has two lights. */
  #part(parted: number): void {
    const { tone, edge } = this.shape;
    this.#show(".one", parted * (0.62 + 0.3 * Math.max(0, tone)));
    this.#show(".two", parted * (0.62 + 0.3 * Math.max(0, -tone)));
    const both = [".one", ".two"].map((name) => this.renderRoot.querySelector<HTMLElement>(name));
    this.#lobes.move(both, (1 - edge) * 28, parted > UNSEEN && !this.#motionIsUnwanted);
  }

  #show(selector: string, opacity: number): void {
    this.#set(selector, "opacity", opacity.toFixed(3));
    this.#set(selector, "visibility", opacity <= UNSEEN ? "hidden" : "visible");
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
    this.#breath ??= breath(element);
    const rate = Math.round((0.6 + 1.4 * Math.max(0, size - 0.38)) * 5) / 5;
    if (this.#breath.playbackRate !== rate) this.#breath.updatePlaybackRate(rate);
  }

  /** A call rings until it is answered. */
  #call(): void {
    if (this.shape.rings < 0.05 || this.shape.standing !== "live" || this.#motionIsUnwanted) {
      clearTimeout(this.#ringTimer);
      this.#ringTimer = undefined;
      return;
    }
    this.#ringTimer ??= setTimeout(
      () => {
        this.#ringTimer = undefined;
        this.#sendRing("call");
        this.#call();
      },
      Math.max(RING_GAP_MS, 1000 / this.shape.rings),
    );
  }

  /** Rings and pulses that are new since it was drawn last; what is there at first was before. */
  #answer(): void {
    const { ring = null, pulse = null, size } = this.shape;
    const isFirst = this.#ring === undefined;
    if (ring !== null && ring !== this.#ring && !isFirst) this.#sendRing(ring.kind);
    const light = this.renderRoot.querySelector<HTMLElement>(".swell");
    if (pulse !== null && pulse !== this.#pulse && !isFirst && light)
      swell(light, pulse.rise, size, this.#motionIsUnwanted);
    if (ring !== null || isFirst) this.#ring = ring;
    if (pulse !== null || isFirst) this.#pulse = pulse;
  }

  #sendRing(kind: Ring["kind"] | "call"): void {
    const home = this.renderRoot.querySelector(".rings");
    if (home) sendRing(home, kind, this.shape.size, this.#motionIsUnwanted);
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
