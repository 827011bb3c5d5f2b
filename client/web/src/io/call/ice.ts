// The ICE servers that the line gives, with credentials for the relay: asked for before each connection.

import type { RelayServer } from "../../core/signaling";

/** What came this recently (while it rang) need not be asked for again. */
const FRESH_MS = 60_000;
/** A connection waits this long for them, then goes without, or with those that were given last. */
const PATIENCE_MS = 3000;

export class IceServers {
  readonly #ask: () => void;
  #servers: readonly RTCIceServer[] = [];
  #givenMs = -Infinity;
  #ttlMs = 0;
  #asked: Promise<void> | null = null;
  #answered: () => void = () => undefined;

  /** `ask` asks the line, if it is open. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** Those that hold now; never rejects. */
  async now(): Promise<readonly RTCIceServer[]> {
    if (performance.now() - this.#givenMs > FRESH_MS) {
      this.#asked ??= this.#askOnce();
      await this.#asked;
    }
    return performance.now() - this.#givenMs > this.#ttlMs ? [] : this.#servers;
  }

  given(servers: readonly RelayServer[], ttlS: number): void {
    this.#servers = servers as readonly RTCIceServer[];
    this.#givenMs = performance.now();
    this.#ttlMs = ttlS * 1000;
    this.#answered();
  }

  /** The line is back: asks again for whoever waits. */
  lineBack(): void {
    if (this.#asked !== null) this.#ask();
  }

  async #askOnce(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#answered = resolve;
      setTimeout(resolve, PATIENCE_MS);
      this.#ask();
    });
    this.#asked = null;
  }
}
