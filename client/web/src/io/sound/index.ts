// Plays the sound of a room. Nothing is loaded, and no AudioContext made, before a person turned it on.

import { type RoomAir, SILENCE } from "../../core/sound/air";
import {
  FIRST_VOLUME,
  type FromWorklet,
  gainOf,
  type Player,
  type PlayerSnapshot,
  PROCESSOR,
  type ToWorklet,
  type WorkletOptions,
} from "../../core/sound/player";
import worklet from "../../worklet/room-sound.ts?worker&url";

/** How fast volume follows, in seconds: no click, no waiting. */
const FADE_S = 0.04;
/** After so many of them nothing is heard any more. */
const FADED = 6;
/** The worklet's module is small and the warming short; a browser that takes longer does not make it. */
const PATIENCE_MS = 15_000;

/** One AudioContext with one engine in it. */
class Stage {
  readonly #context: AudioContext;
  readonly #gain: GainNode;
  readonly #lost: () => void;
  #node: AudioWorkletNode | null = null;
  #isHeard = false;
  /** When the worklet is loaded and warm. */
  readonly prepared: Promise<void>;

  /** `lost`: told when what played plays no more, though nobody stopped it: a call came, a device went, it failed. */
  constructor(seed: number, lost: () => void) {
    // Made in the event of a press: this is what later allows it to resume.
    this.#context = new AudioContext({ latencyHint: "balanced" });
    void this.#context.suspend();
    this.#gain = new GainNode(this.#context, { gain: 0 });
    this.#gain.connect(this.#context.destination);
    this.#context.addEventListener("statechange", () => this.#isHeard && this.#context.state !== "running" && lost());
    this.#lost = lost;
    this.prepared = this.#prepare(seed);
  }

  /** Loads the worklet and warms it up while the context rests. */
  async #prepare(seed: number): Promise<void> {
    await this.#context.audioWorklet.addModule(worklet);
    const processorOptions: WorkletOptions = { seed };
    this.#node = new AudioWorkletNode(this.#context, PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [2],
      processorOptions,
    });
    await ready(this.#node);
    this.#node.onprocessorerror = this.#lost;
    this.#node.connect(this.#gain);
  }

  tell(air: RoomAir): void {
    const message: ToWorklet = { air };
    this.#node?.port.postMessage(message);
  }

  async resume(): Promise<void> {
    if (this.#context.state !== "running") await this.#context.resume();
    this.#isHeard = true;
  }

  fadeTo(gain: number): void {
    this.#gain.gain.setTargetAtTime(gain, this.#context.currentTime, FADE_S);
  }

  rest(): void {
    this.#isHeard = false;
    void this.#context.suspend();
  }

  close(): void {
    this.#isHeard = false;
    this.#node?.port.close();
    void this.#context.close();
  }
}

function ready(node: AudioWorkletNode): Promise<void> {
  return new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }: MessageEvent<FromWorklet>) => data.ready && resolve();
    node.onprocessorerror = () => reject(new Error("the audio thread failed"));
    setTimeout(() => reject(new Error("the audio thread did not answer")), PATIENCE_MS);
  });
}

export class RoomSound implements Player {
  readonly #listeners = new Set<(snapshot: PlayerSnapshot) => void>();
  readonly #seed: number;
  #snapshot: PlayerSnapshot = { playing: "off", volume: FIRST_VOLUME };
  #stage: Stage | null = null;
  #air: RoomAir = SILENCE;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** Another seed: another crowd. */
  constructor(seed = Math.floor(Math.random() * 2 ** 31)) {
    this.#seed = seed;
  }

  get snapshot(): PlayerSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: PlayerSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    const { playing } = this.#snapshot;
    if (this.#isClosed || playing === "on" || playing === "starting") return;
    if (!isSecureContext) {
      this.#tell({ playing: "insecure" });
      return;
    }
    this.#tell({ playing: "starting" });
    clearTimeout(this.#resting);
    try {
      await this.#play();
    } catch {
      this.#drop(); // another start begins anew
      if (this.#snapshot.playing === "starting") this.#tell({ playing: "failed" });
    }
  }

  async #play(): Promise<void> {
    this.#stage ??= new Stage(this.#seed, () => this.#lose());
    const stage = this.#stage;
    await stage.prepared;
    if (this.#snapshot.playing !== "starting") return; // turned off meanwhile
    stage.tell(this.#air);
    await stage.resume();
    if (this.#snapshot.playing !== "starting") return;
    stage.fadeTo(gainOf(this.#snapshot.volume));
    this.#tell({ playing: "on" });
  }

  /** The next start begins anew. */
  #lose(): void {
    this.#drop();
    this.#tell({ playing: "off" });
  }

  stop(): void {
    const stage = this.#stage;
    if (this.#snapshot.playing === "off") return;
    this.#tell({ playing: "off" });
    stage?.fadeTo(0);
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => stage?.rest(), FADE_S * FADED * 1000);
  }

  setAir(air: RoomAir): void {
    this.#air = air;
    if (this.#snapshot.playing === "on") this.#stage?.tell(air);
  }

  setVolume(volume: number): void {
    this.#tell({ volume: Math.max(0, Math.min(1, volume)) });
    if (this.#snapshot.playing === "on") this.#stage?.fadeTo(gainOf(this.#snapshot.volume));
  }

  close(): void {
    this.#isClosed = true;
    this.#drop();
    this.#tell({ playing: "off" });
    this.#listeners.clear();
  }

  #drop(): void {
    clearTimeout(this.#resting);
    this.#stage?.close();
    this.#stage = null;
  }

  #tell(change: Partial<PlayerSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener(this.#snapshot);
  }
}
