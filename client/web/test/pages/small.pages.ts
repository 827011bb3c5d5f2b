// The small window: styles, the words and the session go with it, and everything comes back.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

type Made = { session: { keptIn: Window | null; snapshot: { sensing: string; taps: { laugh: number } } } };

for (const kind of ["documentPictureInPicture", "popup"] as const) {
  it(`opens by ${kind}, is dressed, works and closes`, async () => {
    const context = await gallery.browser.newContext({ reducedMotion: "reduce", viewport: SIZES.laptop });
    if (kind === "popup")
      await context.addInitScript(
        "delete window.documentPictureInPicture; delete Window.prototype.documentPictureInPicture",
      );
    const tab = await context.newPage();
    const errors: string[] = [];
    tab.on("pageerror", (error) => errors.push(error.message));
    await show(tab, gallery, "audience", "sharing", "ja");
    const opened = context.waitForEvent("page");
    await tab.getByRole("button", { name: "小窓にする" }).click();
    const small = await opened;
    await small.getByRole("button", { name: "一時停止" }).waitFor();
    const inPicture = await tab.evaluate(
      () =>
        (window as unknown as { documentPictureInPicture?: { window: Window | null } }).documentPictureInPicture
          ?.window != null,
    );
    expect(inPicture).toBe(kind === "documentPictureInPicture");
    const look = await small.evaluate(() => {
      const mini = document.querySelector("kuuki-mini");
      const button = mini?.shadowRoot?.querySelector(".pause");
      return {
        language: document.documentElement.lang,
        background: getComputedStyle(document.body).backgroundColor,
        round: button ? getComputedStyle(button).borderTopLeftRadius : "",
        taps: mini?.shadowRoot?.querySelector("kuuki-taps")?.shadowRoot?.querySelectorAll("button").length,
        air: mini?.shadowRoot?.querySelector("kuuki-air")?.shadowRoot?.adoptedStyleSheets.length,
      };
    });
    expect(look).toEqual({ language: "ja", background: "rgb(9, 10, 14)", round: "999px", taps: 4, air: 1 });
    const kept = () => tab.evaluate(() => (window as unknown as Made).session.keptIn !== null);
    expect(await kept()).toBe(true);
    await small.getByRole("button", { name: "一時停止" }).click();
    expect(await tab.evaluate(() => (window as unknown as Made).session.snapshot.sensing)).toBe("paused");
    await small.keyboard.press("2");
    expect(await tab.evaluate(() => (window as unknown as Made).session.snapshot.taps.laugh)).toBe(1);
    await tab.getByRole("button", { name: "ここに戻す" }).click();
    await tab.getByRole("button", { name: "小窓にする" }).waitFor();
    expect(await kept()).toBe(false);
    expect(errors).toEqual([]);
    await context.close();
  });
}

it("listens to its keys, not while typing, and not when they are switched off", async () => {
  const tab = await gallery.browser.newPage({ reducedMotion: "reduce", viewport: SIZES.laptop });
  await show(tab, gallery, "audience", "sharing", "en");
  const sensing = () => tab.evaluate(() => (window as unknown as Made).session.snapshot.sensing);
  await tab.keyboard.press("p");
  expect(await sensing()).toBe("paused");
  await tab.keyboard.press("p");
  expect(await sensing()).toBe("on");
  await tab.getByRole("combobox").focus();
  await tab.keyboard.press("p");
  expect(await sensing()).toBe("on");
  await tab.getByText("Settings").click();
  await tab.getByRole("checkbox", { name: "Keyboard shortcuts" }).uncheck();
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("p");
  expect(await sensing()).toBe("on");
  await tab.close();
});

it("touches no camera before the person agreed, in two steps", async () => {
  const tab = await gallery.browser.newPage({ reducedMotion: "reduce", viewport: SIZES.phone });
  await show(tab, gallery, "audience", "live", "en");
  const sensing = () => tab.evaluate(() => (window as unknown as Made).session.snapshot.sensing);
  await tab.getByRole("button", { name: "How it works" }).click();
  expect(await sensing()).toBe("off");
  await tab.getByRole("button", { name: "I agree, turn on the camera" }).click();
  await tab.getByRole("button", { name: /^Pause/ }).waitFor();
  const focused = await tab.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.className ?? "";
  });
  expect(focused).toContain("pause");
  await tab.close();
});
