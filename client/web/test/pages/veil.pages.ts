// The lines that say what the veil means for this person and this room: seen, heard, and nothing moves for them.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, it } from "vitest";
import { settled } from "../../scripts/settled.mjs";
import { wordsOf } from "../../src/locale";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

/** Small letters in one line are not as high. */
const ONE_LINE_PX = 30;

type Changed = Readonly<Record<string, unknown>>;
type Made = { session: { snapshot: { mix: object }; change(changed: Changed): void } };

async function shown(page: string, state: string, language: "en" | "ja", size: keyof typeof SIZES): Promise<Page> {
  const tab = await gallery.browser.newPage({ viewport: SIZES[size], reducedMotion: "reduce" });
  await show(tab, gallery, page, state, language);
  await settled(tab);
  return tab;
}

function change(tab: Page, changed: Changed): Promise<void> {
  return tab.evaluate((given) => (window as unknown as Made).session.change(given), changed);
}

function grow(tab: Page): Promise<void> {
  return tab.evaluate(() => {
    const { session } = window as unknown as Made;
    session.change({ mix: { ...session.snapshot.mix, atLeast: 10, atMost: 19 } });
  });
}

/** Where it stands and how large it is. */
function place(tab: Page, selector: string): Promise<{ x: number; y: number; width: number; height: number } | null> {
  return tab.locator(selector).first().boundingBox();
}

for (const language of ["en", "ja"] as const) {
  const words = wordsOf(language);

  it.concurrent(`says to a newcomer while sharing that they count from the next moment on (${language})`, async ({
    expect,
  }) => {
    const tab = await shown("audience", "waiting", language, "phone");
    const line = tab.getByRole("status").filter({ hasText: words.sensing.waits });
    await line.waitFor();
    expect((await line.boundingBox())?.height).toBeLessThan(ONE_LINE_PX);
    const before = await place(tab, "kuuki-sensing .pause");
    await change(tab, { waits: false });
    await expect.poll(() => line.count()).toBe(0);
    expect(await place(tab, "kuuki-sensing .pause")).toEqual(before);
    await change(tab, { waits: true });
    await line.waitFor();
    await change(tab, { sensing: "paused" });
    await expect.poll(() => line.count()).toBe(0);
    await tab.close();
  });

  it.concurrent(`says to the audience that a small room is shown roughly, and moves nothing (${language})`, async ({
    expect,
  }) => {
    const tab = await shown("audience", "small", language, "phone");
    const line = tab.getByText(words.rough);
    await line.waitFor();
    expect((await line.boundingBox())?.height).toBeLessThan(ONE_LINE_PX);
    const taps = await place(tab, "kuuki-taps");
    await grow(tab);
    await expect.poll(() => line.count()).toBe(0);
    expect(await place(tab, "kuuki-taps")).toEqual(taps);
    await tab.close();
  });

  for (const size of ["phone", "screen"] as const)
    it.concurrent(`says it on the stage, below the rest and on nothing (${language}, ${size})`, async ({ expect }) => {
      const tab = await shown("stage", "small", language, size);
      const line = tab.getByText(words.rough);
      await tab.locator(".arrow").waitFor(); // from now on only the line changes
      const [said, sentence] = [await line.boundingBox(), await place(tab, "kuuki-sentence")];
      expect(said!.y).toBeGreaterThanOrEqual(sentence!.y + sentence!.height);
      expect(said!.y + said!.height).toBeLessThanOrEqual((await place(tab, "footer"))!.y);
      const word = await place(tab, ".word");
      await grow(tab);
      await expect.poll(() => line.count()).toBe(0);
      expect(await place(tab, ".word")).toEqual(word);
      await tab.close();
    });
}
