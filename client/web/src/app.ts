// Joins what happens (io) to what is seen (ui): one page for each address.

import { keyIn, type Page, pageOf, placeOf } from "./core/links";
import { Door } from "./io/door";
import { Refused } from "./io/http";
import { audienceLinkOf, makeRoom } from "./io/rooms";
import { Visit } from "./io/session";
import { bestLanguage, LANGUAGES, type Language } from "./locale";
import type { KuukiAudience, KuukiHome, KuukiStage } from "./ui";
import "./ui";

const LANGUAGE = "kuuki.language";

function chosenLanguage(): Language | null {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(LANGUAGE)) ?? null;
  } catch {
    return null;
  }
}

/** What the person chose is kept; what was only guessed is not. */
function speak(element: { language: Language }): void {
  const set = (language: Language): void => {
    element.language = language;
  };
  const choose = (language: Language): void => {
    set(language);
    try {
      localStorage.setItem(LANGUAGE, language);
    } catch {
      // Then it holds for this page only.
    }
  };
  set(chosenLanguage() ?? bestLanguage(navigator.languages));
  (element as { setLanguage?: (language: Language) => void }).setLanguage = choose;
}

function home(): HTMLElement {
  const element = document.createElement("kuuki-home") as KuukiHome;
  speak(element);
  element.createRoom = (wish) => makeRoom(wish, keyIn(location.hash));
  element.joinRoom = (idOrLink) => {
    const place = placeOf(idOrLink);
    if (place === null) throw new Refused(0, "room_unknown", "", 0);
    location.assign(place);
  };
  return element;
}

function room({ kind, room }: Exclude<Page, { kind: "home" }>): HTMLElement {
  const element = document.createElement(`kuuki-${kind}`) as KuukiAudience | KuukiStage;
  const visit = new Visit(new Door(room, kind, keyIn(location.hash)));
  speak(element);
  element.session = visit;
  if (kind === "stage") (element as KuukiStage).audienceLink = audienceLinkOf(room);
  if (chosenLanguage() === null) followRoom(element, visit);
  void visit.run();
  return element;
}

/** Someone who chose no language, and whose browser speaks none of ours, hears the room's. */
function followRoom(element: KuukiAudience | KuukiStage, visit: Visit): void {
  const spoken = navigator.languages.some((tag) =>
    LANGUAGES.some((language) => tag.toLowerCase().startsWith(language)),
  );
  if (spoken) return;
  const stop = visit.subscribe(({ facts }) => {
    if (facts === null) return;
    stop();
    element.language = facts.language;
  });
}

const page = pageOf(location.pathname);
document.body.append(page.kind === "home" ? home() : room(page));
// A page that comes back from the back-forward cache has said goodbye: it begins anew.
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
window.addEventListener("hashchange", () => location.reload());
