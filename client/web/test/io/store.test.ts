import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Snapshot } from "../../src/core/mood/session";
import { Store } from "../../src/io/store";

/** A window whose frames come when they are called for. */
class FakeWindow {
  readonly waiting: (() => void)[] = [];

  requestAnimationFrame(callback: () => void): void {
    this.waiting.push(callback);
  }

  frame(): void {
    for (const callback of this.waiting.splice(0)) callback();
  }
}

const SNAPSHOT = { link: "joining", rttMs: null } as Snapshot;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function make(): { store: Store<Snapshot>; page: FakeWindow; seen: unknown[]; stop: () => void } {
  const store = new Store(SNAPSHOT);
  const page = new FakeWindow();
  const seen: unknown[] = [];
  const stop = store.subscribe(({ link, rttMs }) => seen.push([link, rttMs]));
  store.showIn(page as unknown as Window);
  return { store, page, seen, stop };
}

test("followers are told once a frame, of the newest", () => {
  const { store, page, seen } = make();
  store.change({ link: "open" });
  store.change({ rttMs: 4 });
  expect(store.snapshot).toMatchObject({ link: "open", rttMs: 4 });
  expect(seen).toEqual([]);
  page.frame();
  page.frame();
  expect(seen).toEqual([["open", 4]]);
});

test("a frame that was waited for in a window that is hidden now comes in the small one", () => {
  const { store, page, seen } = make();
  const small = new FakeWindow();
  store.change({ link: "open" });
  store.showIn(small as unknown as Window);
  small.frame();
  page.frame();
  expect(seen).toEqual([["open", null]]);
});

test("where nothing is seen, followers are told now and then", () => {
  const { store, seen } = make();
  store.showIn(null);
  store.change({ link: "open" });
  store.change({ link: "retrying" });
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([["retrying", null]]);
});

test("who stopped following is told nothing", () => {
  const { store, page, seen, stop } = make();
  store.change({ link: "open" });
  stop();
  page.frame();
  expect(seen).toEqual([]);
});
