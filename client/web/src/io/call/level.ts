// How loud the own microphone is: 0..1, ten times a second, only while the page is seen.

const STEP_MS = 100;
const SAMPLES = 1024;
/** Speech close to a microphone; it fills the meter. */
const LOUD = 0.25;

export class Level {
  readonly #tell: (level: number) => void;
  #context: AudioContext | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(tell: (level: number) => void) {
    this.#tell = tell;
  }

  /** Listens to this track from now on; null: to none. */
  listen(track: MediaStreamTrack | null): void {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = null;
    if (track === null) {
      void this.#context?.close().catch(() => undefined);
      this.#context = null;
      this.#tell(0);
      return;
    }
    this.#context ??= new AudioContext();
    void this.#context.resume().catch(() => undefined); // without a gesture the meter stays still
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = SAMPLES;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(analyser);
    const samples = new Float32Array(SAMPLES);
    this.#timer = setInterval(() => {
      if (document.hidden) return;
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES;
      this.#tell(Math.min(1, Math.sqrt(Math.sqrt(power) / LOUD)));
    }, STEP_MS);
  }
}
