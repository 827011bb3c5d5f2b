// How good a call's media are, from what the browser counts of them.

import type { Quality } from "./session";

/** Counts of one connection since it began, summed over what it receives; the round trip in ms, null if unknown. */
export interface Counts {
  readonly atMs: number;
  readonly received: number;
  readonly lost: number;
  readonly receivedBytes: number;
  readonly frozenMs: number;
  readonly rttMs: number | null;
}

const FAIR = { rttMs: 250, loss: 0.03, frozen: 0.05 };
const POOR = { rttMs: 500, loss: 0.1, frozen: 0.25 };

/** From two looks; null when nothing came between them that could be judged. */
export function qualityOf(before: Counts, after: Counts): Quality | null {
  const tookMs = after.atMs - before.atMs;
  const [received, lost] = [after.received - before.received, Math.max(0, after.lost - before.lost)];
  if (tookMs <= 0 || received < 0) return null;
  if (received === 0) return lost > 0 ? "poor" : null;
  const seen = {
    rttMs: after.rttMs ?? 0,
    loss: lost / (received + lost),
    frozen: Math.max(0, after.frozenMs - before.frozenMs) / tookMs,
  };
  const isOver = (most: typeof FAIR): boolean =>
    seen.rttMs > most.rttMs || seen.loss > most.loss || seen.frozen > most.frozen;
  if (isOver(POOR)) return "poor";
  return isOver(FAIR) ? "fair" : "good";
}
