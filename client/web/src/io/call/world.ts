// What the browser says of the world outside the page: whether it is seen, and that the network has changed.

export interface WorldEvents {
  /** The page is seen now, or not any more. */
  seen(isSeen: boolean): void;
  networkChanged(): void;
}

export function watchWorld(events: WorldEvents): void {
  const seen = (): void => events.seen(!document.hidden);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", () => events.networkChanged());
  const { connection } = navigator as { connection?: EventTarget };
  connection?.addEventListener?.("change", () => events.networkChanged());
  seen();
}
