// Every page in every state and both languages: no serious finding of axe, nothing wider than the window, no error.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { type Gallery, openGallery, SIZES, show, statesOf } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

async function findings(tab: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: tab }).exclude("iframe").analyze();
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

for (const language of ["en", "ja"]) {
  it.concurrent(`has no serious finding in any state (${language})`, async ({ expect }) => {
    const context = await gallery.browser.newContext({ viewport: SIZES.phone, reducedMotion: "reduce" });
    const tab = await context.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    const found: string[] = [];
    for (const [page, states] of Object.entries(await statesOf(tab, gallery))) {
      for (const state of states) {
        await show(tab, gallery, page, state, language);
        for (const finding of await findings(tab)) found.push(`${page} ${state}: ${finding}`);
        const wider = await overflow(tab);
        if (wider > 0) found.push(`${page} ${state}: ${wider} px too wide`);
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
