// What moves in the gallery moves in one beat. A camera holds it: while values change, their transitions have no end.

const BEAT_MS = 200;

let isHeld = false;

/** Calls `move` five times a second, for as long as the beat is not held. */
export function everyBeat(move: () => void): void {
  setInterval(() => {
    if (!isHeld) move();
  }, BEAT_MS);
}

/** From now on everything stays as it is. */
export function holdBeat(): void {
  isHeld = true;
}
