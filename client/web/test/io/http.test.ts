import { expect, test } from "vitest";
import { retryAfterMs } from "../../src/io/http";

function asking(value: string | null): Response {
  return new Response(null, { status: 503, headers: value === null ? {} : { "Retry-After": value } });
}

test("what the server asks to be left alone for is waited, but not longer than a minute", () => {
  expect(retryAfterMs(asking("2"))).toBe(2000);
  expect(retryAfterMs(asking(null))).toBe(0);
  expect(retryAfterMs(asking("86400"))).toBe(60_000);
});

test.each(["Wed, 21 Oct 2026 07:28:00 GMT", "soon", "-5", "NaN"])("%s asks for nothing", (value) => {
  expect(retryAfterMs(asking(value))).toBe(0);
});

test("an endless wait is none", () => {
  expect(retryAfterMs(asking("1e400"))).toBe(0);
});
