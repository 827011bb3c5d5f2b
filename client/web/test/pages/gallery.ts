// The gallery in a real Chromium: setup.ts serves it, one browser looks at it.

import { type Browser, chromium, type Page } from "playwright-core";
import { inject } from "vitest";

const CHROMIUM = process.env["KUUKI_CHROMIUM"] ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const SIZES = {
  phone: { width: 390, height: 844 },
  laptop: { width: 1280, height: 800 },
  screen: { width: 1920, height: 1080 },
} as const;

export interface Gallery {
  readonly browser: Browser;
  readonly url: string;
  close(): Promise<void>;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}

export async function openGallery(): Promise<Gallery> {
  const browser = await launchChromium();
  return { browser, url: inject("gallery"), close: () => browser.close() };
}

/** Opens one page in one state and waits until it is drawn. */
export async function show(tab: Page, gallery: Gallery, page: string, state: string, language: string): Promise<void> {
  await tab.goto(`${gallery.url}?page=${page}&state=${state}&language=${language}`);
  await drawn(tab, page);
}

/** Shows it in the place of what the tab shows now, without loading anything again. */
export async function showNext(tab: Page, page: string, state: string, language: string): Promise<void> {
  await tab.evaluate(
    (asked) => (window as unknown as { galleryShow(...asked: string[]): void }).galleryShow(...asked),
    [page, state, language],
  );
  await drawn(tab, page);
}

async function drawn(tab: Page, page: string): Promise<void> {
  await tab.waitForFunction(
    (name) => document.querySelector(`kuuki-${name}`)?.shadowRoot?.querySelector("main, .page"),
    page,
    { polling: 50 }, // not by frames: whether the tab draws any is for `settled` to say
  );
}

/** Every page with the names of its states. */
export async function statesOf(tab: Page, gallery: Gallery): Promise<Record<string, string[]>> {
  await tab.goto(gallery.url);
  await tab.waitForFunction(() => "galleryStates" in window, undefined, { polling: 50 });
  return tab.evaluate(() => (window as unknown as { galleryStates: Record<string, string[]> }).galleryStates);
}
