// When the show on this stage began: what was pressed here, what this page saw first, what the record knows. Kept in
// this browser, so that a reload in the middle of a show is no new beginning.

import type { Row } from "../../core/mood/history";
import { type Begun, begunAt } from "../../core/mood/showtime";
import { sameOr } from "../../core/same";
import { keepText, keptText } from "../kept";

export class ShowStart {
  #room = "";
  #pressedMs: number | null = null;
  #seenMs: number | null = null;
  #begun: Begun | null = null;

  /** The room is known, and whether its mood is shown now; times in ms of the world (UTC). */
  follow(room: string, isLive: boolean, nowMs: number): void {
    if (room !== this.#room) {
      this.#room = room;
      this.#pressedMs = timeIn(keptText(`kuuki.start.${room}`));
      this.#seenMs = timeIn(keptText(`kuuki.seen.${room}`));
    }
    if (!isLive || room === "" || begunAt(null, [this.#seenMs], nowMs) !== null) return;
    this.#seenMs = nowMs;
    keepText(`kuuki.seen.${room}`, String(nowMs));
  }

  press(nowMs: number): void {
    this.#pressedMs = nowMs;
    keepText(`kuuki.start.${this.#room}`, String(nowMs));
  }

  /** The same object while nothing is known anew. `rows`: those of the record. */
  begun(rows: readonly Row[], nowMs: number): Begun | null {
    const first = rows.find(({ smiling }) => smiling !== null)?.atMs ?? null;
    const begun = begunAt(this.#pressedMs, [this.#seenMs, first], nowMs);
    this.#begun = begun && sameOr(this.#begun, begun);
    return this.#begun;
  }
}

function timeIn(text: string | null): number | null {
  const time = Number(text ?? Number.NaN);
  return Number.isFinite(time) ? time : null;
}
