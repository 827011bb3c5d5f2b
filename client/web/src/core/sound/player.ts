// The seam between who plays the sound of a room (io/sound) and who shows that it plays (ui/sound).

import type { RoomAir } from "./air";

/**
 * `off`: nothing is made, nothing is loaded. `insecure`: browsers let only pages of https or of this machine make sound
 * of their own. `failed`: this browser cannot, or did not now.
 */
export type Playing = "off" | "starting" | "on" | "insecure" | "failed";

export interface PlayerSnapshot {
  readonly playing: Playing;
  /** 0..1: the place of the slider, which ears hear as evenly spaced. */
  readonly volume: number;
}

export interface Player {
  readonly snapshot: PlayerSnapshot;
  /** Returns the way to stop. */
  subscribe(listener: (snapshot: PlayerSnapshot) => void): () => void;
  /** Only when a person asked for it, in the very event in which they did. Settles when it is heard, or cannot be. */
  start(): Promise<void>;
  /** Fades out, then rests: nothing is computed until the next start. */
  stop(): void;
  /** What the room does now; kept for when sound is turned on. */
  setAir(air: RoomAir): void;
  setVolume(volume: number): void;
  /** Gives everything back; a start after that does nothing. */
  close(): void;
}

/** Where sound begins: soft. */
export const FIRST_VOLUME = 0.6;

/** Amplitude for a place of the slider. */
export function gainOf(volume: number): number {
  return volume * volume;
}

/** The processor's name, which both ends of the audio thread know. */
export const PROCESSOR = "kuuki-room-sound";

/** To the audio thread: the room as it is now. */
export interface ToWorklet {
  readonly air: RoomAir;
}

/** From it, once: everything is made and warm. */
export interface FromWorklet {
  readonly ready: true;
}

/** To the processor as it is made. */
export interface WorkletOptions {
  readonly seed: number;
}
