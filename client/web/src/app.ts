// Joins what happens (io) to what is seen (ui): one page for each address.

import { type Lead, leadOf } from "./core/leads";
import { codeIn, delayIn, keyIn, type Page, pageOf } from "./core/links";
import { RoomEndpoint } from "./io/mood/endpoint";
import { audienceLinkOf, makeRoom } from "./io/mood/rooms";
import { Visit } from "./io/mood/visit";
import { bestLanguage, LANGUAGES, type Language } from "./locale";
import type { KuukiCall } from "./ui/call";
import type { KuukiAudience, KuukiHome, KuukiStage } from "./ui/mood";
import "./ui/mood";
import type { KuukiSound } from "./ui/sound";

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
  element.organizes = keyIn(location.hash) !== null;
  element.goTo = goTo;
  return element;
}

/** The words of codes come when they are needed; without a network the rest goes on. */
async function goTo(given: string): Promise<Lead | null> {
  const { parseCode } = await import("./core/call/codes").catch(() => ({ parseCode: () => null }));
  const lead = leadOf(given, location.host, parseCode);
  if (lead?.kind === "here") location.assign(lead.place);
  return lead;
}

function room({ kind, room }: Extract<Page, { kind: "audience" | "stage" }>): HTMLElement {
  const element = document.createElement(`kuuki-${kind}`) as KuukiAudience | KuukiStage;
  const visit = new Visit(new RoomEndpoint(room, kind, keyIn(location.hash)));
  speak(element);
  element.session = visit;
  if (chosenLanguage() === null) followRoom(element, visit);
  const left = visit.run();
  void hear(element, visit, left);
  if (kind === "stage") {
    (element as KuukiStage).audienceLink = audienceLinkOf(room);
    (element as KuukiStage).delayS = delayIn(location.search, location.hash);
    void remember(element as KuukiStage, room, left);
  }
  return element;
}

/** The room is seen first; what makes it heard is loaded after that, and makes no sound before somebody wants it. */
async function hear(element: KuukiAudience | KuukiStage, visit: Visit, left: Promise<void>): Promise<void> {
  const [{ RoomListening }] = await Promise.all([import("./io/mood/listening"), import("./ui/sound")]);
  const sound = new RoomListening(visit);
  element.sound = sound;
  void left.finally(() => sound.close());
}

/** The stage shows the live mix first; the record is fetched after that, until the visit is over. */
async function remember(element: KuukiStage, room: string, left: Promise<void>): Promise<void> {
  const { RoomHistory } = await import("./io/mood/history");
  const history = new RoomHistory(room, keyIn(location.hash));
  element.history = history;
  void left.then(() => history.stop());
  await history.run();
}

/** The code for calls is loaded by pages of calls alone. */
async function call({ room }: Extract<Page, { kind: "call" }>): Promise<HTMLElement> {
  const [{ CallVisit }] = await Promise.all([import("./io/call"), import("./ui/call")]);
  const element = document.createElement("kuuki-call") as KuukiCall;
  const session = new CallVisit(() => element.language);
  speak(element);
  element.session = session;
  element.invited = codeIn(location.hash);
  if (room === null) element.leaveTo = "/";
  else {
    const key = keyIn(location.hash);
    const visit = new Visit(new RoomEndpoint(room, "audience", key), session.eye);
    element.room = visit;
    element.leaveTo = `/r/${room}${key === null ? "" : `#k=${key}`}`;
    void visit.run();
  }
  session.run();
  return element;
}

/** Try how a room sounds. Loaded by this page alone. */
async function sound(): Promise<HTMLElement> {
  const [{ RoomSound }] = await Promise.all([import("./io/sound"), import("./ui/sound")]);
  const element = document.createElement("kuuki-sound") as KuukiSound;
  speak(element);
  element.player = new RoomSound();
  return element;
}

function pageAt(page: Page): HTMLElement | Promise<HTMLElement> {
  if (page.kind === "home") return home();
  if (page.kind === "sound") return sound();
  return page.kind === "call" ? call(page) : room(page);
}

/** A person who chose no language, and whose browser asks for none of ours, gets the language of the room. */
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

document.body.append(await pageAt(pageOf(location.pathname)));
// A page that comes back from the back-forward cache has said goodbye: it begins anew.
window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
window.addEventListener("hashchange", () => location.reload());
