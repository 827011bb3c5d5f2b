// The home page and the pages of a room, each in a state by its name.

import type { Language } from "../src/locale";
import type { KuukiAudience, KuukiHome, KuukiStage } from "../src/ui/mood";
import { HISTORIES, MadeUpHistory } from "./history";
import { MadeUpSession } from "./room-session";
import { AUDIENCE_STATES, bare, FACTS, ROOM_STATES, SHARING, type States, sensing } from "./room-states";

const ROOM = {
  room: "sunny-otter-42",
  links: {
    audience: "https://kuuki.example/r/sunny-otter-42#k=Zk3vQ",
    stage: "https://kuuki.example/r/sunny-otter-42/stage#k=9xTbA",
  },
};

/** The stage with its history open. */
const HISTORY_STATES: States = Object.fromEntries(Object.keys(HISTORIES).map((state) => [`history-${state}`, {}]));

/** Every page of a room, with its states. */
export const ROOM_PAGES: Readonly<Record<string, States>> = {
  audience: {
    ...AUDIENCE_STATES,
    explain: {},
    "explain-unrecorded": { facts: { ...FACTS, recorded: false } },
    sent: SHARING,
  },
  stage: { ...ROOM_STATES, moving: {}, delayed: {}, idle: {}, marking: {}, "marking-failed": {}, ...HISTORY_STATES },
  mini: {
    laughing: ROOM_STATES["laughing"] ?? {},
    live: {},
    sharing: SHARING,
    paused: sensing("paused"),
    few: { mix: bare("few") },
  },
};

/** States of the home page: the form, a room that was made, a room that was refused. */
export const HOME_STATES = ["start", "ready", "refused", "refused-group"];

const REFUSALS: Readonly<Record<string, { error: string; message: string }>> = {
  refused: { error: "rate", message: "Too many rooms were started from here. Try again in a minute." },
  "refused-group": { error: "min_group", message: "" },
};

export function homePage(language: Language, state: string): KuukiHome {
  const page = document.createElement("kuuki-home") as KuukiHome;
  page.language = language;
  const refusal = REFUSALS[state];
  page.createRoom = () => (refusal ? Promise.reject(refusal) : Promise.resolve(ROOM));
  page.joinRoom = () => Promise.reject({ error: "room_unknown", message: "" });
  if (state !== "start")
    page.updateComplete.then(() =>
      page.shadowRoot?.querySelector("kuuki-start")?.shadowRoot?.querySelector("form")?.requestSubmit(),
    );
  return page;
}

export function roomPage(name: string, language: Language, state: string): HTMLElement {
  const page = document.createElement(`kuuki-${name}`) as KuukiAudience | KuukiStage;
  const session = new MadeUpSession(
    { ...ROOM_PAGES[name]?.[state], role: name === "stage" ? "stage" : "audience" },
    state === "moving" || state.startsWith("history"),
  );
  page.session = session;
  page.language = language;
  Object.assign(window, { session });
  if (state === "stalled") requestAnimationFrame(() => session.stall());
  if (name === "stage") onStage(page as KuukiStage, language, state);
  if (state.startsWith("explain")) press(page, "kuuki-sensing", "kuuki-consent", ".primary");
  if (state === "sent") press(page, "kuuki-sent", "button");
  return page;
}

function onStage(page: KuukiStage, language: Language, state: string): void {
  page.audienceLink = ROOM.links.audience;
  if (state === "delayed") page.delayS = 12;
  page.history = new MadeUpHistory(state.replace("history-", ""), language);
  if (state.startsWith("history")) press(page, ".history");
  if (state.startsWith("marking")) press(page, ".mark");
  if (state === "idle")
    page.updateComplete.then(() => {
      page.idle = true;
    });
  if (state === "marking-failed") press(page, "kuuki-set-mark", "form .primary");
  if (state === "history-recent") press(page, "kuuki-history", ".spans button");
  if (state === "history-marks") press(page, "kuuki-history", "summary");
  if (state.startsWith("history-erase")) press(page, "kuuki-history", "kuuki-record", ".erase");
  if (state.startsWith("history-erase") && state !== "history-erase")
    press(page, "kuuki-history", "kuuki-record", ".end");
}

/** Presses a button some shadow roots deep, as soon as it is there. */
function press(root: Element, ...path: string[]): void {
  let at: Element | null | undefined = root;
  for (const step of path) at = at?.shadowRoot?.querySelector(step);
  if (at) (at as HTMLButtonElement).click();
  else requestAnimationFrame(() => root.isConnected && press(root, ...path));
}
