// Where somebody sits, and what that does to their sound.

import { spread } from "./random";

/** From the listener, in metres. */
const NEAREST_M = 3;
const FARTHEST_M = 15;
/** Gain is (distance / 1 m) to this power: a hall falls off less than a field (-1), for its walls help. */
const FALL = -0.7;
/** A quarter circle of constant power, short of its ends: nobody sits in one ear. */
const WIDEST = 0.94;

export interface Seat {
  readonly left: number;
  readonly right: number;
  /** Into the room: less than the direct sound near by, more far away, for the room answers all alike. */
  readonly send: number;
  /** 0..1: how far back. The air and the heads between take the highest tones. */
  readonly depth: number;
}

/** Seats fill the hall evenly, however many are taken. */
export function seatOf(index: number): Seat {
  const depth = spread(index, 2);
  const gain = (NEAREST_M + (FARTHEST_M - NEAREST_M) * depth) ** FALL;
  const angle = (Math.PI / 4) * (1 + WIDEST * (2 * spread(index, 3) - 1));
  return { left: gain * Math.cos(angle), right: gain * Math.sin(angle), send: SEND, depth };
}

/** The mean of squared gains over all seats: what a bed gives to each person that it stands for. */
export function meanPower(): number {
  const end = 2 * FALL + 1;
  return (FARTHEST_M ** end - NEAREST_M ** end) / (end * (FARTHEST_M - NEAREST_M));
}

/** The fixed send into the room, as a gain. */
const SEND = 0.068;
