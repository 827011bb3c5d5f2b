import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchEnvironment } from "../../../src/io/call/environment";
import { install } from "./fakes";

let log: string[];
let connection: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  install();
  [log, connection] = [[], new EventTarget()];
  vi.stubGlobal("navigator", { onLine: true, connection });
  watchEnvironment({
    seen: (isSeen) => log.push(isSeen ? "seen" : "hidden"),
    networkChanged: () => log.push("network"),
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("one change of network, told in several events, is one", () => {
  connection.dispatchEvent(new Event("change"));
  connection.dispatchEvent(new Event("change"));
  window.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(["seen", "network"]);
});

test("without a network there is nothing to change to, until it is back", () => {
  vi.stubGlobal("navigator", { onLine: false });
  connection.dispatchEvent(new Event("change"));
  vi.advanceTimersByTime(1000);
  vi.stubGlobal("navigator", { onLine: true });
  expect(log).toEqual(["seen"]);
  window.dispatchEvent(new Event("online"));
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(["seen", "network"]);
});

test("whether the page is seen is told at first and at every change", () => {
  (document as { hidden: boolean }).hidden = true;
  document.dispatchEvent(new Event("visibilitychange"));
  expect(log).toEqual(["seen", "hidden"]);
});
