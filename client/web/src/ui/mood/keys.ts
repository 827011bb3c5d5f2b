// Single-key shortcuts: P pauses and resumes, 1 to 4 tap; on the stage H and M. They can be switched off (WCAG 2.1.4).

import { TAPS } from "../../core/mood/generated";
import type { Session } from "../../core/mood/session";

const KEPT_AS = "kuuki.keys";

export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(KEPT_AS) !== "off";
  } catch {
    return true;
  }
}

export function switchKeys(on: boolean): void {
  try {
    localStorage.setItem(KEPT_AS, on ? "on" : "off");
  } catch {
    // Storage may be forbidden; the switch then lasts as long as the page.
  }
}

const TYPED_IN = new Set(["INPUT", "SELECT", "TEXTAREA"]);

/** Whether this key press means the page and not a field or a shortcut of the browser's. */
function isForUs(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.composedPath()[0] as Partial<HTMLElement> | undefined;
  return !TYPED_IN.has(target?.tagName ?? "") && !target?.isContentEditable;
}

/** Acts on keys by their letter (in lower case) in a window until the returned function is called. */
export function listenForLetters(
  where: Window,
  acts: Readonly<Record<string, () => void>>,
  areOn: () => boolean,
): () => void {
  const pressed = (event: KeyboardEvent): void => {
    const act = acts[event.key.toLowerCase()];
    if (act === undefined || !areOn() || !isForUs(event)) return;
    event.preventDefault(); // the letter must not land in a field that opens by it
    act();
  };
  where.addEventListener("keydown", pressed);
  return () => where.removeEventListener("keydown", pressed);
}

/** Pauses what goes on, resumes what was paused; nothing otherwise. */
export function turnPause(session: Session): void {
  const { sensing } = session.snapshot;
  if (sensing === "on") session.pause();
  else if (sensing === "paused") session.resume();
}

/** Listens in a window until the returned function is called. `areOn` is asked at every key. */
export function listenForKeys(where: Window, session: () => Session, areOn: () => boolean): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (!areOn() || !isForUs(event)) return;
    const kind = TAPS[Number(event.key) - 1];
    if (event.key === "p" || event.key === "P") turnPause(session());
    else if (kind && session().snapshot.link === "open") session().tap(kind);
  };
  where.addEventListener("keydown", pressed);
  return () => where.removeEventListener("keydown", pressed);
}
