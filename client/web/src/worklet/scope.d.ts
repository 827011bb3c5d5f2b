// What an audio thread has (Web Audio API, AudioWorkletGlobalScope), as far as it is used; TypeScript has no library for it.

interface WorkletPort {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
}

declare abstract class AudioWorkletProcessor {
  readonly port: WorkletPort;
  constructor(options?: { readonly processorOptions?: unknown });
  abstract process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
}

declare function registerProcessor(
  name: string,
  processor: new (options: { readonly processorOptions: unknown }) => AudioWorkletProcessor,
): void;

/** Frames a second of the context. */
declare const sampleRate: number;
