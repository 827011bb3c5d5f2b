import { expect, test } from "vitest";
import { parseCode } from "../../src/core/call/codes";
import { leadOf } from "../../src/core/leads";

const HOST = "room.example";
const lead = (given: string, host = HOST) => leadOf(given, host, parseCode);

test.each([
  ["https://room.example/r/blue-fox-7#k=s3c-r_t", "/r/blue-fox-7#k=s3c-r_t"],
  ["  https://room.example/r/demo/  ", "/r/demo"],
  ["https://room.example/r/demo/stage", "/r/demo/stage"],
  ["https://room.example/r/demo/call#k=x", "/r/demo/call#k=x"],
  ["https://ROOM.example/r/demo?from=mail#k=x", "/r/demo#k=x"],
  ["room.example/r/demo#k=x", "/r/demo#k=x"],
  ["Tonight at eight: https://room.example/r/demo#k=x. See you!", "/r/demo#k=x"],
  ["今夜8時です（https://room.example/r/demo#k=x）。", "/r/demo#k=x"],
  ["https://room.example/call#c=sakura-tanuki-momiji-7", "/call#c=sakura-tanuki-momiji-7"],
  ["https://room.example/call", "/call"],
])("a link of this server: %s", (given, place) => {
  expect(lead(given)).toEqual({ kind: "here", place });
});

test.each(["127.0.0.1:8080", "localhost:8080", "[::1]:8080"])("a link of this machine: %s", (host) => {
  for (const scheme of ["http://", ""])
    expect(lead(`${scheme}${host}/r/demo/stage`, host)).toEqual({ kind: "here", place: "/r/demo/stage" });
});

test.each([
  ["https://other.example/r/demo#k=x", "other.example", "https://other.example/r/demo#k=x"],
  ["http://192.168.1.20:8080/r/demo", "192.168.1.20:8080", "http://192.168.1.20:8080/r/demo"],
  [
    "other.example/call#c=sakura-tanuki-momiji-7",
    "other.example",
    "https://other.example/call#c=sakura-tanuki-momiji-7",
  ],
  ["localhost:8080/r/demo", "localhost:8080", "http://localhost:8080/r/demo"],
  ["https://room.example:8443/r/demo", "room.example:8443", "https://room.example:8443/r/demo"],
])("a link of another server is known as one: %s", (given, host, link) => {
  expect(lead(given)).toEqual({ kind: "elsewhere", host, link });
});

test.each([
  ["demo", "/r/demo"],
  [" Blue-Fox-Den ", "/r/blue-fox-den"],
  ["ｄｅｍｏ", "/r/demo"],
  ["abcd 2fgh jkmn", "/r/abcd-2fgh-jkmn"],
])("the name of a room: %s", (given, place) => {
  expect(lead(given)).toEqual({ kind: "here", place });
});

test.each([
  "sakura-tanuki-momiji-7",
  "Sakura Tanuki Momiji 7",
  "sakura tanuki momiji nana",
  "sakura tanuki momigi 7",
  "さくら・たぬき・もみじ・7",
  "サクラ　タヌキ　モミジ　７",
])("the words of a call, however they are written: %s", (given) => {
  expect(lead(given)).toEqual({ kind: "here", place: "/call#c=sakura-tanuki-momiji-7" });
});

test.each([
  "",
  "two words",
  "sakura tanuki",
  "https://room.example/",
  "https://room.example/#k=organizer",
  "https://room.example/r/",
  "https://room.example/R/demo",
  "https://room.example/r/demo/else",
  "https://room.example/r/Demo",
  "https://elsewhere.example/evening",
  "javascript:alert(1)//r/demo",
  "https://name@other.example/r/demo",
  "今夜8時の会場",
])("nothing that leads anywhere: %s", (given) => {
  expect(lead(given)).toBeNull();
});
