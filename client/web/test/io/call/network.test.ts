import { expect, test } from "vitest";
import type { NetworkTest } from "../../../src/core/call/session";
import { RUNNING, withRelayOf } from "../../../src/io/call/network";

const WAYS = { state: "done", direct: true, outside: null, relay: null, relayTrouble: null, isTooSoon: false } as const;

test("a test that came too soon says of the relay what the one before found, and never that it is broken", () => {
  const before: NetworkTest = { ...WAYS, outside: true, relay: true };
  expect(withRelayOf(before, WAYS)).toEqual({ ...before, isTooSoon: true });
  for (const none of [null, RUNNING]) expect(withRelayOf(none, WAYS)).toEqual({ ...WAYS, isTooSoon: true });
});

test("what can be seen without the relay is seen anew", () => {
  const before: NetworkTest = { ...WAYS, direct: false, outside: false, relay: false, relayTrouble: "unreachable" };
  expect(withRelayOf(before, { ...WAYS, outside: true })).toEqual({
    ...before,
    direct: true,
    outside: true,
    isTooSoon: true,
  });
});
