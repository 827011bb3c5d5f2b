// The curve is read: where a finger points to, which words it gets, and the list of what stood out.

import { describe, expect, it, vi } from "vitest";
import type { Surge } from "../../../src/core/mood/biggest";
import type { EveningWave } from "../../../src/core/mood/evening";
import type { Mark, Row } from "../../../src/core/mood/history";
import { wordsOf } from "../../../src/locale";
import { KuukiBiggest } from "../../../src/ui/mood/history/biggest";
import { KuukiCurve } from "../../../src/ui/mood/history/curve";
import { Pointing } from "../../../src/ui/mood/history/pointing";
import { readout } from "../../../src/ui/mood/history/readout";
import { drawn, made } from "../drawn";

const BEGAN = new Date(2026, 10, 22, 20, 0, 0).getTime(); // eight in the evening, wherever this runs

function wave(more: Partial<EveningWave> = {}): EveningWave {
  const at = { beganMs: BEGAN + 9000, lastsMs: 3600, peakMs: BEGAN + 10_000 };
  return { number: 1, kind: "laugh", isTapped: true, ...at, top: 0.6, rise: 0.4, share: 0.62, ...more };
}

describe("a pointer", () => {
  function pointing() {
    const points: [number, number][] = [];
    return { points, hand: new Pointing((x, reach) => points.push([x, reach])) };
  }
  const press = (clientX: number, pointerType = "touch", buttons = 1) => ({
    clientX,
    pointerType,
    button: 0,
    buttons,
  });

  it("points by a press, a finger less exactly than a mouse", () => {
    const { points, hand } = pointing();
    hand.down(press(100, "mouse"));
    hand.end();
    hand.click(press(100));
    hand.down(press(200));
    hand.end();
    hand.click(press(200));
    expect(points).toEqual([
      [100, 4],
      [200, 10],
    ]);
  });

  it("drags only when it has gone some way along the curve: a finger that scrolls reads nothing", () => {
    const { points, hand } = pointing();
    hand.down(press(100));
    hand.move(press(103));
    hand.end(); // the page scrolls
    hand.move(press(160));
    expect(points).toEqual([]);
    hand.down(press(100));
    for (const x of [103, 110, 111]) hand.move(press(x));
    expect(points).toEqual([
      [110, 0],
      [111, 0],
    ]);
  });

  it("does not drag without a button, or by another than the first", () => {
    const { points, hand } = pointing();
    hand.move(press(100, "mouse", 0));
    hand.down({ ...press(100, "mouse", 2), button: 2 });
    hand.move(press(200, "mouse", 2));
    expect(points).toEqual([]);
  });
});

describe("the words of a moment", () => {
  const span = { fromMs: BEGAN, toMs: BEGAN + 40_000 };
  const columns = [
    { atMs: BEGAN + 4000, mean: 0.2, most: 0.2, least: 0.2 },
    { atMs: BEGAN + 12_000, mean: 0.31, most: 0.92, least: 0.1 },
    null,
    { atMs: BEGAN + 35_000, mean: 0.4, most: 0.404, least: 0.4 },
  ];
  const mark = (id: string, second: number, text: string): Mark => ({ id, atMs: BEGAN + second * 1000, text });
  const chart = { columns, span, marks: [] as Mark[], waves: [] as EveningWave[] };
  const said = (part: number, more: Partial<typeof chart> = {}, language: "en" | "ja" = "en") =>
    readout({ ...chart, ...more }, part, wordsOf(language), language);

  it("are when it smiled most, how much, and how much on average", () => {
    expect(said(1)).toBe("20:00:12 · up to 92% smiling, 31% on average");
    expect(said(1, {}, "ja")).toBe("20:00:12　笑顔は最高92％、平均31％");
  });

  it("say one number where both are the same, and that nothing was shown", () => {
    expect(said(3)).toBe("20:00:35 · 40% smiling");
    expect(said(2)).toBe("20:00:25 · nothing was shown");
  });

  it("name the nearest mark, before or after", () => {
    const marks = [mark("a", -70, "Opening"), mark("b", 30, "")];
    expect(said(0, { marks })).toBe("20:00:04 · 20% smiling · 26 s before a mark");
    expect(said(0, { marks: [marks[0]!] }, "ja")).toMatch(/「Opening」の1分14秒後$/);
    expect(said(1, { marks: [mark("c", 12, "Goat")] })).toMatch(/ · at “Goat”$/);
  });

  it("name the waves whose peak is there, and how long they were", () => {
    expect(said(1, { waves: [wave(), wave({ kind: "applause", lastsMs: 72_000 })] })).toBe(
      "20:00:12 · up to 92% smiling, 31% on average · Laughs 4 s · Applause 1 min 12 s",
    );
    expect(said(0, { waves: [wave()] })).not.toContain("Laughs");
  });
});

describe("the curve", () => {
  const rows = Array.from(
    { length: 300 },
    (_, s): Row => ({ atMs: BEGAN + s * 1000, smiling: s === 200 ? 0.9 : 0.2, energy: 0.5 }),
  );
  function curve() {
    const element = made(KuukiCurve, { rows, span: { fromMs: BEGAN, toMs: BEGAN + 300_000 }, inner: 100 });
    const fired = vi.spyOn(element, "dispatchEvent").mockReturnValue(true);
    // Lit asks for this when a property was set; here nothing renders by itself
    (element as unknown as { willUpdate(changed: Map<string, unknown>): void }).willUpdate(new Map([["rows", 0]]));
    return { element, fired };
  }
  const key = (name: string, more: object = {}) => ({ key: name, preventDefault: vi.fn(), ...more });

  it("says how it is read, until it is", () => {
    const { element } = curve();
    expect(drawn(element).text).toContain("Tap the curve");
    element.at = BEGAN + 200_000;
    expect(drawn(element).text).toContain("20:03:20 · up to 90% smiling, 43% on average");
    expect(drawn(element).html).toContain('aria-valuetext="20:03:20 · up to 90% smiling');
  });

  it("is read by keys, a column at a time, ten, or to its ends; and says that it was", () => {
    const { element, fired } = curve();
    const pressed = (name: string) => {
      const event = key(name);
      drawn(element).fire("keydown", "range", event);
      expect(event.preventDefault).toHaveBeenCalledOnce();
      return Math.floor((element.at! - BEGAN) / 3000);
    };
    expect([pressed("ArrowLeft"), pressed("ArrowUp"), pressed("ArrowRight")]).toEqual([98, 99, 99]);
    expect([pressed("Home"), pressed("ArrowDown"), pressed("PageUp"), pressed("PageDown")]).toEqual([0, 0, 10, 0]);
    expect(pressed("End")).toBe(99);
    expect(fired.mock.calls.every(([event]) => event.type === "read")).toBe(true);
    expect(fired).toHaveBeenCalledTimes(8);
  });

  it("leaves other keys, and shortcuts of the browser, alone", () => {
    const { element } = curve();
    for (const pressed of [key("h"), key("ArrowLeft", { altKey: true }), key("Tab")]) {
      drawn(element).fire("keydown", "range", pressed);
      expect(pressed.preventDefault).not.toHaveBeenCalled();
    }
    expect(element.at).toBeNull();
  });

  it("begins at the newest for who comes by a key, and goes on from where it was read", () => {
    const { element } = curve();
    drawn(element).fire("focus", "range");
    expect(element.at).toBeGreaterThan(BEGAN + 296_000);
    element.at = BEGAN + 5000;
    drawn(element).fire("focus", "range");
    expect(element.at).toBe(BEGAN + 5000);
  });

  it("follows a screen reader that moves the slider itself", () => {
    const { element } = curve();
    drawn(element).fire("input", "range", { target: { value: String(BEGAN + 200_500) } });
    expect(element.at).toBe(BEGAN + 200_000);
  });

  it("has no slider, and says nothing, where there is nothing to read", () => {
    const element = made(KuukiCurve, { rows: [], span: { fromMs: BEGAN, toMs: BEGAN + 300_000 }, inner: 100 });
    expect(drawn(element).html).not.toContain("range");
    expect(drawn(element).text).not.toContain("Tap");
  });

  it("is not read any more when that moment has gone out of sight", () => {
    const { element } = curve();
    element.at = BEGAN - 1;
    expect(drawn(element).text).toContain("Tap the curve");
  });
});

describe("the list of the biggest", () => {
  const surge = (second: number, more: Partial<Surge> = {}): Surge => ({
    ...wave({ peakMs: BEGAN + second * 1000, kind: "smiles" }),
    kinds: ["smiles"],
    ...more,
  });

  it("has the time, the length and how much of the room of each, by rank", () => {
    const element = made(KuukiBiggest, { surges: [surge(70), surge(10, { lastsMs: 200, share: 0.3 })] });
    expect(drawn(element).text).toMatch(
      /^Biggest laughs 1 20:01:10 4 s 62% of the room 2 20:00:10 1 s 30% of the room /,
    );
  });

  it("names kinds where there are others than smiles, and is of laughs only where they are", () => {
    const laughs = made(KuukiBiggest, { surges: [surge(70, { kinds: ["smiles", "laugh"] })] });
    expect(drawn(laughs).text).toContain("Biggest laughs 1 Smiles Laughs 20:01:10");
    const others = made(KuukiBiggest, { surges: [surge(70), surge(80, { kinds: ["applause"] })], language: "ja" });
    expect(drawn(others).text).toContain("盛り上がった瞬間");
    expect(drawn(others).text).toContain("拍手");
  });

  it("asks to read the curve where one is pressed, and shows which is read", () => {
    const surges = [surge(70), surge(10)];
    const element = made(KuukiBiggest, { surges, at: surges[1]!.peakMs });
    const asked: unknown[] = [];
    vi.spyOn(element, "dispatchEvent").mockImplementation((event) => asked.push((event as CustomEvent).detail) > 0);
    expect(drawn(element).html.match(/aria-pressed="(true|false)"/g)).toEqual([
      'aria-pressed="false"',
      'aria-pressed="true"',
    ]);
    drawn(element).press("20:01:10");
    expect(asked).toEqual([surges[0]]);
  });

  it("says so where nothing stood out", () => {
    expect(drawn(made(KuukiBiggest)).text).toBe("Biggest laughs Nothing has stood out yet.");
  });
});
