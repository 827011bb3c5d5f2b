// What a page of calls shows: the snapshot, of which followers are told only when something in it has changed.

import type { CallSnapshot } from "../../core/call/session";
import type { Sent } from "../../core/mood/session";
import { differing } from "../../core/same";
import { Store } from "../store";

/** So many of the frames that left are kept to be looked at. */
const SENT_SHOWN = 200;

export class ShownCalls {
  readonly #store: Store<CallSnapshot>;

  constructor(first: CallSnapshot) {
    this.#store = new Store(first);
  }

  get snapshot(): CallSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** The window whose animation frames count now; null: none of ours is seen. */
  showIn(visible: Window | null): void {
    this.#store.showIn(visible);
  }

  change(changed: Partial<CallSnapshot>): void {
    const news = differing(this.snapshot, changed);
    if (news !== null) this.#store.change(news);
  }

  /** A stream has changed, which no snapshot holds: followers are told all the same. */
  streamsChanged(): void {
    this.#store.change({});
  }

  /** A frame left on the call's own channel. */
  sent(kind: Sent["kind"], bytes: Uint8Array): void {
    const { sent, sentCount, sentBytes } = this.snapshot;
    const newest: Sent = { atMs: performance.now(), kind, bytes };
    this.#store.change({
      sent: [...sent, newest].slice(-SENT_SHOWN),
      sentCount: sentCount + 1,
      sentBytes: sentBytes + bytes.length,
    });
  }

  /** Another connection of a call begins: nothing has left on it. */
  forgetSent(): void {
    this.change({ sent: [], sentCount: 0, sentBytes: 0 });
  }
}
