// A code, or the words of a check, as people read them: each word in Latin letters and in kana, one above the other.

import { html, type TemplateResult } from "lit";
import { kanaOfWord, WORDS } from "../../core/call/codes";
import type { Language } from "../../locale";

const DIGIT = /^\d$/;

/** In Japanese the kana come first, in English the Latin form; both are always there. */
export function codeWord(word: string, language: Language): TemplateResult {
  if (DIGIT.test(word)) return html`<span class="word"><b>${word}</b></span>`;
  // A server with other words than ours: Latin letters alone.
  if (!WORDS.includes(word)) return html`<span class="word"><b>${word}</b></span>`;
  const [first, second] = language === "ja" ? [kanaOfWord(word), word] : [word, kanaOfWord(word)];
  const [firstTag, secondTag] = language === "ja" ? ["ja", "en"] : ["en", "ja"];
  return html`<span class="word"><b lang=${firstTag}>${first}</b><small lang=${secondTag}>${second}</small></span>`;
}

/** `code` in its Latin form. Styles are the element's own: `.word`, `b`, `small`. */
export function codeWords(code: string, language: Language): TemplateResult {
  const words = code.split("-").map((word) => html`${codeWord(word, language)} `);
  // The digit stays with the word before it.
  return html`<span class="words">${words.slice(0, -2)}<span class="words">${words.slice(-2)}</span></span>`;
}
