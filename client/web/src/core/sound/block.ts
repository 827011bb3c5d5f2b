// What everything that sounds shares: the length of a block, and what tests may ask for.

/** Frames of a block: what a browser's audio thread asks for at once. Control runs once a block (375 Hz at 48 kHz). */
export const BLOCK = 128;

/** For tests only. */
export interface Hooks {
  /** Every source is a sine of 100 Hz, whose every corner would be heard. */
  readonly sine?: boolean;
  /** No room: what seats send into it is thrown away. */
  readonly dry?: boolean;
  /** Only who sits here is heard, of those who have a voice of their own. */
  readonly solo?: number;
}

/** How much the corners of amplitudes are rounded where two blocks meet, in seconds: unrounded, they click. */
export const ROUNDING_S = 0.0015;

/** Amplitudes below this are none. */
export const FAINTEST = 1e-7;

/** What the sine of the hook is, in Hz. */
export const SINE_HZ = 100;

/** White noise: one step of a congruential generator (Numerical Recipes), whose high bits are good enough to hear. */
export function noiseStep(state: number): number {
  return (Math.imul(state, 1664525) + 1013904223) | 0;
}

/** A state as a sample in [-1, 1). */
export const NOISE_UNIT = 2 ** -31;

/** The part of the way to a target that a one-pole filter goes in one step. */
export function wayOf(stepS: number, constantS: number): number {
  return 1 - Math.exp(-stepS / constantS);
}
