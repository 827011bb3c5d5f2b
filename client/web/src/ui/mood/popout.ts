// A small window of ours that stays visible while the person looks at something else.
// Document Picture-in-Picture where the browser has it, else a popup, else there is none.

import type { Session } from "../../core/mood/session";
import type { Language } from "../../locale";
import { wordsOf } from "../../locale";
import tokens from "../../styles/tokens.css?inline";
import { applyStyles } from "../stylesheets";
import { listenForKeys } from "./keys";
import type { KuukiMini } from "./mini";

interface PictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const SIZE = { width: 340, height: 440 };

const PAGE = `
  html, body { margin: 0; background: var(--ink); color: var(--text); font-family: var(--font); line-height: 1.5; }
`;

export interface PopOut {
  readonly window: Window;
  close(): void;
  speak(language: Language): void;
}

/** Whether a window can be tried: phones have neither kind that would stay visible. */
export function canPopOut(here: Window): boolean {
  return "documentPictureInPicture" in here || here.matchMedia("(hover: hover) and (pointer: fine)").matches;
}

/** Must be called from a press. null: the browser gave no window. `closed` is called once, however it closes. */
export async function popOut(
  session: Session,
  language: Language,
  closed: () => void,
  keys: () => boolean,
): Promise<PopOut | null> {
  const small = await openWindow();
  if (!small) return null;
  furnish(small.document, language);
  const mini = document.createElement("kuuki-mini") as KuukiMini;
  mini.session = session;
  mini.language = language;
  small.document.body.append(mini);
  session.keepSensingIn(small);
  const deaf = listenForKeys(small, () => session, keys);
  let over = false;
  const gone = (): void => {
    if (over) return;
    over = true;
    deaf();
    mini.remove();
    session.keepSensingIn(null);
    window.removeEventListener("pagehide", close);
    closed();
  };
  const close = (): void => {
    gone();
    small.close();
  };
  small.addEventListener("pagehide", gone, { once: true });
  window.addEventListener("pagehide", close);
  return {
    window: small,
    close,
    speak: (next) => {
      mini.language = next;
      small.document.documentElement.lang = next;
    },
  };
}

async function openWindow(): Promise<Window | null> {
  const pip = (window as unknown as { documentPictureInPicture?: PictureInPicture }).documentPictureInPicture;
  try {
    if (pip) return await pip.requestWindow(SIZE);
  } catch {
    // Refused here (an embedded page, a policy): a popup may still be possible.
  }
  return window.open("", "kuuki-small", `popup,width=${SIZE.width},height=${SIZE.height}`);
}

function furnish(owner: Document, language: Language): void {
  owner.documentElement.lang = language;
  owner.title = `kuuki · ${wordsOf(language).audience.heading}`;
  owner.body.replaceChildren();
  applyStyles(owner, [tokens, PAGE]);
}
