import { describe, expect, test } from "vitest";
import { LEG_EVENTS, LEG_STATES, type LegState } from "../../../src/core/call/generated";
import { follow, isEnd, Legs } from "../../../src/core/call/legs";
import type { LegMessage } from "../../../src/core/call/signaling";

const ONE = "1".repeat(22);
const TWO = "2".repeat(22);
const PARTNER = "ab".repeat(16);

function says(call: string, state: LegState, more: Partial<LegMessage> = {}): LegMessage {
  return { type: "state", call, side: "caller", state, partner: PARTNER, name: "", partnerIs: "here", ...more };
}

test("an end leads nowhere; every other state leads somewhere", () => {
  for (const state of LEG_STATES) {
    const leads = LEG_EVENTS.map((event) => follow(state, event)).filter((after) => after !== state);
    expect(leads.length === 0).toBe(isEnd(state));
  }
  expect(follow("talking", "gone")).toBe("talking");
});

describe("the call that is on", () => {
  test("stands where the line says; its time begins with its state", () => {
    const legs = new Legs();
    legs.ring(ONE, 0);
    expect(legs.active).toMatchObject({ state: "calling", sinceMs: 0 });
    legs.hear(says(ONE, "ringing"), 100);
    legs.hear(says(ONE, "talking", { name: "Ben" }), 200);
    legs.hear(says(ONE, "talking", { partnerIs: "away" }), 300);
    expect(legs.active).toMatchObject({ state: "talking", sinceMs: 200, name: "Ben", partnerIs: "away" });
  });

  test("is said again to the line once its partner is known", () => {
    const legs = new Legs();
    legs.ring(ONE, 0);
    expect(legs.standing).toBeNull();
    legs.hear(says(ONE, "talking", { name: "Ben" }), 1);
    expect(legs.standing).toEqual({ call: ONE, partner: PARTNER, side: "caller", state: "talking", name: "Ben" });
    const after = new Legs();
    after.restore(legs.standing!, -5000);
    expect(after.active).toMatchObject({ call: ONE, state: "talking", sinceMs: -5000 });
  });

  test.each(["ended", "lost", "declined", "busy", "timed_out", "unreachable"] as const)("ends: %s", (how) => {
    const legs = new Legs();
    legs.ring(ONE, 0);
    legs.hear(says(ONE, how), 700);
    expect(legs.active).toBeNull();
    expect(legs.ended).toMatchObject({ call: ONE, how, talkedMs: 0 });
  });

  test("that was hung up here is not brought back by words that were under way", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "talking", { name: "Ben" }), 1000);
    legs.happen(ONE, "hang_up", 4000);
    legs.hear(says(ONE, "talking", { partnerIs: "away" }), 4001);
    legs.hear(says(ONE, "ended"), 4002);
    expect(legs.active).toBeNull();
    expect(legs.ended).toMatchObject({ how: "ended", talkedMs: 3000, name: "Ben" });
  });

  test.each([
    ["calling", "cancelled"],
    ["ringing", "cancelled"],
    ["incoming", "declined"],
    ["talking", "ended"],
  ] as const)("hung up while %s it is %s", (state, how) => {
    const legs = new Legs();
    legs.hear(says(ONE, state), 0);
    legs.happen(ONE, "hang_up", 1);
    expect(legs.ended?.how).toBe(how);
  });

  test("what means nothing in a state changes nothing", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "talking"), 0);
    legs.happen(ONE, "timeout", 1);
    legs.happen(TWO, "hang_up", 1);
    expect(legs.active?.state).toBe("talking");
  });

  test("without a line it does not ring for ever", () => {
    const legs = new Legs();
    legs.ring(ONE, 0);
    legs.age(9_000);
    expect(legs.active).not.toBeNull();
    legs.age(10_100);
    expect(legs.ended?.how).toBe("unreachable");
    legs.hear(says(TWO, "ringing"), 20_000);
    legs.age(99_000);
    expect(legs.active?.state).toBe("ringing");
    legs.age(100_100);
    expect(legs.ended?.how).toBe("timed_out");
    legs.hear(says("3".repeat(22), "talking"), 0);
    legs.age(1e9);
    expect(legs.active?.state).toBe("talking");
  });
});

describe("two calls", () => {
  test("one knocks, and rings when the other is over", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "talking"), 0);
    legs.hear(says(TWO, "knocking", { side: "callee", name: "Chie" }), 1);
    expect([legs.active?.call, legs.knocking?.name]).toEqual([ONE, "Chie"]);
    legs.hear(says(ONE, "ended"), 2);
    legs.hear(says(TWO, "incoming", { side: "callee" }), 3);
    expect(legs.active).toMatchObject({ call: TWO, state: "incoming", name: "Chie" });
    expect(legs.knocking).toBeNull();
  });

  test("one that knocked in vain is no end that is shown", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "talking"), 0);
    legs.hear(says(TWO, "knocking"), 1);
    legs.hear(says(TWO, "missed"), 2);
    expect([legs.active?.call, legs.knocking, legs.ended]).toEqual([ONE, null, null]);
  });

  test("both called each other: one call, and the other is never seen to end", () => {
    const legs = new Legs();
    legs.ring(TWO, 0);
    legs.hear(says(TWO, "crossed"), 10);
    legs.hear(says(ONE, "talking", { side: "callee" }), 10);
    expect(legs.active).toMatchObject({ call: ONE, side: "callee", state: "talking" });
    expect(legs.ended).toBeNull();
  });

  test("a line that came back says anew who knocks", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "talking"), 0);
    legs.hear(says(TWO, "knocking"), 1);
    legs.forgetKnocking();
    expect(legs.knocking).toBeNull();
  });

  test("an answer by calling back leaves the one that rings until the line decides", () => {
    const legs = new Legs();
    legs.hear(says(ONE, "incoming", { side: "callee" }), 0);
    expect(legs.isFree).toBe(true);
    legs.hear(says(TWO, "calling"), 1);
    expect(legs.active?.call).toBe(ONE);
    legs.hear(says(TWO, "crossed"), 2);
    legs.hear(says(ONE, "talking", { side: "callee" }), 2);
    expect(legs.active).toMatchObject({ call: ONE, state: "talking" });
  });
});

describe("calling again", () => {
  test("is possible for ten minutes after a call whose partner is known", () => {
    const legs = new Legs();
    expect(legs.againOf(0)).toBeNull();
    legs.hear(says(ONE, "talking"), 0);
    legs.hear(says(ONE, "lost"), 1000);
    expect(legs.againOf(600_000)).toBe(ONE);
    expect(legs.againOf(602_000)).toBeNull();
  });

  test("after an unreachable one leads to the one before", () => {
    const legs = new Legs();
    legs.ring(TWO, 0);
    legs.hear(says(TWO, "unreachable"), 1);
    expect(legs.againOf(2)).toBeNull();
    legs.hear(says(ONE, "talking"), 3);
    legs.hear(says(ONE, "ended"), 4);
    const again = "3".repeat(22);
    legs.ring(again, 5);
    legs.hear(says(again, "unreachable"), 6);
    expect(legs.againOf(7)).toBe(ONE);
  });
});
