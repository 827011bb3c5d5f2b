// Whoever looks at a page (a judge, a camera) waits for this first: an amid-transition page is nobody's page.

/** What `settled` throws when the browser has stopped to draw a tab: no verdict on the page, and a new tab may draw. */
export const NO_FRAMES = "the browser draws no frames";

/** A page that has not settled after so long never does: its longest transition takes half a second. */
const PATIENCE_MS = 60_000;

/** A tab that has drawn nothing for so long is one that Chromium has given up: no resize and no picture wakes it. */
const FRAME_MS = 10_000;

/**
 * Waits until nothing moves that will come to an end: every finite animation and transition, in all shadow roots, has
 * ended, also those that begin meanwhile, and the page is drawn. What moves for ever (the Air's breath) is no transition,
 * nor is one of a series that never ends (its rings), which is named "endless".
 * @param {import("playwright-core").Page} tab
 * @param {{patienceMs?: number, frameMs?: number}} [limits]
 * @returns {Promise<void>}
 * @throws NO_FRAMES, or what says that the page goes on moving
 */
export async function settled(tab, { patienceMs = PATIENCE_MS, frameMs = FRAME_MS } = {}) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(fail, patienceMs, new Error("the page goes on moving"));
  });
  try {
    await Promise.race([stillness(tab), late]);
  } catch (error) {
    throw (await draws(tab, frameMs)) ? error : new Error(NO_FRAMES, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {import("playwright-core").Page} tab */
function stillness(tab) {
  return tab.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const roots = (/** @type {Document | ShadowRoot} */ root) => [
      root,
      ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : [])),
    ];
    const moving = () =>
      [...new Set(roots(document).flatMap((root) => root.getAnimations()))].filter(
        ({ id, playState, effect }) =>
          id !== "endless" && playState === "running" && effect?.getComputedTiming().endTime !== Infinity,
      );
    await drawn();
    for (let now = moving(); now.length > 0; now = moving()) {
      await Promise.allSettled(now.map(({ finished }) => finished));
      await drawn();
    }
  });
}

/**
 * Whether the tab draws a frame in that time.
 * @param {import("playwright-core").Page} tab
 * @param {number} ms
 */
function draws(tab, ms) {
  return tab.evaluate(
    (limit) =>
      new Promise((done) => {
        requestAnimationFrame(() => done(true));
        setTimeout(done, limit, false);
      }),
    ms,
  );
}
