// What this tab keeps over a reload: its line, its call, what it sends. Other tabs cannot read it.

import type { Standing } from "../../core/call/signaling";

export interface Saved {
  readonly name: string;
  readonly line: string | null;
  /** The number of the code, with which it may be had again; null: it has none, or the code may be spent. */
  readonly turn: number | null;
  /** The call that is on, and the wall clock's ms when its state began. */
  readonly standing: Standing | null;
  readonly sinceMs: number;
  /** The newest connection of that call. */
  readonly generation: number;
  /** What the person agreed to for calls; null: nothing yet. */
  readonly wanted: { readonly camera: boolean; readonly microphone: boolean } | null;
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly speaker: string | null;
  readonly sound: boolean;
  readonly picture: "on" | "off" | "face_off";
  readonly relayOnly: boolean;
}

const NAME = "kuuki.call";

const NOTHING: Saved = {
  name: "",
  line: null,
  turn: null,
  standing: null,
  sinceMs: 0,
  generation: 0,
  wanted: null,
  camera: null,
  microphone: null,
  speaker: null,
  sound: true,
  picture: "on",
  relayOnly: false,
};

export class SavedState {
  #state: Saved;

  constructor() {
    this.#state = { ...NOTHING, ...read() };
  }

  get state(): Saved {
    return this.#state;
  }

  change(changed: Partial<Saved>): void {
    this.#state = { ...this.#state, ...changed };
    try {
      sessionStorage.setItem(NAME, JSON.stringify(this.#state));
    } catch {
      // Without storage a reload ends the call.
    }
  }

  /** After a goodbye: the name may stay, nothing else. */
  forget(): void {
    this.change({ ...NOTHING, name: this.#state.name });
  }
}

function read(): Partial<Saved> {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "{}") as Partial<Saved>;
  } catch {
    return {};
  }
}
