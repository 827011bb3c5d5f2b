// <kuuki-recent .rows .weights .open>: the room's last ten minutes, folded until somebody wants to see them; only then is
// what draws them fetched. `rows` (oldest first, UTC milliseconds) and `weights` (the mix's seven, null unless it is live)
// may come as often as a mix does. Fires `toggle` when it was opened or closed: who makes rows may do so while it is open.

import { html, nothing, type TemplateResult } from "lit";
import type { Row } from "../../core/mood/history";
import { KuukiElement } from "../element";
import { foldLook } from "../shapes";

export class KuukiRecent extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    rows: { attribute: false },
    weights: { attribute: false },
    open: { type: Boolean },
  };

  declare rows: readonly Row[];
  declare weights: readonly number[] | null;
  declare open: boolean;

  constructor() {
    super();
    this.rows = [];
    this.weights = null;
    this.open = false;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("open") || !this.open) return;
    import("./history/recent").then(
      ({ defineRecent }) => defineRecent(),
      () => undefined, // offline: the next opening tries again
    );
  }

  protected override render(): TemplateResult {
    return html`<details .open=${this.open} @toggle=${(event: Event) => this.#turned(event.target as HTMLDetailsElement)}>
      <summary>${this.words.recent.title}</summary>
      ${
        this.open
          ? html`<kuuki-recent-room .language=${this.language} .rows=${this.rows} .weights=${this.weights}></kuuki-recent-room>`
          : nothing
      }
    </details>`;
  }

  #turned({ open }: HTMLDetailsElement): void {
    if (open === this.open) return;
    this.open = open;
    this.dispatchEvent(new Event("toggle"));
  }

  static override styles = [...KuukiElement.styles, foldLook];
}
