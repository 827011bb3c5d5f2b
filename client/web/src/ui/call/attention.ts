// What draws a person's attention to a call: the title of the tab, a vibration, a notification if one was allowed before.

const FLASH_MS = 1000;
const VIBRATION = [220, 120, 220];
const VIBRATE_MS = 2800;

export class Attention {
  #flash: ReturnType<typeof setInterval> | undefined;
  #shake: ReturnType<typeof setInterval> | undefined;
  #note: Notification | undefined;

  /** `title` comes and goes in the tab with what stood there; where motion is unwanted it stays. */
  call(title: string): void {
    this.rest();
    const before = document.title;
    document.title = title;
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches)
      this.#flash = setInterval(() => {
        document.title = document.title === title ? before : title;
      }, FLASH_MS);
    this.#vibrate();
    this.#notify(title);
  }

  rest(): void {
    clearInterval(this.#flash);
    clearInterval(this.#shake);
    if (this.#shake !== undefined) navigator.vibrate?.(0);
    this.#shake = undefined;
    this.#note?.close();
    this.#note = undefined;
  }

  #vibrate(): void {
    if (!("vibrate" in navigator) || !navigator.userActivation?.hasBeenActive) return;
    navigator.vibrate(VIBRATION);
    this.#shake = setInterval(() => navigator.vibrate(VIBRATION), VIBRATE_MS);
  }

  #notify(title: string): void {
    if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
    try {
      this.#note = new Notification(title, { tag: "kuuki-call", requireInteraction: true });
      this.#note.onclick = () => window.focus();
    } catch {
      // Some browsers let only service workers notify; the sound and the title remain.
    }
  }
}
