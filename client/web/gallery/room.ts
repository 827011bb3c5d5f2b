// The home page and the pages of a room, each in a state by its name.

import { parseCode } from "../src/core/call/codes";
import { leadOf } from "../src/core/leads";
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

/** States of the home page: as it opens; what was typed leads nowhere, or to another server; the form, and all of it; a
 * room that was made; a room that was refused. */
export const HOME_STATES = ["start", "nowhere", "elsewhere", "form", "more", "ready", "refused", "refused-group"];

const REFUSALS: Readonly<Record<string, { error: string; message: string }>> = {
  refused: { error: "rate", message: "Too many rooms were started from here. Try again in a minute." },
  "refused-group": { error: "min_group", message: "" },
};
const GIVEN: Readonly<Record<string, string>> = {
  nowhere: "the comedy night",
  elsewhere: "https://another.example/r/sunny-otter-42#k=Zk3vQ",
};

export function homePage(language: Language, state: string): KuukiHome {
  const page = document.createElement("kuuki-home") as KuukiHome;
  const refusal = REFUSALS[state];
  page.language = language;
  page.organizes = !["start", ...Object.keys(GIVEN)].includes(state);
  page.createRoom = () => (refusal ? Promise.reject(refusal) : Promise.resolve(ROOM));
  page.goTo = async (given) => leadOf(given, "kuuki.example", parseCode);
  if (state === "more") press(page, "kuuki-start", ".more summary");
  else if (GIVEN[state] !== undefined) type(page, GIVEN[state]);
  else if (page.organizes && state !== "form") press(page, "kuuki-start", ".primary");
  return page;
}

/** Types into the field for invitations, and goes. */
function type(page: KuukiHome, given: string): void {
  const field = page.shadowRoot?.querySelector("kuuki-invited")?.shadowRoot?.querySelector("input");
  if (!field) {
    requestAnimationFrame(() => page.isConnected && type(page, given));
    return;
  }
  field.value = given;
  field.form?.requestSubmit();
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
  if (state === "history-read") press(page, "kuuki-history", "kuuki-biggest", "li:nth-child(2) button");
  if (state === "history-waves") press(page, "kuuki-history", "kuuki-biggest", "button");
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
