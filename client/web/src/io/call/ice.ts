// The ICE servers that the line gives. Those of the relay are for a call that rings or is on: asked for before each
// connection. A test of the network gets its own, for a moment, and not too often.

import type { IceMessage } from "../../core/call/signaling";

/** What came this recently (while it rang) need not be asked for again. */
const FRESH_MS = 60_000;
/** After an answer without relays, though there are some: the line may soon know of a call. */
const LATER_MS = 1000;
/** A connection waits this long for them, then goes without, or with those that were given last. */
const PATIENCE_MS = 3000;

export class IceServers {
  readonly #ask: (isTest: boolean) => void;
  #servers: readonly RTCIceServer[] = [];
  #dueMs = -Infinity;
  #holdMs = -Infinity;
  #asked: Promise<void> | null = null;
  #answered: () => void = () => undefined;
  #tested: ((message: IceMessage | null) => void) | null = null;

  /** `ask` asks the line, if it is open. */
  constructor(ask: (isTest: boolean) => void) {
    this.#ask = ask;
  }

  /** Those that hold now; never rejects. */
  async now(): Promise<readonly RTCIceServer[]> {
    if (performance.now() >= this.#dueMs) {
      this.#asked ??= this.#askOnce();
      await this.#asked;
    }
    return this.#holds ? this.#servers : [];
  }

  /** Those for a test, and whether the relay is left out because there was a test a moment ago; never rejects. */
  async forTest(): Promise<{ readonly servers: readonly RTCIceServer[]; readonly isTooSoon: boolean }> {
    const message = await new Promise<IceMessage | null>((resolve) => {
      this.#tested = resolve;
      setTimeout(() => resolve(null), PATIENCE_MS);
      this.#ask(true);
    });
    this.#tested = null;
    const servers = (message?.servers ?? []) as readonly RTCIceServer[];
    return { servers, isTooSoon: message?.noRelay === "tested" };
  }

  given(message: IceMessage): void {
    if (message.isTest) this.#tested?.(message);
    else this.#keep(message);
  }

  /** The line is back: asks again if anyone awaits servers. */
  lineBack(): void {
    if (this.#asked !== null) this.#ask(false);
    if (this.#tested !== null) this.#ask(true);
  }

  get #holds(): boolean {
    return performance.now() <= this.#holdMs;
  }

  /** Where the relays are left out, those of a moment ago are better: they still hold. */
  #keep({ servers, ttlS, noRelay }: IceMessage): void {
    const nowMs = performance.now();
    this.#dueMs = nowMs + (noRelay === null ? FRESH_MS : LATER_MS);
    if (noRelay === null || !this.#holds) {
      this.#servers = servers as readonly RTCIceServer[];
      this.#holdMs = nowMs + ttlS * 1000;
    }
    this.#answered();
  }

  async #askOnce(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#answered = resolve;
      setTimeout(resolve, PATIENCE_MS);
      this.#ask(false);
    });
    this.#asked = null;
  }
}
