// The newest snapshot and its followers, who are told of changes at most once per animation frame.

/** How often followers are told while no window of ours is seen. */
const UNSEEN_MS = 1000;

export class Store<Snapshot extends object> {
  #snapshot: Snapshot;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #ears = new Set<(snapshot: Snapshot) => void>();
  #visible: Window | null = null;
  #call: (() => void) | null = null;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  change(changed: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...changed };
    if (this.#call === null) this.#schedule();
    for (const ear of this.#ears) ear(this.#snapshot);
  }

  /** Told of every change at once, whether anything is seen or not: for ears, which need no frame. */
  listen(ear: (snapshot: Snapshot) => void): () => void {
    this.#ears.add(ear);
    return () => this.#ears.delete(ear);
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The window whose frames count now; null: none is seen. A frame that was waited for elsewhere is waited for there. */
  showIn(visible: Window | null): void {
    this.#visible = visible;
    if (this.#call !== null) this.#schedule();
  }

  #schedule(): void {
    const call = (): void => {
      if (this.#call !== call) return;
      this.#call = null;
      for (const listener of [...this.#listeners]) listener(this.#snapshot);
    };
    this.#call = call;
    if (this.#visible === null) setTimeout(call, UNSEEN_MS);
    else this.#visible.requestAnimationFrame(call);
  }
}
