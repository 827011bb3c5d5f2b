// What every element of the call's pages has: the session, its newest snapshot, and the words of calls.

import type { CallSession, CallSnapshot } from "../../core/call/session";
import { type CallWords, callWordsOf } from "../../locale/call";
import { KuukiElement } from "../element";
import { callLook } from "./styles";

/** Loud parts of a snapshot: they change many times a second, and whoever draws them follows them without Lit. */
const LOUD = new Set<keyof CallSnapshot>(["level", "sent", "sentCount", "sentBytes"]);

export function looksSame(a: CallSnapshot, b: CallSnapshot): boolean {
  return (Object.keys(b) as (keyof CallSnapshot)[]).every((key) => LOUD.has(key) || a[key] === b[key]);
}

export abstract class CallElement extends KuukiElement {
  static override properties: Record<string, object> = {
    ...KuukiElement.properties,
    session: { attribute: false },
    snapshot: { state: true },
  };

  static override styles = [...KuukiElement.styles, callLook];

  /** What happens; see core/call/session.ts. */
  declare session: CallSession;
  declare protected snapshot: CallSnapshot | undefined;

  #stop: (() => void) | undefined;
  #streams: readonly (MediaStream | null)[] = [];

  protected get said(): CallWords {
    return callWordsOf(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.session) this.#follow();
    this.requestUpdate(); // a picture that was let go is attached again
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
    // A <video> that plays keeps itself alive, and with it everything that is drawn around it.
    for (const video of this.shadowRoot?.querySelectorAll("video") ?? []) video.srcObject = null;
  }

  /** Where the keyboard goes when this comes into view: what is marked `data-first`, once it is drawn. */
  async arrive(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[data-first]")?.focus({ preventScroll: true });
  }

  /** Every snapshot, loud or not. */
  protected heard(_: CallSnapshot): void {}

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("session")) this.#follow();
  }

  #follow(): void {
    this.#stop?.();
    if (!this.session) return;
    this.snapshot = this.session.snapshot;
    this.#stop = this.session.subscribe((snapshot) => {
      this.heard(snapshot);
      if (this.#streamsChanged() || !this.snapshot || !looksSame(this.snapshot, snapshot)) this.snapshot = snapshot;
    });
  }

  #streamsChanged(): boolean {
    const { preview, remote } = this.session;
    const changed = this.#streams[0] !== preview || this.#streams[1] !== remote;
    this.#streams = [preview, remote];
    return changed;
  }
}
