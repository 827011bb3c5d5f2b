// Signs, drawn on a 24 × 24 grid with one stroke. Decorative: a word is always beside them.

import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit";

/** One sign from what is drawn in it. */
export function sign(body: SVGTemplateResult): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true">${body}</svg>`;
}

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
export const foldSign = sign(svg`<path d="m6 9.5 6 6 6-6"/>`);
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
