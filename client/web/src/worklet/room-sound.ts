// The audio thread's end of a room's sound: numbers of the mix come by the port, blocks go to the speakers.

import { BLOCK } from "../core/sound/block";
import { createEngine, type Engine } from "../core/sound/engine";
import { type FromWorklet, PROCESSOR, type ToWorklet, type WorkletOptions } from "../core/sound/player";

/** Blocks that pass unheard until the engine is compiled; the first 200 may each take longer than they last. */
const WARMING = 400;
/** Everything at once, so that everything is compiled. */
const BUSY = { people: 300, level: 1, laughing: 0.99, clapping: 0.99, wowing: 0.5 };

class RoomSound extends AudioWorkletProcessor {
  readonly #engine: Engine;

  constructor(options: { readonly processorOptions: unknown }) {
    super(options);
    const { seed } = options.processorOptions as WorkletOptions;
    warmUp();
    this.#engine = createEngine({ sampleRate, seed });
    this.port.onmessage = ({ data }) => this.#engine.set((data as ToWorklet).air);
    const ready: FromWorklet = { ready: true };
    this.port.postMessage(ready);
  }

  process(_: Float32Array[][], [ears]: Float32Array[][]): boolean {
    const left = ears?.[0];
    if (left) this.#engine.render(left, ears[1] ?? left);
    return true;
  }
}

/** While the context still rests: nobody waits for a block. */
function warmUp(): void {
  const engine = createEngine({ sampleRate, seed: 1 });
  const block = new Float32Array(BLOCK);
  engine.set(BUSY);
  for (let i = 0; i < WARMING; i++) engine.render(block, block);
}

registerProcessor(PROCESSOR, RoomSound);
