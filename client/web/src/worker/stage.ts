// One model on the runtime: its session and the input that is filled anew for every picture.

import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Model } from "./manifest";

export class Stage {
  readonly size: number;
  /** What the next run sees: size × size RGBA pixels. */
  readonly pixels: Uint32Array;
  readonly model: Model;
  readonly #session: InferenceSession;
  readonly #feeds: Record<string, Tensor>;

  constructor(model: Model, session: InferenceSession) {
    this.model = model;
    this.size = model.size;
    this.#session = session;
    const bytes = new Uint8Array(4 * model.size * model.size);
    this.pixels = new Uint32Array(bytes.buffer);
    this.#feeds = { rgba: new Tensor("uint8", bytes, [1, model.size, model.size, 4]) };
  }

  /** The outputs for `pixels`, by name. */
  async run(): Promise<Readonly<Record<string, Float32Array>>> {
    const outputs = await this.#session.run(this.#feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }
}

export async function openStage(model: Model, bytes: Uint8Array): Promise<Stage> {
  const session = await InferenceSession.create(bytes, { executionProviders: ["wasm"], graphOptimizationLevel: "all" });
  return new Stage(model, session);
}
