// A partner's description (SDP), made fit for the browser. It came through the server, which pages do not trust.

import { fingerprintIn, normalFingerprint, withSha256Alone } from "./checking";

/** Browsers do not agree on what ends a line but these two; one could see a fingerprint where another sees none. */
const LINE_END = /\r?\n/;
const OTHER_END = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const SECTION = /^m=(\S*)/;

/**
 * The description, held to the SHA-256 fingerprint alone. `before`: the one that this connection already took.
 * RangeError for one that is not to be taken: its lines are not plain, it has two sections of a kind (each picture would
 * be encoded for each of them), or it is of another certificate than before, for which the safety check's words do
 * not stand.
 */
export function fitted(sdp: string, before: string | null): string {
  const lines = sdp.split(LINE_END);
  if (lines.some((line) => OTHER_END.test(line))) throw new RangeError("lines");
  const kinds = lines.flatMap((line) => SECTION.exec(line)?.[1] ?? []);
  if (new Set(kinds).size < kinds.length) throw new RangeError("sections");
  if (before !== null && certificateIn(sdp) !== certificateIn(before)) throw new RangeError("fingerprint");
  return withSha256Alone(sdp);
}

function certificateIn(sdp: string): string | null {
  const found = fingerprintIn(sdp);
  return found === null ? null : normalFingerprint(found);
}

/** Lines of candidates (SDP, or one of RTCIceCandidate) without any address but the relay's, whatever a browser gathers. */
export function withRelayAlone(lines: string): string {
  return lines
    .split("\n")
    .filter((line) => !/^(?:a=)?candidate:/.test(line) || / typ relay\b/.test(line))
    .map((line) => line.replace(/( typ relay) raddr \S+ rport \d+/, "$1 raddr 0.0.0.0 rport 0"))
    .join("\n");
}
