// What is being typed into a code's field, and how much of it a completed word replaces. Pure.

import { complete, kanaOfWord, WORDS } from "../../core/call/codes";

const KANA = /[ぁ-ヿ]$/;
/** What comes after the last separator. The long-vowel sign is one unless kana end there. */
const LAST = /[^\s・、,.\-‐ー_/]*$/u;
const LAST_KANA = /[^\s・、,.\-_/]*$/u;

export function isKana(text: string): boolean {
  return KANA.test(text);
}

/** The piece that is being typed: words may stand in it without anything between. */
export function fragmentOf(typed: string): string {
  return (isKana(typed) ? LAST_KANA : LAST).exec(typed)?.[0] ?? "";
}

/** The end of a fragment that began this word. */
export function begunOf(fragment: string, word: string): string {
  const ends = Array.from(fragment, (_, index) => fragment.slice(index));
  const spelled = [word, kanaOfWord(word)];
  const plain = ends.find((end) => spelled.some((one) => one.startsWith(end.toLowerCase())));
  // Otherwise it is spelled in another way, or in katakana.
  return plain ?? ends.findLast((end) => complete(end, WORDS.length).includes(word)) ?? fragment;
}
