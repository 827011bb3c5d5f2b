// The stage is read from three metres, and nothing of it is cut off; the Air answers taps and waves.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { settled } from "../../scripts/settled.mjs";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

/** 15 mm of capitals on a 15.6″ screen: AVIXA DISCAS and ISO 9241-3 for 3 m; as a share of the screen's height. */
const FAR = 0.11;
const TABLET = { width: 1180, height: 820 };
const FAR_TEXTS = [".word", ".share", "kuuki-last-wave .what", "kuuki-show-clock dd"];

interface Text {
  readonly name: string;
  readonly px: number;
  readonly top: number;
  readonly bottom: number;
  readonly right: number;
}

/** What is read from afar, and where the foot begins, in CSS pixels. */
function textsOf(tab: Page): Promise<{ readonly texts: Text[]; readonly foot: number }> {
  return tab.evaluate((names) => {
    const stage = document.querySelector("kuuki-stage")?.shadowRoot;
    if (!stage) throw new Error("no stage");
    const texts = names.flatMap((name) => {
      const [outer, inner] = name.split(" ") as [string, string?];
      const found = inner
        ? [...(stage.querySelector(outer)?.shadowRoot?.querySelectorAll(inner) ?? [])]
        : [...stage.querySelectorAll(outer)];
      return found.map((element) => {
        const { top, bottom, right } = element.getBoundingClientRect();
        return { name, px: Number.parseFloat(getComputedStyle(element).fontSize), top, bottom, right };
      });
    });
    const sentence = stage.querySelector("kuuki-sentence")?.getBoundingClientRect();
    if (sentence) texts.push({ name: "sentence", px: 1000, ...sentence.toJSON() });
    return { texts, foot: stage.querySelector("footer")?.getBoundingClientRect().top ?? 0 };
  }, FAR_TEXTS);
}

for (const [size, window] of Object.entries({ screen: SIZES.screen, laptop: SIZES.laptop, tablet: TABLET }))
  for (const language of ["en", "ja"])
    it(`has what matters in letters for three metres, whole and above its foot (${size}, ${language})`, async () => {
      const tab = await gallery.browser.newPage({ viewport: window, reducedMotion: "reduce" });
      for (const state of ["live", "quiet", "laughing", "laughed", "beaming", "clapping", "stalled"]) {
        await show(tab, gallery, "stage", state, language);
        await settled(tab);
        const { texts, foot } = await textsOf(tab);
        const names = texts.map(({ name }) => name);
        expect(names, state).toEqual(expect.arrayContaining([".word", ".share", "kuuki-show-clock dd"]));
        if (state.startsWith("laugh")) expect(names, state).toContain("kuuki-last-wave .what");
        for (const { name, px, top, bottom, right } of texts) {
          expect(px, `${state} ${name}`).toBeGreaterThanOrEqual(FAR * window.height - 0.5);
          expect(top, `${state} ${name}`).toBeGreaterThanOrEqual(0);
          expect(bottom, `${state} ${name}`).toBeLessThanOrEqual(foot + 1);
          expect(right, `${state} ${name}`).toBeLessThanOrEqual(window.width);
        }
        const share = texts.find(({ name }) => name === ".share");
        if (state !== "clapping") expect(share?.px).toBeGreaterThanOrEqual(2 * FAR * window.height - 1);
      }
      await tab.close();
    });

it("keeps its clock from the press on, through a reload", async () => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.laptop, reducedMotion: "reduce" });
  await show(tab, gallery, "stage", "few", "en");
  const clock = tab.locator("kuuki-show-clock dl");
  expect(await clock.textContent()).not.toContain("since");
  await tab.getByRole("button", { name: "Start" }).click();
  await expect.poll(() => clock.textContent()).toContain("since you pressed start");
  await show(tab, gallery, "stage", "few", "en");
  expect(await clock.textContent()).toContain("since you pressed start");
  await tab.close();
});

/** Each element that the Air of this page lets go out from now on, as its class and the opacity it reaches. */
async function watchAir(tab: Page): Promise<() => Promise<string[]>> {
  await tab.evaluate(() => {
    const find = (root: Document | ShadowRoot): Element | undefined =>
      [...root.querySelectorAll("*")]
        .map((each) => (each.localName === "kuuki-air" ? each : each.shadowRoot ? find(each.shadowRoot) : undefined))
        .find(Boolean);
    const rings = find(document)?.shadowRoot?.querySelector(".rings");
    const seen: string[] = [];
    Object.assign(window, { seenRings: seen });
    if (!rings) throw new Error("no rings");
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) seen.push((node as Element).className);
    }).observe(rings, { childList: true });
  });
  return () => tab.evaluate(() => (window as unknown as { seenRings: string[] }).seenRings);
}

for (const reducedMotion of ["reduce", "no-preference"] as const)
  it(`answers a tap of one's own in its form, and counts it (motion: ${reducedMotion})`, async () => {
    const tab = await gallery.browser.newPage({ viewport: SIZES.phone, reducedMotion });
    await show(tab, gallery, "audience", "sharing", "en");
    const rings = await watchAir(tab);
    await tab.getByRole("button", { name: "Wow" }).click();
    await expect.poll(rings).toEqual(["wow"]);
    await tab.keyboard.press("4");
    await expect.poll(rings).toEqual(["wow", "applause"]);
    await expect.poll(() => tab.locator("kuuki-taps .count").allInnerTexts()).toEqual(["1", "1"]);
    expect(await tab.locator(".own-tap").count()).toBe(0);
    await tab.close();
  });

it("has four forms of rings, not colours alone", async () => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.phone, reducedMotion: "reduce" });
  await show(tab, gallery, "audience", "sharing", "en");
  const forms = await tab.evaluate(() => {
    const air = document.querySelector("kuuki-audience")?.shadowRoot?.querySelector("kuuki-air");
    const home = air?.shadowRoot?.querySelector(".rings");
    return ["smile", "laugh", "wow", "applause"].map((kind) => {
      const ring = document.createElement("i");
      ring.className = kind;
      home?.append(ring);
      const { borderTopStyle, borderTopWidth } = getComputedStyle(ring);
      return `${borderTopStyle} ${borderTopWidth}`;
    });
  });
  expect(new Set(forms).size).toBe(4);
  await tab.close();
});

it("moves nothing that cannot be seen", async () => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.screen });
  const running = () =>
    tab.evaluate(() => {
      const air = document.querySelector("kuuki-stage")?.shadowRoot?.querySelector("kuuki-air");
      const all = air?.shadowRoot?.getAnimations() ?? [];
      return all
        .filter(({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime === Infinity)
        .map(({ effect }) => ((effect as KeyframeEffect).target as Element).className)
        .sort();
    });
  await show(tab, gallery, "stage", "live", "en");
  await expect.poll(running).toEqual(["breath", "layer lobe one", "layer lobe two"]);
  await show(tab, gallery, "stage", "beaming", "en");
  await expect.poll(running).toEqual(["breath"]);
  await show(tab, gallery, "stage", "stalled", "en");
  await expect.poll(running).toEqual([]);
  await tab.close();
});
