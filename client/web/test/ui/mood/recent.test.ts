// The room's last ten minutes beside it: folded until asked for, and drawn anew once a second at most.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Row } from "../../../src/core/mood/history";
import { SHOWN_ORDER } from "../../../src/core/mood/labels";
import { wordsOf } from "../../../src/locale";
import { KuukiRecentRoom } from "../../../src/ui/mood/history/recent";
import { KuukiRecent } from "../../../src/ui/mood/recent";
import { drawn, made, type Steps } from "../drawn";

const WEIGHTS = [0.02, 0.01, 0.03, 0.5, 0.04, 0.1, 0.3];
const NOW = Date.UTC(2026, 10, 22, 11, 0, 0);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, i) => ({
    atMs: NOW - (count - 1 - i) * 1000,
    smiling: i === 100 ? 0.9 : 0.2,
    energy: 0.5,
  }));
}

describe("folded", () => {
  it("draws nothing but its name, and tells when it was opened", () => {
    const element = made(KuukiRecent, { rows: rows(600), weights: WEIGHTS });
    const fired = vi.spyOn(element, "dispatchEvent").mockReturnValue(true);
    expect(drawn(element).html).not.toContain("kuuki-recent-room");
    drawn(element).fire("toggle", "details", { target: { open: true } });
    expect(element.open).toBe(true);
    expect(fired).toHaveBeenCalledOnce();
    expect(drawn(element).html).toContain("kuuki-recent-room");
    expect(drawn(element).property("kuuki-recent-room", "weights")).toBe(WEIGHTS);
    drawn(element).fire("toggle", "details", { target: { open: true } }); // as a browser says when it is set
    expect(fired).toHaveBeenCalledOnce();
  });
});

describe("unfolded", () => {
  it("says how the room smiles, and smiled, and has the seven with the smile first", () => {
    const { text } = drawn(made(KuukiRecentRoom, { rows: rows(600), weights: WEIGHTS }));
    expect(text).toMatch(/^The lowest was 20% .*, the highest 90%/);
    const { labels } = wordsOf("en");
    const percents = { happy: 50, neutral: 30, surprise: 10, sad: 4, fear: 3, angry: 2, disgust: 1 };
    const seven = SHOWN_ORDER.map((label) => `${labels[label]} ${percents[label]}%`);
    expect(seven[0]).toBe(`${labels.happy} 50%`);
    expect(text.endsWith(seven.join(" "))).toBe(true);
  });

  it("says so where nothing can be shown now, at once", () => {
    const element = made(KuukiRecentRoom, { rows: rows(600), weights: WEIGHTS, language: "ja" });
    element.weights = null;
    (element as unknown as Steps).willUpdate(new Map());
    expect(drawn(element).text).toContain("いまは会場の空気を映せません。");
    expect(drawn(made(KuukiRecentRoom, { rows: [], weights: null })).text).toContain("The curve begins");
  });

  it("stays as it is within a second, however often the room comes", () => {
    const element = made(KuukiRecentRoom, { rows: rows(600), weights: WEIGHTS });
    const steps = element as unknown as Steps;
    const { happy } = wordsOf("en").labels;
    const curve = () => drawn(element).property("kuuki-curve", "rows");
    const before = curve();
    for (let i = 0; i < 4; i += 1) {
      vi.setSystemTime(NOW + 200 * (i + 1));
      Object.assign(element, { rows: [...rows(600)], weights: WEIGHTS.map(() => 1 / 7) });
      steps.willUpdate(new Map());
    }
    expect(curve()).toBe(before);
    expect(drawn(element).text).toContain(`${happy} 50%`);
    vi.setSystemTime(NOW + 1000);
    steps.willUpdate(new Map());
    expect(curve()).not.toBe(before);
    expect(drawn(element).text).toContain(`${happy} 14%`);
  });
});
