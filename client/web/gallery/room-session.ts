// A session of a room that does what it is told and meets nobody.

import type { Session, Snapshot, TapKind } from "../src/core/mood/session";
import { everyBeat } from "./beat";
import { madeUpFace } from "./person";
import { bare, READING, SHARING, START, WARM } from "./room-states";

export class MadeUpSession implements Session {
  snapshot: Snapshot;
  preview: MediaStream | null = null;
  keptIn: Window | null = null;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #began = performance.now();

  constructor(first: Partial<Snapshot>, moving: boolean) {
    this.snapshot = { ...START, ...first };
    if (this.snapshot.sensing === "on") this.preview = madeUpFace();
    if (this.snapshot.mix?.body || this.snapshot.mix?.tapped) everyBeat(() => (moving ? this.#move() : this.#tick()));
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** From now on nothing new comes. */
  stall(): void {
    this.change({ mix: bare("stale") });
  }

  change(changed: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...changed };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  #tick(): void {
    const { mix } = this.snapshot;
    if (mix && mix.state !== "stale") this.change({ mix: { ...mix, seq: mix.seq + 1 } });
  }

  /** The room swells and fades slowly around what it was. */
  #move(): void {
    const mix = this.snapshot.mix;
    if (!mix?.body) return;
    const wave = Math.sin((performance.now() - this.#began) / 4000);
    const base = WARM;
    const body = {
      ...base,
      smiling: 0.55 + 0.35 * wave,
      energy: 0.6 + 0.2 * wave,
      warmth: 0.35 + 0.3 * wave,
      agreement: 0.55 + 0.3 * wave,
    };
    this.change({ mix: { ...mix, seq: mix.seq + 1, body } });
  }

  async startSensing(): Promise<void> {
    this.change({ sensing: "starting" });
    setTimeout(() => {
      this.preview = madeUpFace();
      this.change(SHARING);
    }, 300);
  }
  stopSensing(): void {
    this.change({ sensing: "off", reading: null });
  }
  pause(): void {
    this.change({ sensing: "paused", reading: null });
  }
  resume(): void {
    this.change({ sensing: "on", reading: READING });
  }
  tap(kind: TapKind): void {
    this.change({ taps: { ...this.snapshot.taps, [kind]: this.snapshot.taps[kind] + 1 } });
  }
  async cameras(): Promise<readonly { deviceId: string; label: string }[]> {
    return [
      { deviceId: "a", label: "Built-in camera" },
      { deviceId: "b", label: "" },
    ];
  }
  keepSensingIn(visible: Window | null): void {
    this.keptIn = visible;
  }
  leave(): void {
    this.change({ link: "closed", closedBecause: "left" });
  }
}
