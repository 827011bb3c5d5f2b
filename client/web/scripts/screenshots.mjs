// Pictures of every page for docs/screenshots, from the gallery: the same elements, with a room that is made up.
// With names of pages only those. The two at the top of the READMEs are of the running demo: loadtests/pictures.py.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { settled } from "./settled.mjs";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const OUT = fileURLToPath(new URL("../../../docs/screenshots/", import.meta.url));
const CHROMIUM = process.env.KUUKI_CHROMIUM ?? "/usr/bin/chromium";
const SIZES = { phone: [390, 844], laptop: [1280, 800], screen: [1920, 1080] };
const PAGES = [
  ["home", "start"],
  ["audience", "live"],
  ["audience", "explain"],
  ["audience", "sharing"],
  ["stage", "live"],
  ["stage", "few"],
  ["call", "ready"],
  ["call", "talking"],
];
const ONCE = [
  ["home", "ready", "laptop"],
  ["audience", "sent", "laptop"],
  ["audience", "stale", "phone"],
  ["audience", "waiting", "phone"],
  ["audience", "small", "phone"],
  ["audience", "watching", "phone"],
  ["call", "start", "laptop"],
  ["call", "agree", "phone"],
  ["call", "check-tested", "laptop"],
  ["call", "incoming", "phone"],
  ["call", "ringing", "laptop"],
  ["call", "face-off", "laptop"],
  ["call", "face-off", "phone"],
  ["call", "safety", "phone"],
  ["call", "knocking", "laptop"],
  ["call", "with-room", "laptop"],
  ["call", "ended-caller-ended", "laptop"],
  ["stage", "beaming", "screen"],
  ["stage", "mixed", "screen"],
  ["stage", "small", "screen"],
  ["stage", "heavy", "screen"],
  ["stage", "history-evening", "screen"],
  ["stage", "history-evening", "phone"],
];
// A trend needs some seconds of history before it is said.
const SETTLE_MS = 4000;
const RESIZE_MS = 1500;

const server = await createServer({
  root: WEB,
  logLevel: "error",
  server: { host: "127.0.0.1", port: 0, hmr: false, watch: null },
});
await server.listen();
const { port } = server.httpServer.address();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
mkdirSync(OUT, { recursive: true });

/** One page at several sizes. JPEG: soft light is large as PNG. */
async function take(page, state, language, sizes) {
  const tab = await browser.newPage();
  const pictures = {};
  for (const [index, size] of sizes.entries()) {
    const [width, height] = SIZES[size];
    await tab.setViewportSize({ width, height });
    if (index === 0)
      await tab.goto(`http://127.0.0.1:${port}/gallery/index.html?page=${page}&state=${state}&language=${language}`);
    await tab.waitForTimeout(index === 0 && page !== "home" ? SETTLE_MS : RESIZE_MS);
    await tab.evaluate(() => globalThis.galleryHold());
    const name = `${page}-${state}-${language}-${size}`;
    await settled(tab).catch((error) => {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    });
    const path = `${OUT}${name}.jpg`;
    pictures[size] = await tab.screenshot({ path, type: "jpeg", quality: 84 });
  }
  await tab.close();
  return pictures;
}

const asked = process.argv.slice(2);
const isAsked = ([page]) => asked.length === 0 || asked.includes(page);
for (const language of ["en", "ja"]) {
  for (const [page, state] of PAGES.filter(isAsked)) await take(page, state, language, Object.keys(SIZES));
  for (const [page, state, size] of ONCE.filter(isAsked)) await take(page, state, language, [size]);
}
await browser.close();
await server.close();
