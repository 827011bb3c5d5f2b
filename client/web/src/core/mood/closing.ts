// Why a join ended, and whether joining again makes sense.

import { CloseCode } from "../generated";
import type { ClosedBecause } from "./session";

const LAST_RETRY_CODE = 3499;

/**
 * For a close code of the gateway: null means "join again". `isMoving`: this client has asked for a join that replaces
 * the one that was closed, so whoever took its seat is itself.
 */
export function becauseOfCode(code: number, isMoving = false): ClosedBecause | null {
  if (code <= LAST_RETRY_CODE || (isMoving && code === CloseCode.SEAT_TAKEN)) return null;
  if (code === CloseCode.ROOM_CLOSED) return "room_closed";
  if (code === CloseCode.SEAT_TAKEN) return "seat_taken";
  if (code === CloseCode.REMOVED) return "removed";
  return "refused";
}

/** For an HTTP status, 0 when nothing answered: null means "try again". A room that was there before and is unknown now was closed. */
export function becauseOfStatus(status: number, wasIn: boolean): ClosedBecause | null {
  if (status === 404) return wasIn ? "room_closed" : "room_unknown";
  if (status === 401 || status === 403) return "not_allowed";
  if (status === 0 || status === 408 || status === 429 || status >= 500) return null;
  return "refused";
}
