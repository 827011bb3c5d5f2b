// What a state of sensing is to others: the presence that a beat or a sign says.

import { Presence } from "./generated";
import type { Sensing } from "./session";

const PRESENCES: Readonly<Record<Sensing, Presence>> = {
  off: Presence.WATCHING,
  starting: Presence.WATCHING,
  failed: Presence.WATCHING,
  on: Presence.SENSING,
  paused: Presence.PAUSED,
  hidden: Presence.PAUSED,
};

export function presenceOf(sensing: Sensing): Presence {
  return PRESENCES[sensing];
}
