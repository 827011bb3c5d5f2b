// What lets axe be spared: the same structure means the same verdict.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES } from "./gallery";
import { structureOf } from "./structure";

let gallery: Gallery;
let tab: Page;
beforeAll(async () => {
  gallery = await openGallery();
  tab = await gallery.browser.newPage({ viewport: SIZES.laptop });
});
afterAll(() => gallery?.close());

const PAGE = `<main style="color: #111"><p id="a">Hello</p><button aria-label="Stop" aria-pressed="false">x</button>
  <details><summary>More</summary><p>y</p></details></main>`;

async function structure(page: string): Promise<string> {
  await tab.setContent(page);
  return structureOf(tab);
}

it("is the same in other words and in another order", async () => {
  const translated = PAGE.replace("Hello", "こんにちは").replace('"Stop"', '"止める"');
  const [, hello = "", button = ""] = PAGE.match(/(<p id.*?<\/p>)(<button.*?<\/button>)/) ?? [];
  expect(hello && button).toBeTruthy();
  expect(await structure(translated)).toBe(await structure(PAGE));
  expect(await structure(PAGE.replace(hello + button, button + hello))).toBe(await structure(PAGE));
});

it.each([
  ["a colour", "#111", "#777"],
  ["no name", '"Stop"', '""'],
  ["no text", "Hello", " "],
  ["another role", "<button", "<button role=link"],
  ["another state", '"false"', '"mixed"'],
  ["the same id twice", "<button", "<button id=a"],
  ["what is open", "<details>", "<details open>"],
  ["what is inert", "<button", "<button inert"],
  ["what is not seen", 'id="a"', 'id="a" style="display: none"'],
  ["large text", 'id="a"', 'id="a" style="font-size: 30px"'],
  ["one more level", "<p id", "<section><p id"],
])("differs by %s", async (_, from, to) => {
  expect(PAGE).toContain(from);
  expect(await structure(PAGE.replace(from, to))).not.toBe(await structure(PAGE));
});
