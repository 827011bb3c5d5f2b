// The safety check of one connection: commit, nonce, reveal, and the four words. kuuki/call/checking.py says why.

import type { Checking, CheckStep } from "../../core/call/channel";
import { checkBytes, commitBytes, NONCE_BYTES, wordsOf } from "../../core/call/checking";
import { type Side, Step } from "../../core/call/generated";

export class SafetyCheck implements Checking {
  readonly #isCaller: boolean;
  readonly #caller: string;
  readonly #callee: string;
  readonly #nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  readonly #changed: () => void;
  /** The caller's own, or the first that the callee was sent. */
  #commitment: Uint8Array | null = null;
  #theirs: Uint8Array | null = null;
  #words: readonly string[] | null = null;

  constructor(side: Side, prints: { own: string; partner: string }, changed: () => void) {
    this.#isCaller = side === "caller";
    [this.#caller, this.#callee] = this.#isCaller ? [prints.own, prints.partner] : [prints.partner, prints.own];
    this.#changed = changed;
    if (this.#isCaller) void this.#commit();
  }

  /** Null before both nonces are known, and for good if the caller's is not the one that it committed to. */
  get words(): readonly string[] | null {
    return this.#words;
  }

  repeat(): CheckStep | null {
    if (this.#commitment === null || this.#theirs !== null) return null;
    return this.#isCaller ? { step: Step.COMMIT, octets: this.#commitment } : { step: Step.NONCE, octets: this.#nonce };
  }

  hear(step: Step, octets: Uint8Array): CheckStep | null {
    if (this.#isCaller) return step === Step.NONCE ? this.#hearNonce(octets) : null;
    if (step === Step.COMMIT) return this.#hearCommitment(octets);
    if (step === Step.REVEAL) void this.#hearReveal(octets);
    return null;
  }

  async #commit(): Promise<void> {
    this.#commitment = await digest(commitBytes(this.#caller, this.#nonce));
  }

  #hearNonce(nonce: Uint8Array): CheckStep | null {
    if (this.#commitment === null) return null;
    if (this.#theirs === null) {
      this.#theirs = nonce;
      void this.#name(this.#nonce, nonce);
    }
    return { step: Step.REVEAL, octets: this.#nonce };
  }

  #hearCommitment(commitment: Uint8Array): CheckStep | null {
    this.#commitment ??= commitment;
    return this.repeat();
  }

  async #hearReveal(nonce: Uint8Array): Promise<void> {
    if (this.#commitment === null || this.#theirs !== null) return;
    this.#theirs = nonce;
    const commitment = await digest(commitBytes(this.#caller, nonce));
    if (commitment.every((octet, i) => octet === this.#commitment?.[i])) await this.#name(nonce, this.#nonce);
  }

  async #name(caller: Uint8Array, callee: Uint8Array): Promise<void> {
    this.#words = wordsOf(await digest(checkBytes(this.#caller, this.#callee, caller, callee)));
    this.#changed();
  }
}

async function digest(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
}
