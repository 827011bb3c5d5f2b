// What moves by itself in the Air: its breath, and what leaves it or swells it and is gone again: rings of
// taps, rings of a call, the pulse of a wave. All of it is the compositor's work.

import type { Ring } from "../../core/mood/rings";

/** The name of an animation that is one of a series without end, which is no transition to wait for. */
export const ENDLESS = "endless";

/** A ring goes out in steps, and all rings step together: each step costs a frame. */
const STEP_MS = 50;
const RING_MS = 1800;
const STILL_MS = 1000;
const PULSE_MS = 1600;
const MOST_RINGS = 5;

/** How a ring, or the light, looks on its way; a scale of 1 is the box of the Air. */
interface Way {
  readonly from: number;
  readonly to: number;
  readonly opacity: number;
}

/** Lets a ring of that kind go out from a light of that size, 0..1; `isStill`: it only glows where it is. */
export function sendRing(home: Element, kind: Ring["kind"] | "call", size: number, isStill: boolean): void {
  if (home.childElementCount >= MOST_RINGS) return;
  const ring = home.ownerDocument.createElement("i");
  ring.className = kind;
  home.append(ring);
  const from = 0.2 + size * 0.56;
  const way = isStill
    ? ring.animate(glow({ from: from + 0.2, to: from + 0.2, opacity: 0.7 }), { id: ENDLESS, duration: STILL_MS })
    : ring.animate(
        [
          { transform: `scale(${from})`, opacity: 0.85 },
          { transform: `scale(${from + 0.26})`, opacity: 0.5, offset: 0.45 },
          { transform: `scale(${from + 0.42})`, opacity: 0 },
        ],
        { id: ENDLESS, duration: RING_MS, easing: `steps(${RING_MS / STEP_MS})` },
      );
  const nowMs = Number(ring.ownerDocument.timeline.currentTime ?? 0);
  way.startTime = Math.ceil(nowMs / STEP_MS) * STEP_MS;
  way.onfinish = () => ring.remove();
  way.oncancel = () => ring.remove();
}

/** The light swells, the more the room rose, and sinks again. */
export function swell(light: HTMLElement, rise: number, size: number, isStill: boolean): void {
  const from = 0.5 + size * 0.5;
  const to = isStill ? from : from + 0.12 + 0.3 * rise;
  light.animate(glow({ from, to, opacity: Math.min(1, 0.45 + rise) }), {
    id: ENDLESS,
    duration: PULSE_MS,
    easing: "ease-out",
  });
}

function glow({ from, to, opacity }: Way): Keyframe[] {
  const visibility = "visible";
  return [
    { transform: `scale(${from})`, opacity: 0, visibility },
    { transform: `scale(${from + (to - from) * 0.7})`, opacity, visibility, offset: 0.3 },
    { transform: `scale(${to})`, opacity: 0, visibility },
  ];
}

/** One breath in or out at rest, in steps that nobody sees in so soft a light: some ten a second. */
const BREATH_MS = 3500;
const BREATH_STEPS = 35;

export function breath(light: Element): Animation {
  return light.animate([{ transform: "scale(0.96)" }, { transform: "scale(1.04)" }], {
    duration: BREATH_MS,
    iterations: Number.POSITIVE_INFINITY,
    direction: "alternate",
    easing: `steps(${BREATH_STEPS})`,
  });
}
