// The page of the sound, with a player that plays nothing.

import "../src/ui/sound";
import { FIRST_VOLUME, type Player, type PlayerSnapshot, type Playing } from "../src/core/sound/player";
import type { KuukiSound } from "../src/ui/sound";

export const SOUND_STATES: readonly Playing[] = ["off", "starting", "on", "insecure", "failed"];

class MadeUpPlayer implements Player {
  readonly #listeners = new Set<(snapshot: PlayerSnapshot) => void>();
  snapshot: PlayerSnapshot;

  constructor(playing: Playing) {
    this.snapshot = { playing, volume: FIRST_VOLUME };
  }

  subscribe(listener: (snapshot: PlayerSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    this.#tell({ playing: "on" });
  }

  stop(): void {
    this.#tell({ playing: "off" });
  }

  setAir(): void {}

  setVolume(volume: number): void {
    this.#tell({ volume });
  }

  close(): void {
    this.#listeners.clear();
  }

  #tell(change: Partial<PlayerSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.#listeners) listener(this.snapshot);
  }
}

export function soundPage(state: string): KuukiSound {
  const page = document.createElement("kuuki-sound") as KuukiSound;
  page.player = new MadeUpPlayer(state as Playing);
  return page;
}
