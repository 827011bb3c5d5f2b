// Sessions that say what a test tells them, and remember what an element asked of them.

import { vi } from "vitest";
import { START as CALL_START, callStates } from "../../gallery/call-states";
import { START } from "../../gallery/room-states";
import type { CallSession, CallSnapshot } from "../../src/core/call/session";
import type { Session, Snapshot } from "../../src/core/mood/session";

export interface Told<Snapshot> {
  /** The next snapshot. */
  change(changed: Partial<Snapshot>): void;
}

function told<Followed, Snapshot>(
  first: Snapshot,
  asks: readonly string[],
  streams: object,
): Followed & Told<Snapshot> {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  const session = {
    snapshot: first,
    ...streams,
    ...Object.fromEntries(asks.map((name) => [name, vi.fn(async () => [])])),
    subscribe: (listener: (snapshot: Snapshot) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: (changed: Partial<Snapshot>) => {
      session.snapshot = { ...session.snapshot, ...changed };
      for (const listener of listeners) listener(session.snapshot);
    },
  };
  return session as unknown as Followed & Told<Snapshot>;
}

const ROOM_ASKS = ["startSensing", "stopSensing", "pause", "resume", "tap", "cameras", "keepSensingIn", "leave"];

export function roomSession(first: Partial<Snapshot> = {}): Session & Told<Snapshot> {
  return told({ ...START, ...first }, ROOM_ASKS, { preview: null });
}

const CALL_ASKS = [
  ...["open", "useDevices", "chooseCamera", "chooseMicrophone", "chooseSpeaker", "playTestSound", "testNetwork"],
  ...["renewCode", "setRelayOnly", "ring", "again", "accept", "decline", "hangUp", "setSound", "setPicture"],
  ...["share", "stopSharing", "pauseSharing", "resumeSharing", "dismissEnded", "leave"],
];

/** A session in one of the gallery's states. */
export function callSession(state: string, more: Partial<CallSnapshot> = {}): CallSession & Told<CallSnapshot> {
  const states = callStates();
  if (!(state in states)) throw new Error(`no state ${state}`);
  return told({ ...CALL_START, ...states[state], ...more }, CALL_ASKS, { preview: null, remote: null });
}
