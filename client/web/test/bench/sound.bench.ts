// What the sound of 300 people costs a block, in Node and in Chromium's audio thread, and whether it is ever late there
// while two loops keep the machine busy. Prints the figures; fails above the budget, so it is for an idle machine.

import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { createEngine, RoomAir } from "../../src/core/sound/engine";
import { PROCESSOR } from "../../src/core/sound/player";
import { launchChromium } from "../pages/gallery";

const RATE = 48_000;
const BLOCK = 128;
const BLOCK_US = (BLOCK / RATE) * 1e6;
/** 15 % of a block's time. */
const BUDGET_US = 0.15 * BLOCK_US;
const WARMING = 400;
const BLOCKS = 8000;
const SECONDS = 20;
const air = (people: number, laughing: number, clapping: number): RoomAir => ({
  people,
  level: laughing,
  laughing,
  clapping,
  wowing: 0,
});
const ROOMS: Readonly<Record<string, RoomAir>> = {
  "32 laughers": air(32, 0.99, 0),
  "64 clappers": air(64, 0, 0.99),
  "300 laughing": air(300, 0.99, 0),
  "300 laughing and clapping": air(300, 0.99, 0.99),
};

let browser: Browser;
let server: Server;
let make: typeof createEngine;
beforeAll(async () => {
  const engine = Buffer.from(await bundled("src/core/sound/engine.ts")).toString("base64");
  make = (await import(`data:text/javascript;base64,${engine}`)).createEngine;
  const worklet = await bundled("src/worklet/room-sound.ts");
  server = createServer(({ url }, answer) => {
    const isWorklet = url === "/worklet.js";
    answer.setHeader("Content-Type", isWorklet ? "text/javascript" : "text/html").end(isWorklet ? worklet : "<p>sound");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** A module in one piece, as pages and Node get it: not as tests do, whose imports are looked up at every use. */
async function bundled(entry: string): Promise<string> {
  const lib = { entry, formats: ["es" as const], fileName: "one" };
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, copyPublicDir: false, lib },
  });
  const [result] = [built].flat() as unknown as [{ output: [{ code: string }] }];
  return result.output[0].code;
}

function told(us: number): string {
  return `${us.toFixed(0)} µs (${((100 * us) / BLOCK_US).toFixed(1)} %)`;
}

it.each(Object.keys(ROOMS))("Node: %s", (name) => {
  const engine = make({ sampleRate: RATE, seed: 1 });
  const left = new Float32Array(BLOCK);
  const right = new Float32Array(BLOCK);
  engine.set(ROOMS[name]!);
  for (let i = 0; i < WARMING; i++) engine.render(left, right);
  const before = process.cpuUsage();
  const us = Array.from({ length: BLOCKS }, () => {
    const began = process.hrtime.bigint();
    engine.render(left, right);
    return Number(process.hrtime.bigint() - began) / 1000;
  });
  const { user, system } = process.cpuUsage(before);
  const mean = (user + system) / BLOCKS;
  const p99 = us.sort((a, b) => a - b)[Math.floor(BLOCKS * 0.99)]!;
  process.stdout.write(`Node, ${name}: mean ${told(mean)} of processor time, p99 ${told(p99)} by the clock\n`);
  expect(mean).toBeLessThan(BUDGET_US);
});

interface Asked {
  readonly name: string;
  readonly seconds: number;
  readonly rate: number;
  readonly room: RoomAir;
}

const ASKED: Asked = { name: PROCESSOR, seconds: SECONDS, rate: RATE, room: ROOMS["300 laughing and clapping"]! };

/** A page that may make sound, beside the worklet's module. */
async function opened(): Promise<Page> {
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return tab;
}

/** In the page: renders offline; microseconds a block, all told. */
async function offline({ name, seconds, rate, room }: Asked): Promise<number> {
  const context = new OfflineAudioContext(2, seconds * rate, rate);
  await context.audioWorklet.addModule("/worklet.js");
  const node = new AudioWorkletNode(context, name, { outputChannelCount: [2], processorOptions: { seed: 1 } });
  await new Promise((resolve) => {
    node.port.onmessage = resolve;
  });
  node.port.postMessage({ air: room });
  node.connect(context.destination);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const began = performance.now();
  const sound = await context.startRendering();
  if (!sound.getChannelData(0).some((x) => Math.abs(x) > 0.01)) throw new Error("nothing was heard");
  return ((performance.now() - began) * 1000) / ((seconds * rate) / 128);
}

it("Chromium, offline: 300 laughing and clapping", async () => {
  const tab = await opened();
  const us: number[] = [];
  for (let i = 0; i < 3; i++) us.push(await tab.evaluate(offline, ASKED));
  process.stdout.write(`Chromium, offline: ${us.map((one) => one.toFixed(0)).join(", ")} µs a block\n`);
  expect(Math.min(...us)).toBeLessThan(BUDGET_US);
  await tab.close();
});

interface Late {
  /** null where this Chromium does not count. */
  readonly underruns: number | null;
  /** Seconds of sound for each second of the wall. */
  readonly pace: number;
}

/** In the page: plays; what was late after the first two seconds. */
async function live({ name, seconds, rate, room }: Asked): Promise<Late> {
  const context = new AudioContext({ sampleRate: rate });
  await context.suspend();
  await context.audioWorklet.addModule("/worklet.js");
  const node = new AudioWorkletNode(context, name, { outputChannelCount: [2], processorOptions: { seed: 1 } });
  await new Promise((resolve) => {
    node.port.onmessage = resolve;
  });
  node.port.postMessage({ air: room });
  node.connect(context.destination);
  await context.resume();
  const stats = () => (context as { playbackStats?: { underrunEvents: number } }).playbackStats?.underrunEvents ?? null;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = { underruns: stats(), wall: performance.now(), time: context.currentTime };
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const pace = (context.currentTime - before.time) / ((performance.now() - before.wall) / 1000);
  const after = stats();
  await context.close();
  return { underruns: after === null || before.underruns === null ? null : after - before.underruns, pace };
}

it("Chromium, live, two busy loops beside it: never late", async () => {
  const tab = await opened();
  const loops = [0, 1].map(() => spawn(process.execPath, ["-e", "for (;;) {}"]));
  try {
    await tab.mouse.click(5, 5); // Chromium lets a page play after a press
    const { underruns, pace } = await tab.evaluate(live, ASKED);
    process.stdout.write(`Chromium, live: underruns ${underruns ?? "not counted"}, pace ${pace.toFixed(4)}\n`);
    expect(underruns ?? 0).toBe(0);
    expect(pace).toBeGreaterThan(0.99);
  } finally {
    for (const loop of loops) loop.kill();
    await tab.close();
  }
});
