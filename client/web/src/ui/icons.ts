// Signs, drawn on a 24 × 24 grid with one stroke. Decorative: a word is always beside them.

import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";
import type { TapKind } from "../core/session";

function sign(body: SVGTemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${body}</svg>`;
}

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

export const pauseSign = sign(svg`<path d="M8.5 6v12M15.5 6v12" stroke-width="3"/>`);
export const goSign = sign(svg`<path d="M8 5.6v12.8L18.6 12z"/>`);
export const stopSign = sign(
  svg`<path d="M3.5 3.5l17 17"/><path d="M9.5 6.5h4.2a2 2 0 0 1 2 2v4.2M15 17.5H5.5a2 2 0 0 1-2-2v-7a2 2 0 0 1 1-1.7M15.7 10.6l4.8-2.6v8"/>`,
);
export const cameraSign = sign(
  svg`<rect x="3" y="6.5" width="12.7" height="11" rx="2.2"/><path d="m15.7 10.6 5-2.8v8.4l-5-2.8"/>`,
);
export const popSign = sign(
  svg`<rect x="3" y="4.5" width="18" height="15" rx="2.4"/><rect x="11.5" y="11" width="6.5" height="5.5" rx="1" fill="currentColor"/>`,
);
export const gearSign = sign(
  svg`<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.6"/><circle cx="8" cy="17" r="2.6"/>`,
);
export const copySign = sign(
  svg`<rect x="8.5" y="8.5" width="11.5" height="11.5" rx="2.2"/><path d="M15.5 5.5A1.5 1.5 0 0 0 14 4H6a2 2 0 0 0-2 2v8a1.5 1.5 0 0 0 1.5 1.5"/>`,
);
export const shareSign = sign(svg`<path d="M12 14.5V3.5M8 7l4-3.8L16 7M6 11.5H5v9h14v-9h-1"/>`);
export const openSign = sign(svg`<path d="M5 12h14M13 6l6 6-6 6"/>`);
export const fullSign = sign(svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>`);
export const chartSign = sign(svg`<path d="M3.5 4v16h17M7 15l3.6-4.5 3.2 2.6L19 7"/>`);
export const keptSign = sign(
  svg`<ellipse cx="12" cy="6" rx="7.5" ry="2.8"/><path d="M4.5 6v12c0 1.6 3.4 2.8 7.5 2.8s7.5-1.2 7.5-2.8V6M4.5 12c0 1.6 3.4 2.8 7.5 2.8s7.5-1.2 7.5-2.8"/>`,
);
export const markSign = sign(svg`<path d="M6 21V4.2M6 4.5h11.5L15 8.7l2.5 4.3H6"/>`);
export const downSign = sign(svg`<path d="M12 3.5v11M8 11l4 4 4-4M5 18.5v1.5h14v-1.5"/>`);
export const eraseSign = sign(
  svg`<path d="M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l.9 13.5h9.2l.9-13.5M10 10.5v6M14 10.5v6"/>`,
);
export const closeSign = sign(svg`<path d="M6 6l12 12M18 6 6 18"/>`);
export const doneSign = sign(svg`<path d="m5 12.5 4.6 4.6L19.5 7"/>`);
export const refusedSign = sign(svg`<circle cx="12" cy="12" r="8.5"/><path d="m6 6 12 12"/>`);
export const pictureSign = sign(
  svg`<path d="M3.5 3.5l17 17"/><path d="M8 5h10a2.5 2.5 0 0 1 2.5 2.5V17M17.5 19H6a2.5 2.5 0 0 1-2.5-2.5V7.5"/><path d="m6 16.5 4.2-4.6 4 4.6"/>`,
);
export const sevenSign = sign(svg`<path d="M3.5 16v3M6.3 13v6M9.2 17v2M12 6v13M14.9 15v4M17.7 11v8M20.5 17v2"/>`);
export const roomSign = sign(
  svg`<circle cx="12" cy="12" r="4.2"/><path d="M12 3v1.4M12 19.6V21M3 12h1.4M19.6 12H21M5.6 5.6l1 1M17.4 17.4l1 1M18.4 5.6l-1 1M6.6 17.4l-1 1"/>`,
);

/** An arrow that points where the room is heading. */
export const trendSigns = {
  rising: sign(svg`<path d="M4.5 18.5 19 5.5M9.5 5h10v10"/>`),
  steady: sign(svg`<path d="M3.5 12h17M14 5.5l6.5 6.5-6.5 6.5"/>`),
  falling: sign(svg`<path d="M4.5 5.5 19 18.5M19.5 9v10h-10"/>`),
} as const;
