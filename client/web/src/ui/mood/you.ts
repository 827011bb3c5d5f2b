// What the pages of the audience show beside the light: the room's one word, and one's own part in it.

import { html, nothing, type TemplateResult } from "lit";
import { LABELS } from "../../core/mood/generated";
import type { Snapshot } from "../../core/mood/session";
import type { Words } from "../../locale";
import type { RoomNow } from "./room";

const HAPPY = LABELS.indexOf("happy");
/** Finer steps of one's own smile are not drawn. */
const STEPS = 12;

/** One's own smile while one shares, 0..1 in steps (0 without a face in view); null: one does not share. */
export function youIn({ sensing, reading }: Pick<Snapshot, "sensing" | "reading">): number | null {
  return sensing === "on" ? Math.round((reading?.shown[HAPPY] ?? 0) * STEPS) / STEPS : null;
}

/** The word and the number, or an empty line in their place. The sentence says them too, for whoever hears it. */
export function wordOf({ word, percent, standing, isTapped }: RoomNow, words: Words): TemplateResult {
  const look = `word${standing === "stale" ? " old" : ""}${isTapped ? " tapped" : ""}`;
  return html`<p class=${look} aria-hidden="true">
    ${word === null ? nothing : html`<b>${words.words[word]}</b>`}
    ${percent === null ? nothing : html`<span>${percent}<small>%</small></span>`}
  </p>`;
}
