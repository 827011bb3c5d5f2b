// English. Its shape is the type that every other language must satisfy.

import type { Playing } from "../../core/sound/player";

const states: Record<Playing, string> = {
  off: "It is off.",
  starting: "A moment…",
  on: "You hear the room.",
  insecure: "Browsers let only pages of https make sound of their own. Open this page by its https address.",
  failed: "This browser could not make the sound. Reload the page, or try another browser.",
};

export const en = {
  title: "How a room sounds – kuuki",
  headline: "How a room sounds",
  intro:
    "Laughter, applause and murmur of a room, made by your browser as they are played. There are no recordings, and nobody is listened to: only numbers of the mix are heard.",
  switch: { on: "Turn the sound on", off: "Turn the sound off", volume: "Volume", states },
  room: "The room",
  people: "People",
  level: "How much they smile",
  laughing: "How many laugh",
  tapped: "Tapped",
  clapping: "Applause",
  wowing: "Wow",
  nobody: "nobody",
  oneOf: (count: number) => (count === 1 ? "1 person" : `${count.toLocaleString("en")} people`),
  percent: (percent: number) => `${percent} %`,
  about:
    "Up to 32 laughers and 64 clappers have voices and hands of their own: a pitch, a tempo, a place, a moment to begin. Beyond, they become a crowd.",
};

export type SoundWords = typeof en;
