// How a call looks in a snapshot: legs, media and partner put together. What says the same stays the same object.

import { sameOr } from "../same";
import type { EndedLeg, Leg } from "./legs";
import type { Shown } from "./partner";
import type { Call, CallSnapshot, Devices, Ended, Knocking, MediaLink, Quality, RelayTrouble } from "./session";

/** What is known of a call's media. */
export interface MediaFacts {
  readonly partner: Shown;
  readonly link: MediaLink;
  readonly relayTrouble: RelayTrouble | null;
  readonly rttMs: number | null;
  readonly words: readonly string[] | null;
  readonly quality: Quality | null;
  readonly isRelayed: boolean | null;
}

const NO_MEDIA: MediaFacts = {
  partner: { sound: true, picture: "off", presence: "watching", weights: null, past: [] },
  link: "none",
  relayTrouble: null,
  rttMs: null,
  words: null,
  quality: null,
  isRelayed: null,
};

export function callOf(leg: Leg | null, media: MediaFacts | null, before: Call | null): Call | null {
  if (leg === null) return null;
  const { partner: shown, link, rttMs, words, ...rest } = media ?? NO_MEDIA;
  const { call, side, state, sinceMs } = leg;
  return sameOr(before, {
    call,
    side,
    state: state as Call["state"],
    sinceMs,
    partner: sameOr(before?.partner ?? null, { ...shown, name: leg.name, is: leg.partnerIs }),
    media: link,
    rttMs: rttMs === null ? null : Math.round(rttMs),
    check: words,
    ...rest,
  });
}

export function knockingOf(leg: Leg | null, before: Knocking | null): Knocking | null {
  return leg === null ? null : sameOr(before, { call: leg.call, name: leg.name });
}

export function endedOf(leg: EndedLeg | null, canCallAgain: boolean, before: Ended | null): Ended | null {
  return leg === null ? null : sameOr(before, { ...leg, canCallAgain });
}

export function atFirst(name: string, relayOnly: boolean, devices: Devices): CallSnapshot {
  return {
    link: "off",
    closedBecause: null,
    name,
    code: null,
    codeLink: null,
    devices,
    sound: false,
    picture: "off",
    level: 0,
    relayOnly,
    hasRelay: null,
    network: null,
    sensing: "off",
    sensingFailure: null,
    reading: null,
    sent: [],
    sentCount: 0,
    sentBytes: 0,
    call: null,
    knocking: null,
    ended: null,
  };
}
