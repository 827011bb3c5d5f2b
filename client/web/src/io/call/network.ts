// Which ways out of this network there are: what a connection gathers when it is asked to.

import type { NetworkTest, RelayTrouble } from "../../core/call/session";
import { isRelay, watchRelay } from "./relay";

const PATIENCE_MS = 9000;

export const RUNNING: NetworkTest = {
  state: "running",
  direct: null,
  outside: null,
  relay: null,
  relayTrouble: null,
  isTooSoon: false,
};

export async function testNetwork(iceServers: readonly RTCIceServer[]): Promise<NetworkTest> {
  const pc = new RTCPeerConnection({ iceServers: [...iceServers] });
  const found = new Set<string>();
  let relayTrouble: RelayTrouble | null = null;
  const hasRelay = iceServers.some(isRelay);
  if (hasRelay) {
    watchRelay(pc, iceServers, (trouble) => {
      relayTrouble = trouble;
    });
  }
  try {
    pc.createDataChannel("kuuki");
    await new Promise<void>((resolve) => {
      setTimeout(resolve, PATIENCE_MS);
      pc.onicecandidate = ({ candidate }) => (candidate?.type ? found.add(candidate.type) : (candidate ?? resolve()));
      void pc.setLocalDescription();
    });
  } finally {
    pc.close();
  }
  return {
    state: "done",
    direct: found.has("host"),
    outside: iceServers.length === 0 ? null : found.has("srflx"),
    relay: hasRelay ? found.has("relay") : null,
    relayTrouble: found.has("relay") ? null : relayTrouble,
    isTooSoon: false,
  };
}

/** A test that came too soon for the relay: what this page knows of it is of the test before, if there was one. */
export function withRelayOf(before: NetworkTest | null, { direct, outside }: NetworkTest): NetworkTest {
  return {
    state: "done",
    direct,
    outside: outside || (before?.outside ?? null),
    relay: before?.relay ?? null,
    relayTrouble: before?.relayTrouble ?? null,
    isTooSoon: true,
  };
}
