// Whoever looks at a page (a judge, a camera) waits for this first: an amid-transition page is nobody's page.

/**
 * Waits until nothing moves that will come to an end: every finite animation and transition, in all shadow roots, has
 * ended, also those that begin meanwhile, and the page is drawn. What moves for ever (the Air's drift) is no transition.
 * @param {import("playwright-core").Page} tab
 * @returns {Promise<void>}
 */
export async function settled(tab) {
  await tab.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const roots = (/** @type {Document | ShadowRoot} */ root) => [
      root,
      ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : [])),
    ];
    const moving = () =>
      [...new Set(roots(document).flatMap((root) => root.getAnimations()))].filter(
        ({ playState, effect }) => playState === "running" && effect?.getComputedTiming().endTime !== Infinity,
      );
    await drawn();
    for (let now = moving(); now.length > 0; now = moving()) {
      await Promise.allSettled(now.map(({ finished }) => finished));
      await drawn();
    }
  });
}
