// The sound of the room that is visited: what is heard of its mixes, played. Loaded when somebody wants to hear.

import { Hearing, type Listening } from "../../core/mood/hearing";
import { RoomSound } from "../sound";
import type { Visit } from "./visit";

export class RoomListening implements Listening {
  readonly player = new RoomSound();
  readonly #hearing = new Hearing();
  readonly #visit: Visit;
  readonly #stop: () => void;

  constructor(visit: Visit) {
    this.#visit = visit;
    this.#stop = visit.listen(() => this.#tell());
    this.#tell();
  }

  get isShared(): boolean {
    return this.#hearing.isShared;
  }

  set isShared(isShared: boolean) {
    this.#hearing.isShared = isShared;
    this.#tell();
  }

  #tell(): void {
    this.player.setAir(this.#hearing.hear(this.#visit.snapshot, performance.now()));
  }

  close(): void {
    this.#stop();
    this.player.close();
  }
}
