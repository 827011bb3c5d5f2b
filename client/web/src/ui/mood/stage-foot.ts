// The foot of the stage: who is there, whether it is recorded, how late it all is; and the controls, which fade.

import { html, nothing, type TemplateResult } from "lit";
import { TICK_MS } from "../../core/generated";
import type { HistorySnapshot } from "../../core/mood/history";
import type { Words } from "../../locale";
import { recordedLine } from "./recorded";

/** What the foot says. */
export interface Counted {
  readonly room: string;
  /** Whether people can be counted, and the bounds of how many there are. */
  readonly isCounted: boolean;
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** How many of them share, 0..100; null unless live. */
  readonly coverage: number | null;
  /** How late what is shown is, in tenths of a second; null: not known. */
  readonly lateTenths: number | null;
}

/** From a room to this page: half a round trip, and the tick that folds it. In tenths of a second. */
export function lateTenths(rttMs: number | null): number | null {
  return rttMs === null ? null : Math.max(1, Math.round((rttMs / 2 + TICK_MS) / 100));
}

export function countLine(counted: Counted, words: Words): TemplateResult {
  const { stage } = words;
  const people = counted.isCounted ? stage.people(counted.atLeast, counted.atMost) : "";
  const coverage = counted.isCounted && counted.coverage !== null ? stage.coverage(counted.coverage) : "";
  return html`<span class="name">${counted.room}</span>
    ${[people, coverage].filter(Boolean).map((part) => html`<span>${part}</span>`)}`;
}

/** How late all this is: over the network, and because the show itself is a stream. */
export function lateLine({ lateTenths: tenths }: Counted, delayS: number | null, words: Words): TemplateResult {
  const { late } = words.stage;
  const network = tenths === null ? "" : late.network((tenths / 10).toFixed(1));
  const stream = delayS === null ? "" : late.stream(String(delayS));
  return html`${[network, stream].filter(Boolean).map((part) => html`<span class="late">${part}</span>`)}`;
}

/** Said where everyone on stage sees it: also when it stops in the middle of the show. The history says it itself. */
export function recordLine(recorded: HistorySnapshot, marked: boolean, charted: boolean, words: Words): TemplateResult {
  const line = charted ? "" : recordedLine(recorded, words);
  const look = recorded.recording === "refused" ? "warn" : "faint";
  return html`<span class=${look} role="status">${marked ? words.stage.marks.done : line}</span>`;
}

/** A letter that does the same. */
export function keyOf(letter: string, areOn: boolean): TemplateResult | typeof nothing {
  return areOn ? html`<kbd aria-hidden="true">${letter}</kbd>` : nothing;
}
