// <kuuki-call-check .session>: one's own picture and sound, the devices, the network, and whether the address is
// hidden. Fires `go`.

import { css, html, nothing, type TemplateResult } from "lit";
import type { CallSnapshot, NetworkTest } from "../../core/call/session";
import { closeSign, doneSign } from "../icons";
import { mirrorLook } from "../shapes";
import { CallElement } from "./element";
import { faceOffSign, networkSign, noCameraSign } from "./signs";
import { pairLook } from "./styles";
import { attach } from "./video";

const WAYS = ["direct", "outside", "relay"] as const;

type Selected = Pick<CallSnapshot, "picture" | "network" | "hasRelay" | "relayOnly"> & {
  readonly preview: MediaStream | null;
};

export class KuukiCallCheck extends CallElement<Selected> {
  protected override select({ picture, network, hasRelay, relayOnly }: CallSnapshot): Selected {
    return { picture, network, hasRelay, relayOnly, preview: this.session.preview };
  }

  protected override render(): TemplateResult {
    const { check } = this.said;
    const { language, session } = this;
    return html`<div class="pair">
      <section class="own" aria-labelledby="check">
        <h1 id="check" tabindex="-1" data-first>${check.heading}</h1>
        ${this.#picture()}
      </section>
      <section class="panel act">
        <kuuki-call-devices .language=${language} .session=${session}></kuuki-call-devices>
        ${this.#network()}
        ${this.#hide()}
        <button class="primary big" @click=${() => this.dispatchEvent(new Event("go"))}>${check.go}</button>
      </section>
    </div>`;
  }

  #picture(): TemplateResult {
    const { check } = this.said;
    const shown = this.selected?.picture === "on" && this.selected.preview !== null;
    const faceOff = this.selected?.picture === "face_off";
    return html`<figure>
        <video ?hidden=${!shown} muted playsinline autoplay aria-label=${check.preview}></video>
        ${shown ? nothing : html`<p class="none">${faceOff ? faceOffSign : noCameraSign}${faceOff ? check.faceOff : check.noPicture}</p>`}
      </figure>
      ${shown ? html`<p class="hint">${check.preview}</p>` : nothing}`;
  }

  #network(): TemplateResult {
    const { check } = this.said;
    const test = this.selected?.network ?? null;
    const runs = test?.state === "running";
    return html`<div class="network">
      <div class="line">
        <button ?disabled=${runs} @click=${() => this.session.testNetwork()}>${networkSign}${test && !runs ? check.networkAgain : check.network}</button>
        ${test ? nothing : html`<span class="hint">${check.networkHint}</span>`}
      </div>
      <div role="status">${test ? this.#result(test) : nothing}</div>
    </div>`;
  }

  #result(test: NetworkTest): TemplateResult {
    const { check, call } = this.said;
    if (test.state === "running") return html`<p class="soft">${check.networkRuns}</p>`;
    return html`<p><b>${check[verdict(test)]}</b></p>
      ${test.isTooSoon && verdict(test) !== "networkSoon" ? html`<p class="hint">${check.networkSoon}</p>` : nothing}
      <ul>${WAYS.map((way) => html`<li class=${mark(test[way])}>${test[way] === null ? html`<i aria-hidden="true">–</i>` : test[way] ? doneSign : closeSign}<span>${check.ways[way]}</span> <span class="soft">${word(test[way], check)}</span></li>`)}</ul>
      ${test.relayTrouble && test.relayTrouble !== "missing" ? html`<p class="hint">${call.relay[test.relayTrouble].what} ${call.relay[test.relayTrouble].todo}</p>` : nothing}`;
  }

  #hide(): TemplateResult {
    const { check } = this.said;
    const impossible = this.selected?.hasRelay === false;
    return html`<label class="tick">
      <input type="checkbox" .checked=${this.selected?.relayOnly ?? false} ?disabled=${impossible}
        @change=${(event: Event) => this.session.setRelayOnly((event.target as HTMLInputElement).checked)} />
      <span>${check.hide}<small>${impossible ? check.hideNot : check.hideHint}</small></span>
    </label>`;
  }

  protected override updated(): void {
    attach(this.renderRoot.querySelector("video"), this.selected?.preview ?? null, true);
  }

  static override styles = [
    ...CallElement.styles,
    mirrorLook,
    pairLook,
    css`
      .own {
        display: grid;
        gap: var(--space-4);
      }
      figure {
        display: grid;
        aspect-ratio: 4 / 3;
        border-radius: var(--round-l);
        background: var(--surface);
        overflow: clip;
      }
      .none {
        display: grid;
        justify-items: center;
        gap: var(--space-3);
        place-self: center;
        color: var(--text-soft);
        text-align: center;
      }
      .none svg {
        inline-size: 3rem;
        block-size: 3rem;
        color: var(--text-faint);
      }
      .act {
        gap: var(--space-4);
      }
      .network {
        padding-block-start: var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      .network {
        display: grid;
        gap: var(--space-2);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
      }
      li {
        display: grid;
        grid-template-columns: 1.5rem 1fr auto;
        align-items: center;
        gap: var(--space-3);
        min-block-size: 2rem;
      }
      li i {
        text-align: center;
        color: var(--text-faint);
      }
      .yes svg {
        color: var(--accent);
      }
      .no svg {
        color: var(--warn);
      }
      [role="status"] > p:first-child {
        margin-block-end: var(--space-2);
      }
      @media (min-width: 60rem) {
        .pair {
          align-items: start;
          align-content: center;
        }
        .own {
          position: sticky;
          inset-block-start: var(--space-5);
        }
        h1 {
          font-size: 2.375rem;
          margin-block-end: var(--space-2);
        }
      }
    `,
  ];
}

type Verdict = "networkGood" | "networkRelay" | "networkSoon" | "networkNear" | "networkNone";

function verdict({ direct, outside, relay, isTooSoon }: NetworkTest): Verdict {
  if (outside) return "networkGood";
  if (relay) return "networkRelay";
  if (isTooSoon) return "networkSoon";
  return direct ? "networkNear" : "networkNone";
}

function mark(way: boolean | null): string {
  return way === null ? "unknown" : way ? "yes" : "no";
}

function word(way: boolean | null, said: { works: string; fails: string; unknown: string }): string {
  return way === null ? said.unknown : way ? said.works : said.fails;
}
