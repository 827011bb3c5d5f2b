// The show inside the audience page: an embeddable player, fenced in.

import { html, type TemplateResult } from "lit";

/** The player's frame, or null for no show or an address that is not https. */
export function showFrame(show: string | null, title: string): TemplateResult | null {
  const address = playable(show);
  if (!address) return null;
  // A player needs its own origin for its own storage; ours must not be handed to it by accident.
  const own = address.origin === window.location.origin ? "" : " allow-same-origin";
  return html`<iframe
    src=${address.href}
    title=${title}
    sandbox=${`allow-scripts allow-presentation allow-popups${own}`}
    allow="autoplay; fullscreen; encrypted-media; picture-in-picture"
    referrerpolicy="strict-origin-when-cross-origin"
  ></iframe>`;
}

function playable(show: string | null): URL | null {
  if (!show || !URL.canParse(show)) return null;
  const address = new URL(show);
  return address.protocol === "https:" ? address : null;
}
