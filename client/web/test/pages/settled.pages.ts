// Nothing is judged and no picture is taken amid a transition.

import { afterAll, beforeAll, expect, it } from "vitest";
import { NO_FRAMES, settled } from "../../scripts/settled.mjs";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

it("waits until the stage's controls have faded, some shadow roots deep", async () => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.screen });
  await show(tab, gallery, "stage", "live", "en");
  const opacity = () =>
    tab.evaluate(() => {
      const controls = document.querySelector("kuuki-stage")?.shadowRoot?.querySelector(".controls");
      return controls ? getComputedStyle(controls).opacity : "none";
    });
  expect(await opacity()).toBe("1");
  await tab.evaluate(() => {
    (document.querySelector("kuuki-stage") as unknown as { idle: boolean }).idle = true;
  });
  await settled(tab);
  expect(await opacity()).toBe("0");
  let x = 200;
  const touched = async () => {
    x += 1; // again and again: left alone they fade again, which a slow machine may be slower than
    await tab.mouse.move(x, 200);
    return opacity();
  };
  await expect.poll(touched, { timeout: 30_000 }).toBe("1");
  await tab.close();
});

it("brings the stage's controls back at the first touch, which presses nothing", async () => {
  const context = await gallery.browser.newContext({ viewport: SIZES.phone, hasTouch: true, reducedMotion: "reduce" });
  const tab = await context.newPage();
  await show(tab, gallery, "stage", "idle", "en");
  const box = await tab.locator("kuuki-stage button.mark").boundingBox();
  if (!box) throw new Error("no button");
  const touch = () => tab.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  const word = tab.getByLabel("A word for this moment");
  await touch();
  await settled(tab);
  expect(await word.count()).toBe(0);
  await touch();
  await word.waitFor();
  await context.close();
});

it.each(["incoming", "face-off"])(
  "has a rest for the camera in a call that is %s, once the beat is held",
  async (state) => {
    const tab = await gallery.browser.newPage({ viewport: SIZES.laptop });
    await show(tab, gallery, "call", state, "en");
    await tab.evaluate(() => (window as unknown as { galleryHold(): void }).galleryHold());
    await settled(tab);
    await tab.close();
  },
);

it("does not wait for a ring, which comes again and again", async () => {
  const tab = await gallery.browser.newPage();
  await tab.setContent("<p>a</p>");
  const ring = () =>
    tab.evaluate(() => {
      const way = document
        .querySelector("p")
        ?.animate([{ opacity: 1 }, { opacity: 0 }], { id: "endless", duration: 1e9 });
      return way?.playState;
    });
  expect(await ring()).toBe("running");
  await settled(tab);
  await tab.close();
});

it("waits for what one transition begins at its end, not for what never ends", async () => {
  const tab = await gallery.browser.newPage();
  await tab.setContent(`<style>
      @keyframes turn { to { rotate: 360deg } }
      p { transition: opacity 200ms; }
      p.forever { animation: turn 1s linear infinite; }
    </style><p class="first">a</p><p class="then">b</p><p class="forever">c</p>`);
  await tab.evaluate(() => {
    const [first, then] = document.querySelectorAll("p");
    first?.addEventListener("transitionend", () => then?.style.setProperty("opacity", "0.5"));
    first?.style.setProperty("opacity", "0.5");
  });
  await settled(tab);
  expect(await tab.evaluate(() => [...document.querySelectorAll("p")].map((p) => getComputedStyle(p).opacity))).toEqual(
    ["0.5", "0.5", "1"],
  );
  await tab.close();
});

it("says of a tab that draws nothing that it is the browser's fault, and of a page that never rests that it is the page's", async () => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.phone });
  await show(tab, gallery, "audience", "live", "en");
  await tab.evaluate(() => {
    document.body.animate({ opacity: [1, 0.9] }, 60_000);
  });
  await expect(settled(tab, { patienceMs: 500 })).rejects.toThrow("the page goes on moving");
  await tab.evaluate(() => {
    window.requestAnimationFrame = () => 0;
  });
  await expect(settled(tab, { patienceMs: 500, frameMs: 500 })).rejects.toThrow(NO_FRAMES);
  await tab.close();
});
