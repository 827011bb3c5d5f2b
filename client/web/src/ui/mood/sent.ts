// <kuuki-sent .session .heading>: what left this device, byte for byte, in a room or in a call.

import { css, html, nothing, type TemplateResult } from "lit";
import { LABELS, TAPS, WHOLE } from "../../core/mood/generated";
import { SHOWN_ORDER } from "../../core/mood/labels";
import type { Sent, Snapshot } from "../../core/mood/session";
import { type Followed, FollowingElement } from "../following";
import { headLook } from "../shapes";
import { hex, type Piece, takeApart } from "./anatomy";

/** While open it changes once a second: fast enough to follow, slow enough to read. */
const EVERY_MS = 1000;
const SHOWN = 12;

type WhatLeft = Pick<Snapshot, "sent" | "sentCount" | "sentBytes">;

export class KuukiSent extends FollowingElement<Followed<WhatLeft>, WhatLeft, WhatLeft> {
  static override properties = {
    ...FollowingElement.properties,
    heading: { type: String },
    open: { type: Boolean },
    held: { state: true },
    view: { state: true },
  };

  /** What stands above it; "" for that of the room. */
  declare heading: string;
  declare open: boolean;
  declare protected held: boolean;
  /** What is shown, which lags behind the newest. */
  declare protected view: WhatLeft | undefined;

  #timer: ReturnType<typeof setInterval> | undefined;
  #atMs = 0;

  constructor() {
    super();
    this.heading = "";
    this.open = false;
    this.held = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#refresh(), EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  protected override select({ sent, sentCount, sentBytes }: WhatLeft): WhatLeft {
    return { sent, sentCount, sentBytes };
  }

  /** Drawn by its own clock, not whenever something leaves. */
  protected override shouldUpdate(changed: Map<string, unknown>): boolean {
    return !(changed.size === 1 && changed.has("selected") && this.view);
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    super.willUpdate(changed);
    if (!this.view || changed.has("open")) this.#refresh(true);
  }

  #refresh(at_once = false): void {
    if (this.held && !at_once) return;
    if (this.view?.sentCount === this.selected?.sentCount && !at_once && !this.open) return;
    this.#atMs = performance.now();
    this.view = this.selected ? { ...this.selected } : undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { view } = this;
    if (!view) return nothing;
    const { sent } = this.words;
    const count = (value: number) => value.toLocaleString(this.language);
    return html`<section aria-labelledby="title">
      <div class="head">
        <div>
          <h2 id="title">${this.heading || sent.title}</h2>
          <p class="hint">${sent.totals(count(view.sentCount), count(view.sentBytes))}</p>
        </div>
        <button aria-expanded=${this.open} aria-controls="body" aria-describedby="title" @click=${() => this.#turn()}>
          ${this.open ? sent.close : sent.open}
        </button>
      </div>
      <div id="body" ?hidden=${!this.open}>${this.open ? this.#body(view) : nothing}</div>
    </section>`;
  }

  #turn(): void {
    this.open = !this.open;
    this.held = false;
  }

  #body(view: WhatLeft): TemplateResult {
    const { sent } = this.words;
    const newest = view.sent.findLast(({ kind }) => kind === "score") ?? view.sent.at(-1);
    if (!newest) return html`<p class="soft">${sent.nothing}</p>`;
    const pieces = takeApart(newest.bytes);
    return html`<div class="stack">
      <div class="head">
        <h3>${sent.newest}</h3>
        <button class="quiet" aria-pressed=${this.held} @click=${() => this.#hold()}>${this.held ? sent.follow : sent.hold}</button>
      </div>
      ${this.#seven(pieces)}
      <ol class="pieces">${pieces.map((piece) => this.#piece(piece))}</ol>
      <h3>${sent.log}</h3>
      <div class="log" role="region" aria-label=${sent.log} tabindex="0">
        <ol>${view.sent
          .slice(-SHOWN)
          .reverse()
          .map((one) => this.#line(one))}</ol>
      </div>
    </div>`;
  }

  #hold(): void {
    this.held = !this.held;
    if (!this.held) this.#refresh();
  }

  /** The seven in the order of all pages; the bytes keep theirs. */
  #seven(pieces: readonly Piece[]): TemplateResult | typeof nothing {
    const weights = pieces.filter(({ part }) => part === "weight");
    if (weights.length < LABELS.length) return nothing;
    const inOrder = SHOWN_ORDER.flatMap((label) => weights[LABELS.indexOf(label)] ?? []);
    return html`<p class="seven">${inOrder.map((weight) => html`<span>${this.#meaning(weight)}</span> `)}</p>`;
  }

  #piece(piece: Piece): TemplateResult {
    return html`<li class=${piece.part}><code>${hex(piece.bytes)}</code><span>${this.#meaning(piece)}</span></li>`;
  }

  #meaning({ part, value, index }: Piece): string {
    const { sent, labels, taps } = this.words;
    if (part === "weight") return `${labels[LABELS[index] ?? "neutral"]} ${Math.round(((value ?? 0) / WHOLE) * 100)}%`;
    if (part === "tap") return `${taps[TAPS[index] ?? "smile"]} ${value}`;
    if (part === "sure") return `${sent.parts.sure} ${Math.round(((value ?? 0) / WHOLE) * 100)}%`;
    if (part === "kind") return sent.kinds[(["score", "tap", "beat"] as const)[(value ?? 1) - 1] ?? "score"];
    if (part === "presence") return sent.presence[value ?? 0] ?? sent.parts.unknown;
    return value === null ? sent.parts[part] : `${sent.parts[part]} ${value}`;
  }

  #line({ atMs, kind, bytes }: Sent): TemplateResult {
    const { sent } = this.words;
    const ago = Math.max(0, (this.#atMs - atMs) / 1000);
    return html`<li>
      <span class="what">${sent.kinds[kind]} · ${sent.bytes(bytes.length)} · ${sent.ago(ago.toFixed(1))}</span>
      <code>${hex(bytes)}</code>
    </li>`;
  }

  static override styles = [
    ...FollowingElement.styles,
    headLook,
    css`
      #body {
        margin-block-start: var(--space-4);
      }
      .quiet {
        flex: none;
      }
      h3 {
        font-size: var(--text-m);
      }
      code {
        font-family: var(--font-bytes);
        font-size: var(--text-s);
        overflow-wrap: anywhere;
      }
      .seven {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--space-3);
        color: var(--text-soft);
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      .pieces {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
      }
      .pieces li {
        display: grid;
        gap: 0;
        padding: var(--space-1) var(--space-2);
        border-radius: 0.5rem;
        background: var(--raised);
        line-height: 1.4;
      }
      .pieces span {
        color: var(--text-soft);
        font-size: 0.8125rem;
      }
      .pieces .weight code {
        color: var(--accent);
      }
      .log {
        max-block-size: 15rem;
        overflow: auto;
        border-radius: var(--round);
      }
      .log ol {
        display: grid;
        gap: var(--space-2);
      }
      .log li {
        display: grid;
        line-height: 1.4;
      }
      .what {
        color: var(--text-soft);
        font-size: 0.8125rem;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
}
