// <kuuki-call-start .session .invited>: what it is in a breath, and a name. Fires `go`.

import { css, html, nothing, type TemplateResult } from "lit";
import { parseCode } from "../../core/call/codes";
import type { CallSnapshot } from "../../core/call/session";
import type { AirShape } from "../../core/mood/air";
import { heroLook } from "../shapes";
import { CallElement } from "./element";
import { forgetName, keepName, keptName, NAME_MOST } from "./name";
import { pairLook } from "./styles";
import { codeWords } from "./words";

/** Two lights that have found each other. */
const ONE: AirShape = { standing: "live", size: 0.7, tone: 0.8, edge: 0.5, light: 1, rings: 0, seeds: 5 };
const OTHER: AirShape = { standing: "live", size: 0.62, tone: -0.75, edge: 0.5, light: 0.9, rings: 0, seeds: 5 };

type Selected = Pick<CallSnapshot, "name">;

export class KuukiCallStart extends CallElement<Selected> {
  static override properties = { ...CallElement.properties, invited: { attribute: false } };

  /** The code of the link that was opened, in its Latin form. */
  declare invited: string | null;

  constructor() {
    super();
    this.invited = null;
  }

  protected override select({ name }: CallSnapshot): Selected {
    return { name };
  }

  protected override render(): TemplateResult {
    const { start } = this.said;
    return html`<div class="pair">
        <div class="hero">
          <div class="lights" aria-hidden="true"><kuuki-air .shape=${OTHER}></kuuki-air><kuuki-air .shape=${ONE}></kuuki-air></div>
          <h1>${start.headline.split("\n").map((line) => html`<span>${line}</span> `)}</h1>
          <p class="breath">${start.breath}</p>
        </div>
        ${this.#form()}
      </div>
      <ol class="steps">${start.steps.map(([what, more], index) => html`<li><span aria-hidden="true">${index + 1}</span><b>${what}</b><p>${more}</p></li>`)}</ol>`;
  }

  #form(): TemplateResult {
    const { start } = this.said;
    const kept = keptName();
    return html`<form class="panel act" @submit=${(event: SubmitEvent) => this.#submit(event)}>
      ${this.invited === null ? nothing : this.#invitation(this.invited)}
      <h2>${start.heading}</h2>
      <label class="field">${start.name}
        <input data-first name="name" maxlength=${NAME_MOST} autocomplete="nickname" .value=${kept ?? this.selected?.name ?? ""} aria-describedby="name-hint" />
      </label>
      <p class="hint" id="name-hint">${start.nameHint}</p>
      <label class="tick"><input type="checkbox" name="keep" ?checked=${kept !== null} />${start.remember}</label>
      <button class="primary big">${start.go}</button>
    </form>`;
  }

  #invitation(link: string): TemplateResult {
    const { start } = this.said;
    const code = parseCode(link);
    return html`<div class="invited">
      <p><b>${start.invited}</b></p>
      ${code === null ? nothing : html`<p class="code"><span class="unseen">${start.invitedCode}</span>${codeWords(code, this.language)}</p>`}
    </div>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const name = String(form.get("name") ?? "").trim();
    if (form.get("keep")) keepName(name);
    else forgetName();
    this.session.open(name);
    this.dispatchEvent(new Event("go"));
  }

  static override styles = [
    ...CallElement.styles,
    pairLook,
    heroLook,
    css`
      .lights {
        display: flex;
        justify-content: center;
        padding-block: var(--space-5);
      }
      .lights kuuki-air {
        inline-size: min(7.5rem, 32vw);
        margin-inline: -0.75rem;
      }
      .breath {
        max-inline-size: 34rem;
      }
      .invited {
        padding: var(--space-4);
        margin-block-end: var(--space-2);
        border-radius: var(--round);
        background: var(--raised);
      }
      .code {
        margin-block-start: var(--space-2);
        color: var(--accent);
      }
      .act {
        gap: var(--space-3);
      }
      .primary {
        margin-block-start: var(--space-3);
      }
      .steps li {
        grid-template-rows: auto 1fr;
      }
      @media (min-width: 60rem) {
        .pair {
          min-block-size: calc(100dvh - 18rem);
        }
        .lights {
          justify-content: start;
          padding: 0 0 3.5rem 2rem;
        }
        .lights kuuki-air {
          inline-size: min(14rem, 26vh);
          margin-inline: -1.25rem;
        }
      }
    `,
  ];
}
