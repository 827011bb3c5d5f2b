// Waiting, in a way that can be called off or cut short.

/** Resolves after that time, at `wake`, or at `stop`. */
export function wait(ms: number, stop: AbortSignal, wake: EventTarget): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      wake.removeEventListener("wake", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done);
    wake.addEventListener("wake", done);
    if (stop.aborted) done();
  });
}
