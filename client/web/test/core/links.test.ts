import { describe, expect, test } from "vitest";
import { codeIn, delayIn, iceServersIn, keyIn, nameOf, pageOf } from "../../src/core/links";

test.each([
  ["/", { kind: "home" }],
  ["/r/blue-fox-7", { kind: "audience", room: "blue-fox-7" }],
  ["/r/blue-fox-7/", { kind: "audience", room: "blue-fox-7" }],
  ["/r/blue-fox-7/stage", { kind: "stage", room: "blue-fox-7" }],
  ["/r/blue-fox-7/call", { kind: "call", room: "blue-fox-7" }],
  ["/call", { kind: "call", room: null }],
  ["/call/", { kind: "call", room: null }],
  ["/call/me", { kind: "home" }],
  ["/sound", { kind: "sound" }],
  ["/sound/", { kind: "sound" }],
  ["/sounds", { kind: "home" }],
  ["/r/Blue", { kind: "home" }],
  ["/r/Blue/call", { kind: "home" }],
  ["/r/a/b", { kind: "home" }],
  ["/r/%2e%2e", { kind: "home" }],
  ["/r/", { kind: "home" }],
])("the page at %s", (path, page) => {
  expect(pageOf(path)).toEqual(page);
});

test.each([
  ["blue-fox-7", "blue-fox-7"],
  ["Blue-Fox-7", "blue-fox-7"],
  ["abcd 2fgh  jkmn", "abcd-2fgh-jkmn"],
  ["two words", null],
  ["会場", null],
  ["", null],
])("the name of a room that someone types: %s", (typed, name) => {
  expect(nameOf(typed)).toBe(name);
});

test.each([
  ["#k=abc_-1", "abc_-1"],
  ["#x=1&k=abc", "abc"],
  ["#key=abc", null],
  ["", null],
])("the key in %j", (fragment, key) => {
  expect(keyIn(fragment)).toBe(key);
});

test.each([
  ["#c=sakura-tanuki-momiji-7", "sakura-tanuki-momiji-7"],
  ["#k=abc&c=sakura-tanuki-momiji-7", "sakura-tanuki-momiji-7"],
  ["#code=abc", null],
  ["", null],
])("the code in %j", (fragment, code) => {
  expect(codeIn(fragment)).toBe(code);
});

describe("ICE servers", () => {
  test("with and without an account, several in one header", () => {
    const header =
      '<stun:stun.example.org:3478>; rel="ice-server", <turn:turn.example.org:3478?transport=udp>; rel="ice-server"; username="17:a,b"; credential="x<y"; credential-type="password"';
    expect(iceServersIn(header)).toEqual([
      { urls: "stun:stun.example.org:3478" },
      { urls: "turn:turn.example.org:3478?transport=udp", username: "17:a,b", credential: "x<y" },
    ]);
  });

  test.each([null, "", '<https://example.org>; rel="ice-server"', '<stun:a:1>; rel="preload"', "nonsense"])(
    "none in %j",
    (header) => {
      expect(iceServersIn(header)).toEqual([]);
    },
  );
});

describe("delayIn", () => {
  test("is read from query or fragment, in seconds", () => {
    expect(delayIn("?delay=12", "#k=x")).toBe(12);
    expect(delayIn("", "#k=x&delay=7.5")).toBe(7.5);
    expect(delayIn("?a=b&delay=3", "")).toBe(3);
  });

  test("is nothing where it is none", () => {
    for (const typed of ["", "?delay=", "?delay=0", "?delay=-3", "?delay=4000", "?delay=1e3", "?delay=x", "?nodelay=4"])
      expect(delayIn(typed, "")).toBeNull();
  });
});
