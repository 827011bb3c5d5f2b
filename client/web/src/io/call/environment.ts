// What the browser says of what is around the page: whether it is seen, and that the network has changed.

export interface EnvironmentEvents {
  /** The page is seen now, or not any more. */
  seen(isSeen: boolean): void;
  networkChanged(): void;
}

/** One change of network is told in several events; a network that is gone is no way. */
const SETTLE_MS = 150;

export function watchEnvironment(events: EnvironmentEvents): void {
  let settling: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => navigator.onLine === false || events.networkChanged(), SETTLE_MS);
  };
  const seen = (): void => events.seen(!document.hidden);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("online", changed);
  const { connection } = navigator as { connection?: EventTarget };
  connection?.addEventListener?.("change", changed);
  seen();
}
