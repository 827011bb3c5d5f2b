// What may stand beside the room on a page, alone on one that is made up: <kuuki-recent> in each of its states.

import { css, html, type TemplateResult } from "lit";
import type { Row } from "../src/core/mood/history";
import type { Language } from "../src/locale";
import { KuukiElement, nameDocument } from "../src/ui/element";
import { lastMinutes } from "./history";

/** A room of which a fifth smiles: order of LABELS. */
const WEIGHTS = [0.02, 0.01, 0.02, 0.23, 0.05, 0.06, 0.61];

interface Past {
  readonly rows: readonly Row[];
  readonly weights: readonly number[] | null;
  readonly open: boolean;
}

const PASTS: Readonly<Record<string, () => Past>> = {
  folded: () => ({ rows: lastMinutes(), weights: WEIGHTS, open: false }),
  recent: () => ({ rows: lastMinutes(), weights: WEIGHTS, open: true }),
  gaps: () => ({ rows: lastMinutes().filter((_, second) => second % 200 > 60), weights: WEIGHTS, open: true }),
  young: () => ({ rows: lastMinutes().slice(-25), weights: WEIGHTS, open: true }),
  few: () => ({ rows: lastMinutes().slice(0, -45), weights: null, open: true }),
  empty: () => ({ rows: [], weights: null, open: true }),
};

export const BESIDE_STATES = Object.keys(PASTS);

class KuukiBeside extends KuukiElement {
  static override properties = { ...KuukiElement.properties, past: { attribute: false } };

  declare past: Past;

  protected override render(): TemplateResult {
    const { rows, weights, open } = this.past;
    return html`<main>
      <h1 class="unseen">kuuki</h1>
      <kuuki-recent .language=${this.language} .rows=${rows} .weights=${weights} .open=${open}></kuuki-recent>
    </main>`;
  }

  protected override updated(): void {
    nameDocument(document, this.language, "kuuki");
  }

  static override styles = [
    ...KuukiElement.styles,
    css`
      main {
        max-inline-size: 34rem;
        margin-inline: auto;
        padding: var(--space-4);
      }
    `,
  ];
}

customElements.define("kuuki-beside", KuukiBeside);

export function besidePage(language: Language, state: string): HTMLElement {
  return Object.assign(document.createElement("kuuki-beside"), {
    language,
    past: (PASTS[state] ?? PASTS["recent"]!)(),
  });
}
