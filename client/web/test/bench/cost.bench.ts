// What the Air, and the history beside it, cost the main thread: at most 5 % of a core, on a full screen. Prints the
// shares and fails above the budget, so it is for a machine with nothing else to do.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES, show } from "../pages/gallery";

const BUDGET = 0.05;
const SECONDS = 5;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** CPU time of the thread in microseconds; wall time would count what other programs do. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

async function trace(): Promise<TraceEvent[]> {
  const session = await gallery.browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"] },
  });
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  await session.send("Tracing.end");
  await complete;
  return events;
}

/** The part of a core that the main threads of the pages take. */
async function share(): Promise<number> {
  const events = await trace();
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => ph === "X" && name.endsWith("RunTask") && mains.has(`${pid}.${tid}`),
  );
  expect(tasks.length).toBeGreaterThan(50);
  return tasks.reduce((total, { tdur }) => total + (tdur ?? 0), 0) / (SECONDS * 1e6);
}

it.each(["moving", "history-evening"])("costs at most 5 % of a core of main-thread time: stage, $0", async (state) => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.screen });
  await show(tab, gallery, "stage", state, "en");
  await tab.waitForTimeout(2000);
  const part = await share();
  process.stdout.write(`stage, ${state}: ${(part * 100).toFixed(2)} % of a core\n`);
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(BUDGET);
  await tab.close();
});
