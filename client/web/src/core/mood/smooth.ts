// Softening over time, for drawing only: frames and mixes are never softened.

export interface Pace {
  /** Milliseconds in which about two thirds of a step up are made. */
  readonly riseMs: number;
  /** The same for a step down. */
  readonly fallMs: number;
}

/** Laughter is seen at once and fades slowly, as light does. */
export const LIGHT: Pace = { riseMs: 250, fallMs: 1200 };

/** For words, which must not flicker. */
export const WORDS: Pace = { riseMs: 1500, fallMs: 1500 };

/** One step of an exponential approach from `shown` to `target` over `elapsedMs` (negative counts as none). */
export function approach(shown: number, target: number, elapsedMs: number, pace: Pace): number {
  const constant = target > shown ? pace.riseMs : pace.fallMs;
  if (constant <= 0) return target;
  const left = Math.exp(-Math.max(0, elapsedMs) / constant);
  return target + (shown - target) * left;
}

export interface Softened {
  readonly atMs: number;
  readonly value: number;
}

/** The next softened value; the first one, and the first after `gapMs` of silence, is taken as it is. */
export function soften(last: Softened | null, target: number, atMs: number, pace: Pace, gapMs = 3000): Softened {
  if (last === null || atMs - last.atMs > gapMs || atMs < last.atMs) return { atMs, value: target };
  return { atMs, value: approach(last.value, target, atMs - last.atMs, pace) };
}
