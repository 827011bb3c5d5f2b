// The sound of a room without a browser: a plan (JSON) on standard input, sound on standard output, percents of long
// ones on standard error. Runs on the very module that pages play; built into dist/render by `npm run build`.
//
// The plan: {"seconds", "airs": [{"at_s", "people", "level", "laughing", "clapping", "wowing"}, ...]} and, if wanted,
// "rate" (48000), "seed" (1), "master" (true), "hooks" ({}), "format": "wav" (16 bit) or "f32" (raw, stereo, this
// machine's order of bytes). Each air holds from its second on until the next one's; before the first it is silent.

import { readFileSync, writeSync } from "node:fs";
import { BLOCK, type Hooks } from "../src/core/sound/block";
import { createEngine, type Engine, type RoomAir } from "../src/core/sound/engine";

interface Plan {
  readonly seconds: number;
  readonly airs: readonly (RoomAir & { readonly at_s: number })[];
  readonly rate?: number;
  readonly seed?: number;
  readonly master?: boolean;
  readonly hooks?: Hooks;
  readonly format?: "wav" | "f32";
}

const OUT = 1;
const WAV_HEAD_BYTES = 44;
/** Seconds of sound between two words on progress. */
const PROGRESS_S = 10;
/** Seconds of sound that are written at once. */
const PIECE_S = 1;

/** All of it, also into a pipe that is full for now. */
function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(OUT, bytes, at);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
    }
  }
}

/** RIFF, 16 bit, stereo. */
function wavHead(frames: number, rate: number): Uint8Array {
  const head = new DataView(new ArrayBuffer(WAV_HEAD_BYTES));
  const text = (at: number, letters: string) =>
    [...letters].forEach((letter, i) => {
      head.setUint8(at + i, letter.charCodeAt(0));
    });
  text(0, "RIFF");
  head.setUint32(4, WAV_HEAD_BYTES - 8 + 4 * frames, true);
  text(8, "WAVEfmt ");
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 2, true);
  head.setUint32(24, rate, true);
  head.setUint32(28, 4 * rate, true);
  head.setUint16(32, 4, true);
  head.setUint16(34, 16, true);
  text(36, "data");
  head.setUint32(40, 4 * frames, true);
  return new Uint8Array(head.buffer);
}

class Rendering {
  readonly #engine: Engine;
  readonly #plan: Plan;
  readonly #rate: number;
  readonly #left = new Float32Array(BLOCK);
  readonly #right = new Float32Array(BLOCK);
  #next = 0;
  #frame = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#rate = plan.rate ?? 48_000;
    const { seed = 1, master = true, hooks = {} } = plan;
    this.#engine = createEngine({ sampleRate: this.#rate, seed, master, hooks });
  }

  run(): void {
    const frames = Math.round(this.#plan.seconds * this.#rate);
    const isWav = this.#plan.format === "wav";
    if (isWav) write(wavHead(frames, this.#rate));
    while (this.#frame < frames) {
      const piece = this.#piece(Math.min(frames - this.#frame, PIECE_S * this.#rate));
      write(new Uint8Array((isWav ? inSteps(piece) : piece).buffer));
      this.#report(frames);
    }
  }

  #piece(frames: number): Float32Array {
    const piece = new Float32Array(2 * frames);
    for (let done = 0; done < frames; ) {
      this.#follow();
      const count = Math.min(BLOCK, frames - done);
      this.#engine.render(this.#left.subarray(0, count), this.#right.subarray(0, count));
      for (let i = 0; i < count; i++) {
        piece[2 * (done + i)] = this.#left[i]!;
        piece[2 * (done + i) + 1] = this.#right[i]!;
      }
      done += count;
      this.#frame += count;
    }
    return piece;
  }

  #follow(): void {
    const { airs } = this.#plan;
    while (this.#next < airs.length && airs[this.#next]!.at_s * this.#rate <= this.#frame) {
      this.#engine.set(airs[this.#next]!);
      this.#next++;
    }
  }

  #report(frames: number): void {
    if (frames > PROGRESS_S * this.#rate && (this.#frame / this.#rate) % PROGRESS_S < PIECE_S)
      process.stderr.write(`${Math.floor((100 * this.#frame) / frames)}\n`);
  }
}

function inSteps(piece: Float32Array): Int16Array {
  return Int16Array.from(piece, (x) => Math.round(Math.max(-1, Math.min(1, x)) * 32_767));
}

new Rendering(JSON.parse(readFileSync(0, "utf8"))).run();
