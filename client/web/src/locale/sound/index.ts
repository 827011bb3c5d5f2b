// The words of the room's sound, fetched with it and not before. Both languages are equals.

import type { Language } from "..";
import { en, type SoundWords } from "./en";
import { ja } from "./ja";

export type { SoundWords };

const ALL: Readonly<Record<Language, SoundWords>> = { en, ja };

export function soundWordsOf(language: Language): SoundWords {
  return ALL[language];
}
