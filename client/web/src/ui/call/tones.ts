// What ringing sounds like. Made here from a few sines: a soft ringback, a ring, and a knock for call waiting.

export type Tone = "ringback" | "ring" | "knock";

interface Note {
  readonly atS: number;
  readonly hz: number;
  readonly forS: number;
  readonly loud: number;
}

/** One round of each tone, and after how many seconds it comes again. Loudness is amplitude, 0..1. */
const TONES: Readonly<Record<Tone, { everyS: number; attackS: number; notes: readonly Note[] }>> = {
  ringback: {
    everyS: 3.6,
    attackS: 0.18,
    notes: [
      { atS: 0, hz: 392, forS: 1.5, loud: 0.045 },
      { atS: 0.12, hz: 493.9, forS: 1.4, loud: 0.035 },
    ],
  },
  ring: {
    everyS: 2.8,
    attackS: 0.012,
    notes: [
      { atS: 0, hz: 587.3, forS: 0.9, loud: 0.1 },
      { atS: 0.2, hz: 740, forS: 0.9, loud: 0.1 },
      { atS: 0.4, hz: 880, forS: 1.2, loud: 0.11 },
      { atS: 0.75, hz: 1174.7, forS: 1.4, loud: 0.07 },
    ],
  },
  knock: {
    everyS: 6,
    attackS: 0.004,
    notes: [
      { atS: 0, hz: 330, forS: 0.22, loud: 0.07 },
      { atS: 0.24, hz: 330, forS: 0.26, loud: 0.07 },
    ],
  },
};

const FADE_S = 0.04;
const SILENCE = 0.0001;

type Choosy = AudioContext & { setSinkId?: (deviceId: string) => Promise<void> };

export class Tones {
  #context: Choosy | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #out: GainNode | undefined;
  #plays: Tone | null = null;

  /** Called from a press: before one, browsers make no sound. */
  unlock(): void {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume().catch(() => undefined);
  }

  speakThrough(speaker: string | null): void {
    if (speaker !== null) this.#context?.setSinkId?.(speaker).catch(() => undefined);
  }

  /** Plays this one until told otherwise; null: silence, at once. */
  play(tone: Tone | null): void {
    if (tone === this.#plays) return;
    this.#stop();
    this.#plays = tone;
    if (tone === null) return;
    this.#round(tone);
    this.#timer = setInterval(() => this.#round(tone), TONES[tone].everyS * 1000);
  }

  close(): void {
    this.play(null);
    this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }

  #stop(): void {
    clearInterval(this.#timer);
    const [out, context] = [this.#out, this.#context];
    this.#out = undefined;
    if (!out || !context) return;
    out.gain.setTargetAtTime(0, context.currentTime, FADE_S / 3);
    setTimeout(() => out.disconnect(), FADE_S * 2000);
  }

  #round(tone: Tone): void {
    const context = this.#context;
    if (context?.state !== "running") return;
    if (!this.#out) {
      this.#out = context.createGain();
      this.#out.connect(context.destination);
    }
    for (const note of TONES[tone].notes) this.#note(context, this.#out, note, TONES[tone].attackS);
  }

  #note(context: AudioContext, out: GainNode, { atS, hz, forS, loud }: Note, attackS: number): void {
    const from = context.currentTime + atS;
    const [string, shape] = [context.createOscillator(), context.createGain()];
    string.frequency.value = hz;
    shape.gain.setValueAtTime(SILENCE, from);
    shape.gain.exponentialRampToValueAtTime(loud, from + attackS);
    shape.gain.exponentialRampToValueAtTime(SILENCE, from + forS);
    string.connect(shape).connect(out);
    string.start(from);
    string.stop(from + forS);
  }
}
