// The inference worker: pictures in, readings out, one at a time. Pictures never leave it.

import { env } from "onnxruntime-web/wasm";
import type { FromWorker, ToWorker } from "../core/mood/sensing";
import { Pictures } from "./pictures";
import { openSensor, type Sensor } from "./sensor";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const pictures = new Pictures();
let sensor: Sensor | null = null;

function say(message: FromWorker): void {
  scope.postMessage(message);
}

async function start(models: string, runtime: string): Promise<void> {
  env.wasm.numThreads = 1; // threads need cross-origin isolation, which breaks embedded shows
  env.wasm.wasmPaths = runtime;
  env.logLevel = "error";
  sensor = await openSensor(models);
  say({ kind: "ready" });
}

async function read(bitmap: ImageBitmap): Promise<void> {
  const began = performance.now();
  const picture = pictures.take(bitmap);
  const found = sensor === null ? null : await sensor.read(picture);
  const tookMs = performance.now() - began;
  say({ kind: "reading", reading: found === null ? null : { ...found, tookMs }, tookMs });
}

scope.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  const work = data.kind === "start" ? start(data.models, data.runtime) : read(data.picture);
  work.catch((error: unknown) => say({ kind: "failed", message: String(error) }));
});
