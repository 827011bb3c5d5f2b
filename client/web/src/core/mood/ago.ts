// How the last wave is told: its parts, and how long ago in steps that can be read from afar.

import type { LastWave } from "./heard";
import { type Share, share } from "./sentence";

/** How long ago; `now`: it goes on. `count`: of those units; 0 for `now` and `just`. */
export interface Ago {
  readonly is: "now" | "just" | "seconds" | "minutes";
  readonly count: number;
}

export interface WaveTelling {
  readonly kind: LastWave["kind"];
  readonly isTapped: boolean;
  /** How long it has lasted, whole seconds, at least 1; null where its end was not heard of. */
  readonly lastsS: number | null;
  /** How much of the room. */
  readonly of: Share;
  readonly ago: Ago;
}

const JUST_MS = 8000;
const STEP_S = 10;
const MINUTE_MS = 60_000;

export function waveTelling(last: LastWave, nowMs: number): WaveTelling {
  const { kind, isTapped, goesOn, beganMs, lastsMs } = last;
  const forMs = goesOn ? nowMs - beganMs : lastsMs;
  return {
    kind,
    isTapped,
    lastsS: forMs === null ? null : Math.max(1, Math.round(forMs / 1000)),
    of: share(last.share),
    ago: goesOn ? { is: "now", count: 0 } : agoOf(nowMs - beganMs - (lastsMs ?? 0)),
  };
}

function agoOf(ms: number): Ago {
  if (ms < JUST_MS) return { is: "just", count: 0 };
  if (ms < MINUTE_MS) return { is: "seconds", count: Math.max(STEP_S, Math.floor(ms / 1000 / STEP_S) * STEP_S) };
  return { is: "minutes", count: Math.floor(ms / MINUTE_MS) };
}
