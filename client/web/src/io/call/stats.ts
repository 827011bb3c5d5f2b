// What the browser counts of a connection, as plain numbers.

import type { Counts } from "../../core/call/quality";

export interface Measured {
  readonly counts: Counts;
  /** Whether media go through a relay; null before a pair of candidates was chosen. */
  readonly isRelayed: boolean | null;
}

interface Stat {
  readonly id: string;
  readonly type: string;
  readonly [name: string]: unknown;
}

export function measure(report: RTCStatsReport, nowMs: number): Measured {
  const stats = [...(report as unknown as ReadonlyMap<string, Stat>).values()];
  const inbound = stats.filter(({ type }) => type === "inbound-rtp");
  const sum = (name: string): number => inbound.reduce((total, one) => total + number(one[name]), 0);
  const pair = chosenPair(stats);
  const rttS = pair?.["currentRoundTripTime"];
  const counts = {
    atMs: nowMs,
    received: sum("packetsReceived"),
    lost: sum("packetsLost"),
    receivedBytes: sum("bytesReceived"),
    frozenMs: sum("totalFreezesDuration") * 1000,
    rttMs: typeof rttS === "number" ? rttS * 1000 : null,
  };
  return { counts, isRelayed: pair === undefined ? null : isRelayed(stats, pair) };
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

/** Safari and Chromium name it on the transport, Firefox marks the pair itself. */
function chosenPair(stats: readonly Stat[]): Stat | undefined {
  const id = stats.find(({ type }) => type === "transport")?.["selectedCandidatePairId"];
  return stats.find(
    (stat) => stat.type === "candidate-pair" && (id === undefined ? stat["selected"] === true : stat.id === id),
  );
}

function isRelayed(stats: readonly Stat[], pair: Stat): boolean {
  const ends = [pair["localCandidateId"], pair["remoteCandidateId"]];
  return stats.some((stat) => ends.includes(stat.id) && stat["candidateType"] === "relay");
}
