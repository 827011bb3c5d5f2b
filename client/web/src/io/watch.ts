// Mixes by event stream, where no channel can be had. By fetch: an EventSource cannot show the link's secret.

import { Delays } from "../core/delays";
import { EventParser } from "../core/events";
import { type Mix, parseMix } from "../core/mix";
import type { Door } from "./door";

/** Reads mixes until the stream ends or `stop`. Raises Refused when the server says no. */
export async function watch(door: Door, stop: AbortSignal, heard: (mix: Mix) => void): Promise<void> {
  const body = await door.mixes(stop);
  if (body === null) return;
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const delays = new Delays();
  const reader = body.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
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
