// Signs of a room: one for each kind of tap, and where the room is heading.

import { svg, type TemplateResult } from "lit";
import type { TapKind } from "../../core/mood/session";
import { sign } from "../icons";

export const tapSigns: Readonly<Record<TapKind, TemplateResult>> = {
  smile: sign(
    svg`<circle cx="12" cy="12" r="9"/><path d="M8.2 14.2c1.9 2.9 5.7 2.9 7.6 0"/><path d="M9 9.4v.9M15 9.4v.9"/>`,
  ),
  laugh: sign(
    svg`<circle cx="12" cy="12" r="9"/><path d="M7.4 13h9.2a4.6 4.6 0 0 1-9.2 0z"/><path d="m7.6 9.9 1.5-1.3 1.5 1.3M13.4 9.9l1.5-1.3 1.5 1.3"/>`,
  ),
  wow: sign(
    svg`<circle cx="12" cy="12" r="9"/><ellipse cx="12" cy="15.2" rx="2.1" ry="2.5"/><path d="M8.8 9v1.2M15.2 9v1.2M7.6 6.6l1.7-.5M16.4 6.6l-1.7-.5"/>`,
  ),
  applause: sign(
    svg`<path d="m6.3 13.6-1.6-2.7a1.2 1.2 0 0 1 2.1-1.2l2.4 4.1-3-5.5a1.2 1.2 0 0 1 2.1-1.2l3 5.2-2.6-4.8a1.2 1.2 0 0 1 2.1-1.2l3.6 6.3.4-2.4a1.2 1.2 0 0 1 2.3-.1c.5 3.4.6 6.9-2.6 8.8-2.9 1.7-6 .6-7.6-2.1z"/><path d="M14.7 4.3 15.4 2M18 6l1.8-1.7M19.4 9.1l2.3-.6"/>`,
  ),
};

/** An arrow that points where the room is heading. */
export const trendSigns = {
  rising: sign(svg`<path d="M4.5 18.5 19 5.5M9.5 5h10v10"/>`),
  steady: sign(svg`<path d="M3.5 12h17M14 5.5l6.5 6.5-6.5 6.5"/>`),
  falling: sign(svg`<path d="M4.5 5.5 19 18.5M19.5 9v10h-10"/>`),
} as const;
