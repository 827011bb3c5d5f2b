// Mixes by event stream, where no channel can be had. By fetch: an EventSource cannot show the link's secret.

import { Delays } from "../../core/delays";
import { EventParser } from "../../core/eventstream";
import { STREAM_SILENT_MS } from "../../core/generated";
import { type Mix, parseMix } from "../../core/mood/mix";
import type { RoomEndpoint } from "./endpoint";

/** Reads mixes until the stream ends, is silent, or `stop`. Raises Refused when the server says no. */
export async function watch(endpoint: RoomEndpoint, stop: AbortSignal, heard: (mix: Mix) => void): Promise<void> {
  const patience = new Patience(stop);
  try {
    const body = await endpoint.mixes(patience.signal);
    if (body !== null) await read(body, patience, heard);
  } finally {
    patience.end();
  }
}

/** Says when to give a stream up. The server may have done so long ago, and could not tell: no read fails then. */
class Patience {
  readonly signal: AbortSignal;
  readonly #silent = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(stop: AbortSignal) {
    this.signal = AbortSignal.any([stop, this.#silent.signal]);
    this.heard();
  }

  /** Something came, be it only a sign of life. */
  heard(): void {
    this.end();
    this.#timer = setTimeout(() => this.#silent.abort(), STREAM_SILENT_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

async function read(body: ReadableStream<Uint8Array>, patience: Patience, heard: (mix: Mix) => void): Promise<void> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const delays = new Delays();
  const reader = body.getReader();
  patience.signal.addEventListener("abort", () => reader.cancel().catch(() => undefined));
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    patience.heard();
    for (const { name, data, id } of parser.take(decoder.decode(value, { stream: true }))) {
      const mix = name === "mix" ? parseMix(parsed(data)) : null;
      if (mix !== null) heard({ ...mix, ageMs: mix.ageMs + delays.over(id, performance.now()) });
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
