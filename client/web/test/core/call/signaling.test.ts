import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseMessage } from "../../../src/core/call/signaling";

const CALL = "c".repeat(22);
const LINE = "ab".repeat(16);

function parse(message: object): unknown {
  return parseMessage(JSON.stringify(message));
}

describe("what the line says", () => {
  test.each([
    [{ type: "welcome", line: "s".repeat(22), code: "a-b-c-1", turn: 2, relay: true }],
    [{ type: "still" }],
    [{ type: "welcome", line: "s".repeat(22), code: null, turn: null, relay: true }],
    [{ type: "code", code: "a-b-c-2", turn: 3 }],
    [{ type: "code", code: null, turn: null }],
    [{ type: "signal", call: CALL, generation: 2, description: { type: "offer", sdp: "v=0" } }],
    [{ type: "signal", call: CALL, generation: 2, candidate: { candidate: "", sdpMid: "0" } }],
  ])("%j is taken as it is", (message) => {
    expect(parse(message)).toEqual(message);
  });

  test("a state", () => {
    const said = { type: "state", call: CALL, side: "callee", state: "incoming", partner: LINE, name: "Aki" };
    expect(parse({ ...said, partner_is: "away" })).toEqual({ ...said, partnerIs: "away" });
    expect(parse({ ...said, partner: null })).toMatchObject({ partner: null, partnerIs: "here" });
  });

  test("relay credentials; what is no server is passed over", () => {
    const server = { urls: ["turn:t.example"], username: "1:a", credential: "x" };
    const said = { type: "ice", servers: [server, { urls: 1 }, null], ttl_s: 600 };
    const heard = { type: "ice", servers: [server], ttlS: 600, isTest: false, noRelay: null };
    expect(parse(said)).toEqual(heard);
    expect(parse({ ...said, for: "test", no_relay: "tested" })).toEqual({ ...heard, isTest: true, noRelay: "tested" });
    expect(parse({ ...said, for: "x", no_relay: "of a later version" })).toEqual(heard);
  });

  test("a problem", () => expect(parse({ type: "problem", error: "type" })).toEqual({ type: "problem" }));
});

test.each([
  [{}],
  [{ type: "mix" }],
  [{ type: "welcome", line: "short", code: "a" }],
  [{ type: "welcome", line: "s".repeat(22) }],
  [{ type: "state", call: "x", side: "caller", state: "talking" }],
  [{ type: "state", call: CALL, side: "both", state: "talking" }],
  [{ type: "state", call: CALL, side: "caller", state: "dreaming" }],
  [{ type: "signal", call: CALL, generation: 1 }],
  [{ type: "signal", call: CALL, generation: 1, description: { type: "rollback", sdp: "" } }],
  [{ type: "signal", call: "x", generation: 1, candidate: { candidate: "" } }],
  [{ type: "code" }],
])("%j is nothing", (message) => {
  expect(parse(message)).toBeNull();
});

test("any text is a message or nothing", () => {
  const types = fc.constantFrom("welcome", "state", "signal", "ice", "code", "still", "problem", "x");
  const near = fc.record({ type: types, call: fc.constant(CALL), servers: fc.anything(), candidate: fc.anything() });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        near.map((said) => JSON.stringify(said) ?? ""),
      ),
      (text) => {
        expect(() => parseMessage(text)).not.toThrow();
      },
    ),
  );
});
