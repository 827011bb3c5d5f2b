import { afterEach, expect, test, vi } from "vitest";
import { type Mix, shownAt } from "../../src/core/mix";
import type { Door } from "../../src/io/door";
import { watch } from "../../src/io/watch";

afterEach(() => {
  vi.useRealTimers();
});

const EMPTY = { state: "few", people: {}, coverage: 0, term: 1, age_ms: 40 };

function event(seq: number, writtenMs: number): string {
  return `id: ${writtenMs}\nevent: mix\ndata: ${JSON.stringify({ ...EMPTY, seq })}\n\n`;
}

test("of what waited on its way nothing is shown as live that is older than two seconds", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const encoder = new TextEncoder();
  let say: (text: string) => void = () => undefined;
  let end: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      say = (text) => controller.enqueue(encoder.encode(text));
      end = () => controller.close();
    },
  });
  const heard: Mix[] = [];
  const watching = watch({ mixes: async () => body } as unknown as Door, new AbortController().signal, (mix) =>
    heard.push(mix),
  );
  say(event(1, 0));
  while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve));
  vi.advanceTimersByTime(5000); // the page slept; the socket did not
  say(event(2, 200) + event(3, 2000) + event(4, 4990));
  end();
  await watching;
  expect(heard.map((mix) => Math.round(mix.ageMs))).toEqual([40, 4840, 3040, 50]);
  expect(heard.map((mix) => shownAt(mix, 0).state)).toEqual(["few", "stale", "stale", "few"]);
});
