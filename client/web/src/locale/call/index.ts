// The words of the call's pages, fetched with them and not before. Both languages are equals.

import type { Language } from "..";
import { type CallWords, en } from "./en";
import { ja } from "./ja";

export type { CallWords };

const ALL: Readonly<Record<Language, CallWords>> = { en, ja };

export function callWordsOf(language: Language): CallWords {
  return ALL[language];
}
