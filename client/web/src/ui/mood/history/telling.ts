// What the curve shows, in words: one sentence, and a table for who does not see it.

import { html, type TemplateResult } from "lit";
import type { Row } from "../../../core/mood/history";
import type { Language, Words } from "../../../locale";
import { clock } from "./clock";
import type { Line, Told } from "./drawing";
import { percent } from "./readout";

/** Seconds of history from which highs and lows are worth telling. */
export const WORTH_A_SUMMARY = 45;

/** How the room smiles, and smiled at most and at least; null where nothing is known. */
export function summaryOf({ count, found }: Told, words: Words, language: Language): string | null {
  if (found === null) return null;
  const { history } = words.stage;
  const { newest, low, high } = found;
  const shown = ({ smiling }: Row) => percent(smiling ?? 0);
  if (count < WORTH_A_SUMMARY) return history.now(shown(newest));
  const at = ({ atMs }: Row) => clock(atMs, language);
  return history.summary(shown(low), at(low), shown(high), at(high));
}

export function tableOf({ table }: Told, title: string, words: Words, language: Language): TemplateResult {
  const { when, curve, energy } = words.stage.history;
  return html`<table class="unseen">
    <caption>${title}</caption>
    <thead>
      <tr>${[when, curve.highest, curve.average, energy].map((head) => html`<th scope="col">${head}</th>`)}</tr>
    </thead>
    <tbody>${table.map((line) => lineOf(line, language))}</tbody>
  </table>`;
}

function lineOf({ fromMs, smiling, energy }: Line, language: Language): TemplateResult {
  const shares = [smiling.most, smiling.mean, energy?.mean ?? 0];
  return html`<tr><th scope="row">${clock(fromMs, language)}</th>${shares.map((share) => html`<td>${percent(share)}%</td>`)}</tr>`;
}
