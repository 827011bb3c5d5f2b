// Every page in every state, language and size: no serious finding of axe, nothing wider than the window, no error.

import axe, { type RunOptions } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { settled } from "../../scripts/settled.mjs";
import { type Gallery, openGallery, SIZES, show, showNext, statesOf } from "./gallery";
import { structureOf } from "./structure";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

/** Rules whose verdict hangs on where things stand and what the words are: they judge every size and language. */
const PLACES = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

/** What axe finds of serious or critical impact, by all its rules or by those. */
async function findings(tab: Page, rules?: string[]): Promise<string[]> {
  if (!(await tab.evaluate(() => "axe" in window))) await tab.evaluate(axe.source);
  const options: RunOptions = { resultTypes: ["violations"], iframes: false, preload: false };
  if (rules) options.runOnly = rules;
  const { violations } = await tab.evaluate(
    (asked) => (window as unknown as { axe: typeof axe }).axe.run({ exclude: ["iframe"] }, asked),
    options,
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)} ${failureSummary}`),
    );
}

/** CSS pixels by which the page is wider than its window. */
function overflow(tab: Page): Promise<number> {
  return tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** What all rules found nothing in. Where another size or language changes nothing else, only PLACES judge again. */
const clean = new Set<string>();

/** What is wrong with the page as it is now. */
async function wrongs(tab: Page): Promise<string[]> {
  const structure = await structureOf(tab);
  const found = await findings(tab, clean.has(structure) ? PLACES : undefined);
  if (found.length === 0) clean.add(structure);
  const wider = await overflow(tab);
  return wider > 0 ? [...found, `${wider} px too wide`] : found;
}

/** So many states are shown by one load: loading is a third of the work, but what is gone is kept until then. */
const AT_A_TIME = 8;

for (const language of ["en", "ja"]) {
  it.concurrent(`has no serious finding in any state (${language})`, async ({ expect }) => {
    const context = await gallery.browser.newContext({ viewport: SIZES.phone, reducedMotion: "reduce" });
    const tab = await context.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    const found: string[] = [];
    for (const [page, states] of Object.entries(await statesOf(tab, gallery))) {
      for (const [index, state] of states.entries()) {
        await tab.setViewportSize(SIZES.phone);
        if (index % AT_A_TIME === 0) await show(tab, gallery, page, state, language);
        else await showNext(tab, page, state, language);
        for (const [name, size] of Object.entries(SIZES)) {
          await tab.setViewportSize(size);
          await settled(tab);
          for (const wrong of await wrongs(tab)) found.push(`${page} ${state} (${name}): ${wrong}`);
        }
        expect(await tab.evaluate(() => document.documentElement.lang), `${page} ${state}`).toBe(
          page === "mini" ? "en" : language,
        );
      }
    }
    await context.close();
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
  });
}
