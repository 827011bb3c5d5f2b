// A tap of one's own leaves its button and joins the Air, in its colour.

import type { TapKind } from "../../core/mood/session";
import type { KuukiAir } from "./air";
import type { TappedEvent } from "./taps";

const WAY_MS = 520;
const DOT_PX = 14;

/** Sends a dot from the button of that event to the light; it has its ring when it arrives. `home` holds the dot. */
export function joinAir(event: TappedEvent, home: Node, air: KuukiAir | null): void {
  const button = event.composedPath()[0] as Element | undefined;
  const owner = home.ownerDocument;
  const view = owner?.defaultView;
  if (!air || !button || !owner || !view) return;
  if (view.matchMedia("(prefers-reduced-motion: reduce)").matches) air.join(event.kind);
  else send(owner, event.kind, home, button, air);
}

function send(owner: Document, kind: TapKind, home: Node, button: Element, air: KuukiAir): void {
  const dot = owner.createElement("i");
  dot.className = `own-tap ${kind}`;
  home.appendChild(dot);
  const [from, to] = [middleOf(button), middleOf(air)];
  const way = dot.animate(
    [
      { transform: `translate(${from.x}px, ${from.y}px) scale(1)`, opacity: 1 },
      { transform: `translate(${to.x}px, ${to.y}px) scale(0.5)`, opacity: 0.6 },
    ],
    { id: "endless", duration: WAY_MS, easing: "cubic-bezier(.3,.1,.3,1)" },
  );
  way.onfinish = () => {
    dot.remove();
    air.join(kind);
  };
  way.oncancel = () => dot.remove();
}

function middleOf(element: Element): { x: number; y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2 - DOT_PX / 2, y: top + height / 2 - DOT_PX / 2 };
}
