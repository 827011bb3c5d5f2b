// Keeps the screen on during a call, on a stage, while one shares. The browser lets go whenever the page is hidden, so it is
// asked again.

export class Awake {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;

  be(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) this.#begin();
    else this.rest();
  }

  #begin(): void {
    document.addEventListener("visibilitychange", this.#ask);
    this.#ask();
  }

  rest(): void {
    this.#wanted = false;
    document.removeEventListener("visibilitychange", this.#ask);
    this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  readonly #ask = async (): Promise<void> => {
    if (document.hidden || !("wakeLock" in navigator)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.#wanted) this.#lock = lock;
      else await lock.release();
    } catch {
      // A low battery, or a policy: the screen then goes off as it always does.
    }
  };
}
