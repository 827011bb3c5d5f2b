// An element that follows a session: it selects what it shows, and is drawn again only when that has changed.

import { sameOr } from "../core/same";
import { KuukiElement } from "./element";

/** What has snapshots and tells of newer ones: a session of a room or of calls, or of anything else. */
export interface Followed<Snapshot> {
  readonly snapshot: Snapshot;
  /** Returns the way to stop. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
}

/**
 * A snapshot changes many times a second, and most of its changes concern few elements. So each element says in
 * `select` what it needs, flat: fields are compared by identity, and what is computed is computed there, once.
 */
export abstract class FollowingElement<
  Session extends Followed<Snapshot>,
  Snapshot,
  Selected extends object,
> extends KuukiElement {
  static override properties: Record<string, object> = {
    ...KuukiElement.properties,
    session: { attribute: false },
    selected: { state: true },
  };

  declare session: Session;
  /** What `select` gave when it last differed; undefined before there is a session. */
  declare protected selected: Selected | undefined;

  #stop: (() => void) | undefined;

  /** What this element shows of a snapshot. */
  protected abstract select(snapshot: Snapshot): Selected;

  /** Told of every snapshot, also of one that changes nothing that is selected. */
  protected heard(_: Snapshot): void {}

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
    if (!this.session) return;
    this.#take(this.session.snapshot);
    this.#stop = this.session.subscribe((snapshot) => {
      this.heard(snapshot);
      this.#take(snapshot);
    });
  }

  #take(snapshot: Snapshot): void {
    this.selected = sameOr(this.selected ?? null, this.select(snapshot));
  }
}
