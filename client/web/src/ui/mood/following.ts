// An element that follows a session: it is drawn again whenever the snapshot changes.

import type { Session, Snapshot } from "../../core/mood/session";
import { KuukiElement } from "../element";

export abstract class FollowingElement extends KuukiElement {
  static override properties: Record<string, object> = {
    ...KuukiElement.properties,
    session: { attribute: false },
    snapshot: { state: true },
  };

  /** What happens; see core/mood/session.ts. */
  declare session: Session;
  declare protected snapshot: Snapshot | undefined;

  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.session) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = undefined;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("session")) this.#follow();
  }

  #follow(): void {
    this.#stop?.();
    this.snapshot = this.session.snapshot;
    this.#stop = this.session.subscribe((snapshot) => {
      this.snapshot = snapshot;
    });
  }
}
