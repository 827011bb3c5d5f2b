// The level on the stage: one word, one number, and both against the last minute. Quiet is quiet; nothing is graded.

import { html, nothing, type TemplateResult } from "lit";
import type { Words } from "../../locale";
import type { RoomNow } from "./room";
import { trendSigns } from "./signs";

/** Of a room that has a word; the number is not there while few share and only taps are shown. */
export function levelOf(now: RoomNow, words: Words): TemplateResult {
  const { word, percent } = now;
  return html`<div class=${`level${now.standing === "stale" ? " old" : ""}${now.isTapped ? " tapped" : ""}`}>
    ${word === null ? nothing : html`<p class="word" data-word=${word}>${words.words[word]}</p>`}
    ${
      percent === null
        ? nothing
        : html`<div class="number">
            ${barOf(now)}
            <p class="share">${percent}<small>%</small><span class="of">${words.stage.smiling}</span></p>
            <p class="trend">${trendOf(now, words)}</p>
          </div>`
    }
  </div>`;
}

function trendOf({ trend }: RoomNow, words: Words): TemplateResult | typeof nothing {
  if (trend === null) return nothing;
  return html`<span class="arrow" data-trend=${trend}>${trendSigns[trend]}<span>${words.trendWord[trend]}</span></span>
    <span class="against">${words.stage.minute}</span>`;
}

/** The height of the level now, and a mark where the last minute was. The number beside it says it in words. */
function barOf({ level, minute, percent }: RoomNow): TemplateResult {
  const height = level ?? (percent ?? 0) / 100;
  return html`<span class="bar" aria-hidden="true">
    <i class="fill" data-scale=${height.toFixed(2)}></i>
    ${minute === null ? nothing : html`<i class="was" data-at=${minute.toFixed(2)}></i>`}
  </span>`;
}

/** Sets what templates may not: styles (the policy of the pages allows none in HTML). */
export function placeLevel(root: ParentNode): void {
  for (const fill of root.querySelectorAll<HTMLElement>(".fill"))
    fill.style.setProperty("transform", `scaleY(${fill.dataset["scale"]})`);
  for (const was of root.querySelectorAll<HTMLElement>(".was"))
    was.style.setProperty("inset-block-end", `${Number(was.dataset["at"]) * 100}%`);
}
