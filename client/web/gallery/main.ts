// Every page in every state, with sessions that are made up. For looking, and for tests; not part of the production build.
// gallery/index.html?page=audience&state=live&language=ja ; without `page` it lists what there is.

import "../src/ui/mood";
import type { Language } from "../src/locale";
import type { KuukiHome } from "../src/ui/mood";
import { holdBeat } from "./beat";
import { BESIDE_STATES, besidePage } from "./beside";
import { callPage } from "./call";
import { callStates } from "./call-states";
import { HOME_STATES, homePage, ROOM_PAGES, roomPage } from "./room";
import { MadeUpSession } from "./room-session";
import { SOUND_STATES, soundPage } from "./sound";

/** The names of the states of every page, in the order of the list. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  home: HOME_STATES,
  ...Object.fromEntries(Object.entries(ROOM_PAGES).map(([page, states]) => [page, Object.keys(states)])),
  beside: BESIDE_STATES,
  call: Object.keys(callStates()),
  sound: SOUND_STATES,
};

function inCall(language: Language, state: string): HTMLElement {
  const page = callPage(state, () => new MadeUpSession({}, true));
  page.language = language;
  return page;
}

function heard(language: Language, state: string): HTMLElement {
  const page = soundPage(state);
  page.language = language;
  return page;
}

function list(): HTMLElement {
  const all = document.createElement("main");
  for (const [page, states] of Object.entries(PAGES)) {
    const heading = document.createElement("h2");
    heading.textContent = page;
    all.append(heading);
    for (const state of states)
      for (const language of ["en", "ja"]) {
        const link = document.createElement("a");
        link.href = `?page=${page}&state=${state}&language=${language}`;
        link.textContent = `${state} ${language} `;
        all.append(link);
      }
  }
  return all;
}

/** One page in one state, in place of whatever is shown. */
function show(name: string, state: string, language: Language): void {
  const made = {
    home: () => homePage(language, state),
    beside: () => besidePage(language, state),
    call: () => inCall(language, state),
    sound: () => heard(language, state),
  };
  const page = (made[name as keyof typeof made] ?? (() => roomPage(name, language, state)))() as KuukiHome;
  page.setLanguage = (next) => {
    page.language = next;
  };
  document.documentElement.lang = "en"; // pages say theirs; a small window's page leaves that to the window
  document.body.replaceChildren(page);
}

Object.assign(window, {
  galleryStates: PAGES,
  galleryShow: show,
  galleryHold: holdBeat,
});

const asked = new URLSearchParams(location.search);
const name = asked.get("page");
if (name === null) document.body.append(list());
else show(name, asked.get("state") ?? "live", asked.get("language") === "ja" ? "ja" : "en");
