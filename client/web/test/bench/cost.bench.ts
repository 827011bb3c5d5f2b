// What the Air, and the history beside it, cost on a full screen: at most 5 % of a core of the main thread, and where
// no graphics processor draws, at most 45 % of one in the process that draws in its place. Prints the shares and fails
// above the budgets, so it is for a machine with nothing else to do.

import { afterAll, beforeAll, expect, it } from "vitest";
import { type Gallery, openGallery, SIZES, show } from "../pages/gallery";

const BUDGET = 0.05;
const DRAWING_BUDGET = 0.45;
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

/** Processor seconds of the process that draws for all pages. */
async function drawingS(): Promise<number> {
  const session = await gallery.browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.filter(({ type }) => type === "GPU").reduce((total, { cpuTime }) => total + cpuTime, 0);
}

it.each(["live", "moving", "laughing", "history-evening"])("costs little: stage, %s", async (state) => {
  const tab = await gallery.browser.newPage({ viewport: SIZES.screen });
  await show(tab, gallery, "stage", state, "en");
  await tab.waitForTimeout(2000);
  const [beganS, beganMs] = [await drawingS(), performance.now()];
  const part = await share();
  const drawing = (await drawingS()) - beganS;
  const drawingPart = drawing / ((performance.now() - beganMs) / 1000);
  process.stdout.write(
    `stage, ${state}: ${(part * 100).toFixed(2)} % of a core, and ${(drawingPart * 100).toFixed(0)} % to draw\n`,
  );
  expect(part).toBeGreaterThan(0);
  expect(part).toBeLessThan(BUDGET);
  expect(drawingPart).toBeLessThan(DRAWING_BUDGET);
  await tab.close();
});
