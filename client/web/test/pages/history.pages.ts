// The stage's history by hand, by key and by ear: it opens and closes, marks are set, the record goes.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

async function open(state: string, language = "en", onPhone = false): Promise<Page> {
  const context = await gallery.browser.newContext({
    reducedMotion: "reduce",
    viewport: onPhone ? SIZES.phone : SIZES.laptop,
    hasTouch: onPhone,
    isMobile: onPhone,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    acceptDownloads: true,
  });
  const tab = await context.newPage();
  await show(tab, gallery, "stage", state, language);
  return tab;
}

/** The class names of what has the focus, however deep. */
function focused(tab: Page): Promise<string> {
  return tab.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return `${at?.tagName} ${at?.className ?? ""}`.trim();
  });
}

it("opens and closes by a key, and gives the focus back", async () => {
  const tab = await open("live");
  await tab.keyboard.press("h");
  await tab.getByRole("heading", { name: "The mood so far" }).waitFor();
  await tab.keyboard.press("h");
  await tab.getByRole("heading", { name: "The mood so far" }).waitFor({ state: "detached" });
  expect(await focused(tab)).toBe("BUTTON quiet history");
  await tab.context().close();
});

it("sets a mark by a key, a word and Enter; the key's own letter is not in the word", async () => {
  const tab = await open("history-evening");
  await tab.keyboard.press("m");
  await tab.getByLabel("A word for this moment").waitFor();
  expect(await focused(tab)).toBe("INPUT");
  await tab.keyboard.type("hm, the moon");
  await tab.keyboard.press("Enter");
  await tab.getByText("Marked.").waitFor();
  await tab.getByText("Marks (8)").click();
  expect(await tab.locator("kuuki-history details li").last().textContent()).toMatch(/^\d\d:\d\d hm, the moon$/);
  await tab.keyboard.press("m");
  await tab.keyboard.press("Escape");
  await tab.getByLabel("A word for this moment").waitFor({ state: "detached" });
  await tab.context().close();
});

it("says why a mark was not set, and keeps the word", async () => {
  const tab = await open("marking-failed");
  await tab.getByRole("alert").getByText("this room is not being recorded").waitFor();
  await tab.context().close();
});

it("has no button for marks where nothing is recorded", async () => {
  const tab = await open("history-disk");
  await tab.getByText("Not recorded: the disk is full.").first().waitFor();
  expect(await tab.getByRole("button", { name: "Mark", exact: true }).count()).toBe(0);
  await tab.context().close();
});

it("asks before it deletes: the harmless answer has the focus, and the focus goes back", async () => {
  const tab = await open("history-evening");
  await tab.getByRole("button", { name: "Delete the record" }).click();
  await tab.getByRole("alertdialog", { name: "Delete all that was recorded of this room?" }).waitFor();
  expect(await focused(tab)).toBe("BUTTON keep");
  await tab.keyboard.press("Enter");
  expect(await focused(tab)).toBe("BUTTON quiet erase");
  await tab.getByText("Marks (7)").waitFor();
  await tab.keyboard.press("Enter");
  await tab.getByRole("button", { name: "Delete for good" }).click();
  await tab.getByText("The record was deleted.").waitFor();
  await tab.getByText("Marks (0)").waitFor();
  await tab.context().close();
});

it("gives the record as a file, in both forms", async () => {
  const tab = await open("history-evening");
  for (const kind of ["JSON", "CSV"]) {
    const [file] = await Promise.all([
      tab.waitForEvent("download"),
      tab.getByRole("button", { name: `Download ${kind}` }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(
      new RegExp(`^kuuki-sunny-otter-42-\\d{4}-\\d\\d-\\d\\d\\.${kind.toLowerCase()}$`),
    );
  }
  await tab.context().close();
});

it("says the same in words: the newest sentence, a table, the list of marks; times are local", async () => {
  const tab = await open("history-evening", "ja");
  const said = () =>
    tab.locator("kuuki-history").evaluate((element) => {
      const root = element.shadowRoot!;
      return {
        summary: root.querySelector(".summary")?.textContent ?? "",
        rows: root.querySelectorAll("table tbody tr").length,
        times: [...root.querySelectorAll("kuuki-curve")[0]!.shadowRoot!.querySelectorAll("text.axis")].map(
          (text) => text.textContent,
        ),
      };
    });
  await expect.poll(async () => (await said()).rows).toBeGreaterThan(8);
  await expect.poll(async () => (await said()).summary).toMatch(/^最低\d+％（/);
  const { times } = await said();
  const now = await tab.evaluate(() => new Date().getHours());
  expect(
    times.filter((text) => text?.includes(":")).some((text) => Number(text!.slice(0, 2)) === now || now === 0),
  ).toBe(true);
  expect(
    await tab.locator("kuuki-stage kuuki-sentence").evaluate((element) => getComputedStyle(element).display),
  ).not.toBe("none");
  await tab.context().close();
});

it("does not listen to its keys when they are switched off", async () => {
  const tab = await open("history-marks");
  await tab.getByRole("checkbox").uncheck();
  await tab.keyboard.press("Tab");
  await tab.keyboard.press("h");
  await tab.keyboard.press("m");
  expect(await tab.getByRole("heading", { name: "The mood so far" }).count()).toBe(1);
  expect(await tab.getByLabel("A word for this moment").count()).toBe(0);
  await tab.context().close();
});

/** What is read of the curve, or how it may be read. */
function readout(tab: Page): Promise<string | null> {
  return tab.locator("kuuki-curve .readout").textContent();
}

it("reads the curve by keys, and says to a screen reader what stands below it", async () => {
  const tab = await open("history-evening");
  const slider = tab.getByRole("slider", { name: "Time on the curve" });
  expect(await readout(tab)).toBe("Tap the curve, or use the arrow keys, to read it.");
  await slider.focus();
  const read = [];
  for (const key of ["ArrowLeft", "ArrowLeft", "PageDown", "Home", "End"]) {
    await tab.keyboard.press(key);
    const said = await readout(tab);
    expect(said).toMatch(/^\d\d:\d\d:\d\d · .*\d% smiling/);
    expect(await slider.getAttribute("aria-valuetext")).toBe(said);
    read.push(said!.slice(0, 8));
  }
  expect(new Set(read).size).toBe(5);
  expect(read[3]).toBe(read.toSorted()[0]);
  expect(await focused(tab)).toBe("INPUT");
  await tab.context().close();
});

it("reads the curve where one of the biggest laughs is pressed, and keys go on from there", async () => {
  const tab = await open("history-evening");
  const second = tab.locator("kuuki-biggest li").nth(1).getByRole("button");
  await second.click();
  expect(await second.getAttribute("aria-pressed")).toBe("true");
  const [, share] = (await second.textContent())!.match(/(\d+)% of the room/) ?? [];
  expect(await readout(tab)).toContain(`up to ${share}% smiling`);
  await tab.getByRole("slider").focus();
  await tab.keyboard.press("ArrowRight");
  expect(await second.getAttribute("aria-pressed")).toBe("false");
  await tab.context().close();
});

it("reads by a press or a drag of the mouse, without a word being selected", async () => {
  const tab = await open("history-evening");
  const box = (await tab.locator("kuuki-curve .chart").boundingBox())!;
  const y = box.y + box.height / 2;
  await tab.mouse.click(box.x + 200, y);
  const first = (await readout(tab))!;
  await tab.mouse.move(box.x + 200, y);
  await tab.mouse.down();
  for (const x of [220, 300, 400]) await tab.mouse.move(box.x + x, y);
  const dragged = (await readout(tab))!;
  await tab.mouse.up();
  expect(first.slice(0, 8) < dragged.slice(0, 8)).toBe(true);
  expect(await tab.evaluate(() => String(getSelection()))).toBe("");
  await tab.context().close();
});

/** A finger that goes from a place by so much, in ten steps. */
async function swipe(tab: Page, x: number, y: number, byX: number, byY: number): Promise<void> {
  const session = await tab.context().newCDPSession(tab);
  const touch = (type: "touchStart" | "touchMove", part: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x: x + byX * part, y: y + byY * part }] });
  await touch("touchStart", 0);
  for (let step = 1; step <= 10; step += 1) await touch("touchMove", step / 10);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

it("reads by a finger that presses or goes along the curve; one that goes up scrolls the page", async () => {
  const tab = await open("history-evening", "en", true);
  const chart = tab.locator("kuuki-curve .chart");
  const middle = async () => {
    const { x, y, width, height } = (await chart.boundingBox())!;
    return [x + width / 2, y + height / 2] as const;
  };
  const time = async () => (await readout(tab))!.slice(0, 8);
  await tab.touchscreen.tap(...(await middle()));
  await expect.poll(time).toMatch(/^\d\d:\d\d:\d\d/);
  const tapped = await time();
  await swipe(tab, ...(await middle()), 100, 0);
  await expect.poll(async () => (await time()) > tapped).toBe(true);
  expect(await tab.evaluate(() => scrollY)).toBe(0);
  const dragged = await time();
  const [x, y] = await middle();
  await swipe(tab, x - 60, y, 0, -150);
  await expect.poll(() => tab.evaluate(() => scrollY)).toBeGreaterThan(60);
  expect(await time()).toBe(dragged);
  await tab.context().close();
});

it("shows a laugh of some seconds at its height in the width of a phone", async () => {
  const tab = await open("history-evening", "en", true);
  const lines = tab.locator("kuuki-curve polyline.most");
  const top = () =>
    lines.evaluateAll((all) =>
      Math.min(...all.flatMap((line) => [...(line as SVGPolylineElement).points].map(({ y }) => y))),
    );
  const height = 150; // of the plot where it is narrow
  await expect.poll(async () => 1 - (await top()) / height).toBeGreaterThan(0.9);
  expect(await top()).toBeGreaterThanOrEqual(0);
  await tab.context().close();
});

it("draws the waves of the record by their kinds, and names these", async () => {
  const tab = await open("history-waves");
  for (const kind of ["smiles", "laugh", "wow", "applause"])
    await tab.locator(`kuuki-curve .wave.${kind}`).first().waitFor();
  await tab.getByRole("heading", { name: "Biggest moments" }).waitFor();
  expect(await tab.locator("kuuki-biggest button").first().textContent()).toMatch(/Smiles\s*Applause/);
  await tab.context().close();
});

it("unfolds the last ten minutes beside a room, and fetches what draws them only then", async () => {
  const context = await gallery.browser.newContext({ viewport: SIZES.phone, reducedMotion: "reduce" });
  const tab = await context.newPage();
  await show(tab, gallery, "beside", "folded", "ja");
  const isKnown = () => tab.evaluate(() => customElements.get("kuuki-recent-room") !== undefined);
  expect(await isKnown()).toBe(false);
  await tab.getByText("この10分の空気").click();
  await tab.getByRole("slider", { name: "グラフで読む時刻" }).waitFor();
  expect(await isKnown()).toBe(true);
  expect(await tab.getByRole("definition").count()).toBe(7);
  await context.close();
});
