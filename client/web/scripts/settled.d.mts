import type { Page } from "playwright-core";

/** What `settled` throws when the browser has stopped to draw a tab. */
export const NO_FRAMES: string;

/** Waits until nothing moves that will come to an end, in all shadow roots, and the page is drawn. */
export function settled(tab: Page, limits?: { patienceMs?: number; frameMs?: number }): Promise<void>;
