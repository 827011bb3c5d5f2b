// Looks at a connection's counts every other second.

import { type Counts, qualityOf } from "../../core/call/quality";
import type { Quality } from "../../core/call/session";
import type { CallConnection } from "./connection";
import { measure } from "./stats";

const LOOK_MS = 2000;
const FIRST_LOOK_MS = 300;

export class QualityWatch {
  #connection: CallConnection | null = null;
  #before: Counts | null = null;
  #dueMs = 0;
  #quality: Quality | null = null;
  #isRelayed: boolean | null = null;

  get quality(): Quality | null {
    return this.#quality;
  }

  get isRelayed(): boolean | null {
    return this.#isRelayed;
  }

  /** Asked several times a second; `connection`: the one that is open now. */
  tick(connection: CallConnection | null, nowMs: number): void {
    if (connection !== this.#connection) {
      this.#connection = connection;
      this.#before = this.#quality = this.#isRelayed = null;
      this.#dueMs = nowMs + FIRST_LOOK_MS;
    }
    if (connection === null || nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + LOOK_MS;
    void this.#look(connection).catch(() => undefined); // it was closed meanwhile
  }

  async #look(connection: CallConnection): Promise<void> {
    const { counts, isRelayed } = measure(await connection.stats(), performance.now());
    if (connection !== this.#connection) return;
    this.#isRelayed = isRelayed;
    if (this.#before !== null) this.#quality = qualityOf(this.#before, counts) ?? this.#quality;
    this.#before = counts;
  }
}
