import { expect, test } from "vitest";
import { measure } from "../../../src/io/call/stats";

const INBOUND = [
  { id: "a", type: "inbound-rtp", kind: "audio", packetsReceived: 50, packetsLost: 1, bytesReceived: 4000 },
  { id: "v", type: "inbound-rtp", kind: "video", packetsReceived: 100, packetsLost: 2, totalFreezesDuration: 0.5 },
];
const PAIR = {
  id: "p",
  type: "candidate-pair",
  localCandidateId: "l",
  remoteCandidateId: "r",
  currentRoundTripTime: 0.02,
};
const LOCAL = { id: "l", type: "local-candidate", candidateType: "host" };
const REMOTE = { id: "r", type: "remote-candidate", candidateType: "host" };
const TRANSPORT = { id: "t", type: "transport", selectedCandidatePairId: "p" };

function report(...stats: { id: string }[]): RTCStatsReport {
  return new Map(stats.map((stat) => [stat.id, stat])) as unknown as RTCStatsReport;
}

test("what is received is summed; the round trip is the chosen pair's", () => {
  expect(measure(report(...INBOUND, PAIR, LOCAL, REMOTE, TRANSPORT), 7)).toEqual({
    counts: { atMs: 7, received: 150, lost: 3, receivedBytes: 4000, frozenMs: 500, rttMs: 20 },
    isRelayed: false,
  });
});

test.each([
  [{ ...LOCAL, candidateType: "relay" }, REMOTE],
  [LOCAL, { ...REMOTE, candidateType: "relay" }],
])("a relay on either side", (local, remote) => {
  expect(measure(report(PAIR, local, remote, TRANSPORT), 0).isRelayed).toBe(true);
});

test("a browser that marks the pair itself", () => {
  const selected = { ...PAIR, selected: true };
  expect(measure(report({ ...PAIR, id: "other" } as never, selected, LOCAL, REMOTE), 0).isRelayed).toBe(false);
});

test("before a pair is chosen nothing is known", () => {
  expect(measure(report(), 0)).toMatchObject({ isRelayed: null, counts: { rttMs: null, received: 0 } });
});
