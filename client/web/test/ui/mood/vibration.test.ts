// Vibration on waves: off until it is turned on, then once for each wave, and remembered.

import { afterEach, expect, it, vi } from "vitest";
import { Vibration } from "../../../src/ui/mood/vibration";

afterEach(() => vi.unstubAllGlobals());

function device(): { vibrate: ReturnType<typeof vi.fn> } {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => kept.set(name, text),
  });
  const vibrate = vi.fn();
  vi.stubGlobal("navigator", { vibrate });
  return { vibrate };
}

it("is off until someone turns it on, and stays on in the next visit", () => {
  const { vibrate } = device();
  const vibration = new Vibration();
  vibration.feel({ rise: 0.4 });
  expect(vibrate).not.toHaveBeenCalled();
  vibration.turn(true);
  expect(new Vibration().isOn).toBe(true);
  vibration.turn(false);
  expect(new Vibration().isOn).toBe(false);
});

it("is felt once for each wave, the longer the larger it is", () => {
  const { vibrate } = device();
  const vibration = new Vibration();
  vibration.turn(true);
  vibrate.mockClear();
  const [small, large] = [{ rise: 0.1 }, { rise: 0.6 }];
  for (const pulse of [null, small, small, null, small, large, large]) vibration.feel(pulse);
  expect(vibrate).toHaveBeenCalledTimes(2);
  expect(vibrate.mock.calls[0]?.[0]).toBeLessThan(vibrate.mock.calls[1]?.[0]);
});

it("is not offered where there is none", () => {
  vi.stubGlobal("navigator", {});
  const vibration = new Vibration();
  expect(vibration.can).toBe(false);
  vibration.turn(true);
  vibration.feel({ rise: 1 });
  expect(vibration.isOn).toBe(false);
});
