import { expect, test } from "vitest";
import { CloseCode } from "../../../src/core/generated";
import { becauseOfCode, becauseOfStatus } from "../../../src/core/mood/closing";

test("codes below 3500 say join again, the others stop with a reason", () => {
  const reasons = Object.fromEntries(Object.entries(CloseCode).map(([name, code]) => [name, becauseOfCode(code)]));
  expect(reasons).toEqual({
    GOING_AWAY: null,
    SLOW: null,
    SILENT: null,
    FULL: null,
    ROOM_CLOSED: "room_closed",
    SEAT_TAKEN: "seat_taken",
    FLOOD: "refused",
    MALFORMED: "refused",
    REMOVED: "removed",
    LINE_TAKEN: "refused",
    CALLS_OFF: "refused",
  });
  expect(becauseOfCode(3999)).toBe("refused");
});

test("whoever takes the seat of a client that moves is the client itself; all else stops it as ever", () => {
  expect(becauseOfCode(CloseCode.SEAT_TAKEN, true)).toBeNull();
  expect(becauseOfCode(CloseCode.ROOM_CLOSED, true)).toBe("room_closed");
  expect(becauseOfCode(CloseCode.GOING_AWAY, true)).toBeNull();
});

test.each([
  [404, false, "room_unknown"],
  [404, true, "room_closed"],
  [401, false, "not_allowed"],
  [403, true, "not_allowed"],
  [400, false, "refused"],
  [415, false, "refused"],
  [422, false, "refused"],
  [0, true, null],
  [408, false, null],
  [429, false, null],
  [500, true, null],
  [503, false, null],
])("status %i, in the room before: %s", (status, wasIn, because) => {
  expect(becauseOfStatus(status, wasIn)).toBe(because);
});
