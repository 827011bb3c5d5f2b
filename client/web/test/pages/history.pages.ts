// The stage's history by hand, by key and by ear: it opens and closes, marks are set, the record goes.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

async function open(state: string, language = "en"): Promise<Page> {
  const context = await gallery.browser.newContext({
    reducedMotion: "reduce",
    viewport: SIZES.laptop,
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
  expect(await tab.getByRole("listitem").last().textContent()).toMatch(/^\d\d:\d\d hm, the moon$/);
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
  await expect.poll(async () => (await said()).summary).toMatch(/^笑顔は今\d+％です。/);
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
