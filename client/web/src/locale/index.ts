// Which languages there are. Both are equals; neither is a translation of the other.

import { en, type Words } from "./en";
import { ja } from "./ja";

export type { Words };
export type Language = "en" | "ja";

export const LANGUAGES: readonly Language[] = ["ja", "en"];

const ALL: Readonly<Record<Language, Words>> = { en, ja };

export function wordsOf(language: Language): Words {
  return ALL[language];
}

/** The first of a browser's languages (BCP 47 tags, best first) that we speak; English if none. */
export function bestLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const primary = tag.toLowerCase().split("-")[0];
    const known = LANGUAGES.find((language) => language === primary);
    if (known) return known;
  }
  return "en";
}
