import type { Page } from "playwright-core";

/** Waits until nothing moves that will come to an end, in all shadow roots, and the page is drawn. */
export function settled(tab: Page): Promise<void>;
