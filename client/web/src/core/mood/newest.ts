// Mixes travel unordered; only newer ones are shown. Newer is by (term, seq): a term is one aggregator's reign.

export class Newest {
  #term = -1;
  #seq = -1;

  /** Whether this one is newer than all before; if so it is the newest now. */
  admits(term: number, seq: number): boolean {
    if (term < this.#term || (term === this.#term && seq <= this.#seq)) return false;
    this.#term = term;
    this.#seq = seq;
    return true;
  }
}
