// Whether the relay gives a way, where nothing else may be used; and if not, why.

import type { RelayTrouble } from "../../core/call/session";

/** A relay that has not answered by then does not. */
const ANSWER_MS = 8000;
const REFUSED = [401, 403, 438, 441];

export function isRelay({ urls }: RTCIceServer): boolean {
  return [urls].flat().some((url) => url.startsWith("turn"));
}

/** TURN REST: the name begins with the second in which it expires. */
function hasExpired({ username = "" }: RTCIceServer): boolean {
  const expiry = Number.parseInt(username, 10);
  return Number.isFinite(expiry) && expiry * 1000 <= Date.now();
}

/** Tells of trouble once it is certain, and of its end. */
export function watchRelay(
  pc: RTCPeerConnection,
  servers: readonly RTCIceServer[],
  tell: (trouble: RelayTrouble | null) => void,
): void {
  const relays = servers.filter(isRelay);
  if (relays.length === 0) {
    tell("missing");
    return;
  }
  let trouble: RelayTrouble = "unreachable";
  let isThere = false;
  const judge = (): void => {
    clearTimeout(deadline);
    if (!isThere && pc.signalingState !== "closed") tell(trouble);
  };
  const deadline = setTimeout(judge, ANSWER_MS);
  pc.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate?.type !== "relay" || isThere) return;
    isThere = true;
    clearTimeout(deadline);
    tell(null);
  });
  pc.addEventListener("icecandidateerror", ({ errorCode }) => {
    if (REFUSED.includes(errorCode)) trouble = relays.every(hasExpired) ? "expired" : "refused";
  });
  pc.addEventListener("icegatheringstatechange", () => pc.iceGatheringState === "complete" && judge());
}
