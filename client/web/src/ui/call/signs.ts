// Signs of calls, on the grid of ../icons.ts. A word is always beside or under them.

import { svg, type TemplateResult } from "lit";
import { sign } from "../icons";

const HANDSET = svg`<path d="M8.1 4.2 5.6 4.6c-.9.2-1.5 1-1.4 1.9.7 7 6.3 12.6 13.3 13.3.9.1 1.7-.5 1.9-1.4l.4-2.5c.1-.8-.3-1.5-1-1.8l-2.7-1.2c-.6-.3-1.4-.1-1.9.4l-.9 1c-2.1-1.1-3.8-2.8-4.9-4.9l1-.9c.5-.5.7-1.3.4-1.9L8.9 5.2c-.1-.6-.5-.9-.8-1z"/>`;

export const callSign = sign(HANDSET);
export const endSign = sign(
  svg`<path d="M12 8.4c-3.4 0-6.5.9-8.6 2.5-.8.6-1 1.7-.6 2.6l.7 1.4c.4.8 1.3 1.1 2.1.8l2.2-.8c.7-.2 1.1-.9 1.1-1.6v-1.4c2-.5 4.2-.5 6.2 0v1.4c0 .7.4 1.4 1.1 1.6l2.2.8c.8.3 1.7 0 2.1-.8l.7-1.4c.4-.9.2-2-.6-2.6C18.5 9.3 15.4 8.4 12 8.4z"/>`,
);
export const microphoneSign = sign(
  svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
);
export const mutedSign = sign(
  svg`<path d="M3.5 3.5l17 17M15 10V6a3 3 0 0 0-5.7-1.3M9 9.2V11a3 3 0 0 0 4.6 2.5M5.5 11.5a6.5 6.5 0 0 0 10.3 5.3M18.5 11.5c0 .9-.2 1.7-.5 2.5M12 18v3"/>`,
);
export const noCameraSign = sign(
  svg`<path d="M3.5 3.5l17 17M9.5 6.5h4.2a2 2 0 0 1 2 2v4.2M15 17.5H5.5a2 2 0 0 1-2-2v-7a2 2 0 0 1 1-1.7M15.7 10.6l4.8-2.6v8"/>`,
);
/** A light instead of a face. */
export const faceOffSign = sign(
  svg`<circle cx="12" cy="12" r="4"/><path d="M4.5 8V6a1.5 1.5 0 0 1 1.5-1.5h2M16 4.5h2A1.5 1.5 0 0 1 19.5 6v2M19.5 16v2a1.5 1.5 0 0 1-1.5 1.5h-2M8 19.5H6A1.5 1.5 0 0 1 4.5 18v-2"/>`,
);
export const safetySign = sign(
  svg`<path d="M12 3.2 5 6v5.5c0 4.3 2.9 7.6 7 9.3 4.1-1.7 7-5 7-9.3V6z"/><path d="m8.9 11.9 2.3 2.3 4-4.4"/>`,
);
export const moreSign = sign(svg`<path d="M6 12h.01M12 12h.01M18 12h.01" stroke-width="3.2"/>`);
export const mailSign = sign(
  svg`<rect x="3.5" y="5.5" width="17" height="13" rx="2.2"/><path d="m4.5 7.5 7.5 5.7 7.5-5.7"/>`,
);
export const renewSign = sign(
  svg`<path d="M19.5 12a7.5 7.5 0 0 1-13.2 4.9M4.5 12a7.5 7.5 0 0 1 13.2-4.9M18 3.5v4h-4M6 20.5v-4h4"/>`,
);
export const speakerSign = sign(
  svg`<path d="M4 9.5h3.5L12 5.5v13l-4.5-4H4zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>`,
);
export const networkSign = sign(
  svg`<path d="M3.5 9.5a12.5 12.5 0 0 1 17 0M6.5 13a8.2 8.2 0 0 1 11 0M9.5 16.3a3.9 3.9 0 0 1 5 0M12 19.5h.01"/>`,
);

/** How good the connection is: one, two or three bars. */
export function qualitySign(bars: 1 | 2 | 3): TemplateResult {
  const heights = [5, 9, 13];
  return sign(
    svg`${heights.map((high, index) => svg`<path d="M${6.5 + index * 5.5} 18.5v-${high}" stroke-width="3.2" opacity=${index < bars ? 1 : 0.25}/>`)}`,
  );
}
