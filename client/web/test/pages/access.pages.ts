// Every page in every state, language and size: no serious finding of axe, nothing wider than the window, no error.

import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { type Gallery, openGallery, SIZES, show, statesOf } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

/** Legacy mode: no page of its own to add up frames, of which there are none. Half the time. */
async function findings(tab: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page: tab }).exclude("iframe").setLegacyMode(true);
  const { violations } = await axe.options({ resultTypes: ["violations"] }).analyze();
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

/** Another size, drawn. */
async function resize(tab: Page, size: { width: number; height: number }): Promise<void> {
  await tab.setViewportSize(size);
  await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
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
        await tab.setViewportSize(SIZES.phone);
        await show(tab, gallery, page, state, language);
        for (const [name, size] of Object.entries(SIZES)) {
          await resize(tab, size);
          const where = `${page} ${state} (${name})`;
          if (name !== "screen") for (const finding of await findings(tab)) found.push(`${where}: ${finding}`);
          const wider = await overflow(tab);
          if (wider > 0) found.push(`${where}: ${wider} px too wide`);
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
