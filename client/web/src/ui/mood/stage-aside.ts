// What the stage says in place of the level: who may join, and that it is over.

import { html, type TemplateResult } from "lit";
import type { ClosedBecause } from "../../core/mood/session";
import type { Words } from "../../locale";

export function closedOf(because: ClosedBecause | null, words: Words): TemplateResult {
  const why = words.closed[because ?? "left"];
  return html`<div role="alert" class="stack">
    <p class="word still">${words.stage.overWord}</p>
    <p class="why">${why.what}<br /><span class="soft">${why.todo}</span></p>
  </div>`;
}

/** `audienceLink`: "" for this page's address without `/stage`. */
export function invitationOf(audienceLink: string, words: Words): TemplateResult {
  const link = audienceLink || window.location.href.replace(/\/stage\/?(?=$|[?#])/, "").replace(/#.*$/, "");
  const { host, pathname } = new URL(link, window.location.href);
  return html`<figure class="invite">
    <kuuki-qr .text=${link} .label=${words.home.qr}></kuuki-qr>
    <figcaption>
      <b>${words.stage.invite}</b>
      <a href=${link} target="_blank" rel="noopener">${host}${pathname}</a>
    </figcaption>
  </figure>`;
}
