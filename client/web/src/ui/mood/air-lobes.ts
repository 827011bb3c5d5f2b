// The two lights of a room of two minds, which go around each other. A lobe is round: it moves, and need not turn, which
// would cost twice as much.

/** Once around, … */
const ORBIT_MS = 48_000;
/** … in so many corners, and so many steps from one to the next: six a second. */
const CORNERS = 24;
const STEPS = 12;
/** Less of a change of their distance is not followed; percent of a lobe's size. */
const JUST = 1;
/** Where the first one begins, in turns: to the right, and a little above the middle. */
const BEGINS = -0.086;

export class Lobes {
  #orbits: Animation[] = [];
  #apart = Number.NaN;

  /** Both lobes, `apart` percent of their size from the middle; `isOrbiting`: whether they can be seen and may move. */
  move(lobes: readonly (HTMLElement | null)[], apart: number, isOrbiting: boolean): void {
    if (!isOrbiting) this.rest();
    else if (this.#orbits.length === 0) {
      const timing = { duration: ORBIT_MS, iterations: Number.POSITIVE_INFINITY };
      this.#orbits = lobes.flatMap((lobe) => (lobe ? [lobe.animate([], timing)] : []));
    }
    const isNear = Math.abs(apart - this.#apart) < JUST;
    if (isNear) return;
    this.#apart = apart;
    for (const [at, lobe] of lobes.entries()) {
      const from = BEGINS + at / 2;
      lobe?.style.setProperty("transform", placeAt(apart, from));
      const effect = this.#orbits[at]?.effect as KeyframeEffect | null | undefined;
      effect?.setKeyframes(frames(apart, from));
    }
  }

  /** They stand still: nothing moves that cannot be seen. */
  rest(): void {
    for (const orbit of this.#orbits.splice(0)) orbit.cancel();
    this.#apart = Number.NaN;
  }
}

function frames(apart: number, from: number): Keyframe[] {
  return Array.from({ length: CORNERS + 1 }, (_, corner) => ({
    transform: placeAt(apart, from + corner / CORNERS),
    easing: `steps(${STEPS})`,
  }));
}

function placeAt(apart: number, turn: number): string {
  const angle = 2 * Math.PI * turn;
  return `translate(${(apart * Math.cos(angle)).toFixed(2)}%, ${(apart * Math.sin(angle)).toFixed(2)}%)`;
}
