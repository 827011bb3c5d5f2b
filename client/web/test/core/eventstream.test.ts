import fc from "fast-check";
import { expect, test } from "vitest";
import { EventParser } from "../../src/core/eventstream";

const STREAM =
  'id: 7\nevent: mix\ndata: {"a": 1}\n\n: still here\n\nevent: mix\r\ndata:{"b":\r\ndata: 2}\r\n\r\ndata: x\n\n';
const EVENTS = [
  { name: "mix", data: '{"a": 1}', id: "7" },
  { name: "mix", data: '{"b":\n2}', id: "" },
  { name: "message", data: "x", id: "" },
];

test("events come out whole, comments do not", () => {
  expect(new EventParser().take(STREAM)).toEqual(EVENTS);
});

test("however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: STREAM.length }), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
      const parser = new EventParser();
      expect(at.slice(1).flatMap((end, i) => parser.take(STREAM.slice(at[i], end)))).toEqual(EVENTS);
    }),
  );
});

test("an event that never ends is refused", () => {
  const parser = new EventParser();
  expect(() => {
    for (let i = 0; i < 100; i++) parser.take("x".repeat(1024));
  }).toThrow(RangeError);
});
