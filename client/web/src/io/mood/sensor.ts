// The page's end of the inference worker: a picture goes in, a reading comes back, one at a time.

import type { FromWorker, ToWorker } from "../../core/mood/sensing";
import type { Reading } from "../../core/mood/session";

const MODELS = "/models/";
const RUNTIME = "/ort/";

export class Sensor {
  readonly #worker: Worker;
  #settle: ((message: FromWorker) => void) | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = ({ message }) => this.#hear({ kind: "failed", message });
  }

  /** Loaded and warm; rejects when this browser cannot run the models. */
  static async open(): Promise<Sensor> {
    const sensor = new Sensor(new Worker(new URL("../../worker/inference.ts", import.meta.url), { type: "module" }));
    const here = location.origin;
    try {
      await sensor.#ask({ kind: "start", models: here + MODELS, runtime: here + RUNTIME }, []);
    } catch (error) {
      sensor.close();
      throw error;
    }
    return sensor;
  }

  /** The picture is closed over there. null: no face. Rejects when the models failed: nothing can be read any more. */
  async read(picture: ImageBitmap): Promise<{ reading: Reading | null; tookMs: number }> {
    const { reading, tookMs } = await this.#ask({ kind: "read", picture }, [picture]);
    return { reading, tookMs };
  }

  close(): void {
    this.#worker.terminate();
    this.#hear({ kind: "failed", message: "closed" });
  }

  #ask(message: ToWorker, transferred: Transferable[]): Promise<FromWorker & { kind: "reading" }> {
    return new Promise((resolve, reject) => {
      this.#settle = (answer) => {
        if (answer.kind === "failed") reject(new Error(answer.message));
        else resolve(answer as FromWorker & { kind: "reading" });
      };
      this.#worker.postMessage(message, transferred);
    });
  }

  #hear(message: FromWorker): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(message);
  }
}
