// The elements of the room's sound, for whoever plays it:
//
// <kuuki-sound-switch>: language, session (a Player of core/sound/player.ts). On or off, and the volume; may stand in
//   any page. Whoever holds it tells the player the room's air.
// <kuuki-sound>: the page; language, setLanguage(language), player.

import { KuukiLanguages } from "../languages";
import { KuukiMark } from "../mark";
import { KuukiSound } from "./page";
import { KuukiSoundSwitch } from "./switch";

export type { KuukiSound };

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "kuuki-languages": KuukiLanguages,
  "kuuki-mark": KuukiMark,
  "kuuki-sound": KuukiSound,
  "kuuki-sound-switch": KuukiSoundSwitch,
};

for (const [name, element] of Object.entries(ELEMENTS))
  if (!customElements.get(name)) customElements.define(name, element);
