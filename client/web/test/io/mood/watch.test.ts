import { afterEach, describe, expect, test, vi } from "vitest";
import { STREAM_SILENT_MS } from "../../../src/core/generated";
import { type Mix, shownAt } from "../../../src/core/mood/mix";
import type { RoomEndpoint } from "../../../src/io/mood/endpoint";
import { watch } from "../../../src/io/mood/watch";

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
  const watching = watch({ mixes: async () => body } as unknown as RoomEndpoint, new AbortController().signal, (mix) =>
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

describe("a stream that nobody serves any more", () => {
  const encoder = new TextEncoder();

  function start(mixes: (stop: AbortSignal) => Promise<ReadableStream<Uint8Array>>) {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const here = { heard: 0, isOver: false, stop: new AbortController() };
    const over = (): void => {
      here.isOver = true;
    };
    watch({ mixes } as unknown as RoomEndpoint, here.stop.signal, () => {
      here.heard += 1;
    }).then(over, over);
    return here;
  }

  function body() {
    let say: (text: string) => void = () => undefined;
    const cancel = vi.fn();
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        say = (text) => controller.enqueue(encoder.encode(text));
      },
      cancel,
    });
    return { stream, say: (text: string) => say(text), cancel };
  }

  test("is given up when a sign of life is overdue, and not sooner", async () => {
    const { stream, say, cancel } = body();
    const here = start(async () => stream);
    say(event(1, 0));
    for (let sign = 0; sign < 3; sign += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      say(": still here\n\n");
    }
    await vi.advanceTimersByTimeAsync(STREAM_SILENT_MS - 1);
    expect(here).toMatchObject({ heard: 1, isOver: false });
    await vi.advanceTimersByTimeAsync(1);
    expect(here.isOver).toBe(true);
    expect(cancel).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is given up too if it never began", async () => {
    const here = start(
      (stop) => new Promise((_, reject) => stop.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    await vi.advanceTimersByTimeAsync(STREAM_SILENT_MS - 1);
    expect(here.isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(here.isOver).toBe(true);
  });

  test("ends when it is told to, and leaves no timer", async () => {
    const { stream, cancel } = body();
    const here = start(async () => stream);
    await vi.advanceTimersByTimeAsync(1000);
    here.stop.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(here.isOver).toBe(true);
    expect(cancel).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
