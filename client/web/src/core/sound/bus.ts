// Where all sources add up: two ears, and what the room hears.

import { BLOCK } from "./block";
import type { Seat } from "./seats";

export class Bus {
  readonly left = new Float32Array(BLOCK);
  readonly right = new Float32Array(BLOCK);
  /** Into the room. */
  readonly send = new Float32Array(BLOCK);
  /** One source's block: filled, then seated, one after the other. */
  readonly block = new Float32Array(BLOCK);

  clear(): void {
    this.left.fill(0);
    this.right.fill(0);
    this.send.fill(0);
  }

  /** Adds the source's block as it is heard from a seat. */
  seat({ left, right, send }: Seat, gain: number): void {
    const l = gain * left;
    const r = gain * right;
    const s = gain * send;
    for (let i = 0; i < BLOCK; i++) {
      const x = this.block[i]!;
      this.left[i]! += l * x;
      this.right[i]! += r * x;
      this.send[i]! += s * x;
    }
  }
}
