// Codes: three words and a digit by which people call each other, the browser's half of kuuki/call/codes.py, which says why.
// Only the page for calls loads this: the words are some 3 kB.

import {
  CODE,
  CODE_WORDS,
  SLIPPED_CHARS,
  RESPELLED as SPACED_RESPELLED,
  SPOKEN as SPACED_SPOKEN,
  SYLLABLES as SPACED_SYLLABLES,
  WORDS as SPACED_WORDS,
  TYPED_CHARS,
} from "./generated-codes";

/** 256 words, [a-z]{3,8}, in alphabetical order; an octet names one. */
export const WORDS: readonly string[] = SPACED_WORDS.split(" ");

const RESPELLED = pairs(SPACED_RESPELLED);
const SPOKEN = new Map(pairs(SPACED_SPOKEN));
const SYLLABLES = new Map(pairs(SPACED_SYLLABLES));
const LATIN = new Map([
  ...[...SYLLABLES].map(([latin, kana]) => [kana, latin] as const),
  ["ぢ", "ji"] as const,
  ["づ", "zu"] as const,
  ["を", "o"] as const,
]);
const WRITTEN_DIGITS = new Map([...pairs("〇 0 零 0 一 1 二 2 三 3 四 4 五 5 六 6 七 7 八 8 九 9")]);

const HEPBURN: ReadonlyMap<string, string> = new Map(WORDS.map((word) => [word, word]));
const PLAIN: ReadonlyMap<string, string> = new Map(WORDS.map((word) => [plainly(word), word]));
const PLAIN_WORD = startingWith(PLAIN);
const SPELLINGS = [
  { spell: (latin: string) => latin, words: HEPBURN, word: startingWith(HEPBURN) },
  { spell: plainly, words: PLAIN, word: PLAIN_WORD },
];
const SHAPED = shaped();

const CANONICAL = new RegExp(`^${CODE}$`);
const KANA_SYLLABLE = new RegExp(anyOf(LATIN), "g");
const LATIN_SYLLABLE = new RegExp(anyOf(SYLLABLES), "g");
const LINK = /[#&]c=([0-9A-Za-z-]*)/;
const TYPED = /^([a-z ]+)([0-9]?)$/;

/** Whether this is a code in its canonical form, made of our words. */
export function isCode(text: string): boolean {
  return (
    CANONICAL.test(text) &&
    text
      .split("-")
      .slice(0, CODE_WORDS)
      .every((word) => HEPBURN.has(word))
  );
}

/** One of our words in hiragana. RangeError for any other. */
export function kanaOfWord(word: string): string {
  if (!HEPBURN.has(word)) throw new RangeError("not one of our words");
  return word.replace(LATIN_SYLLABLE, (latin) => SYLLABLES.get(latin)!);
}

/** さくら・たぬき・もみじ・7 for a canonical code. RangeError for anything else. */
export function kanaOf(code: string): string {
  if (!isCode(code)) throw new RangeError("not a code");
  const parts = code.split("-");
  return [...parts.slice(0, CODE_WORDS).map(kanaOfWord), parts[CODE_WORDS]].join("・");
}

/** The canonical code that was meant, or null. A word one slip away from exactly one of ours is taken for it. */
export function parseCode(typed: string): string | null {
  if (isTooLong(typed)) return null;
  const found = TYPED.exec(letters(LINK.exec(typed)?.[1] ?? typed).trim());
  if (found === null) return null;
  const written = found[1]!.trim().split(" ");
  const { fragments, digit } = found[2] ? { fragments: written, digit: found[2] } : spoken(written);
  const words = digit ? wordsOf(fragments) : null;
  return words && [...words, digit].join("-");
}

/**
 * The words that may become of the word being typed, in Latin letters or kana; at most `most`. Words before it may stand
 * with or without separators. Empty when no word is being typed.
 */
export function complete(typed: string, most = 6): string[] {
  if (isTooLong(typed)) return [];
  const fragments = letters(typed).split(" ");
  const last = fragments.pop()!;
  if (!/^[a-z]+$/.test(last)) return [];
  const before = fragments.filter((fragment) => fragment !== "").length;
  const found = SPELLINGS.flatMap(({ spell, words, word }) => {
    const { read, rest } = wholeWords(spell(last), word);
    if (before + read >= CODE_WORDS) return [];
    return [...words].filter(([spelled]) => spelled.startsWith(rest)).map(([, each]) => each);
  });
  return [...new Set(found)].sort().slice(0, most);
}

/** How many whole words stand before the last, and the last, be it whole or not. */
function wholeWords(start: string, word: RegExp): { read: number; rest: string } {
  let rest = start;
  for (let read = 0; ; read++) {
    const whole = word.exec(rest)?.[0];
    if (whole === undefined || whole.length === rest.length) return { read, rest };
    rest = rest.slice(whole.length);
  }
}

function isTooLong(typed: string): boolean {
  return typed.length > 2 * TYPED_CHARS || [...typed].length > TYPED_CHARS;
}

/** Lower-case Latin letters and digits; all else becomes single spaces. */
function letters(typed: string): string {
  return typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (katakana) => String.fromCharCode(katakana.charCodeAt(0) - 0x60))
    .replace(/[〇零一二三四五六七八九]/g, (digit) => WRITTEN_DIGITS.get(digit)!)
    .replace(KANA_SYLLABLE, (kana) => LATIN.get(kana)!)
    .replace(/[^a-z0-9]+/g, " ");
}

/** The same sounds in one spelling. */
function plainly(latin: string): string {
  return RESPELLED.reduce((text, [spelled, plain]) => text.replaceAll(spelled, plain), latin);
}

/** The words and the digit when the digit too is a word; "" when there is none. */
function spoken(fragments: readonly string[]): { fragments: readonly string[]; digit: string } {
  const digit = SPOKEN.get(fragments.at(-1)!);
  if (digit !== undefined) return { fragments: fragments.slice(0, -1), digit };
  const { words, rest } = read(fragments.join(""));
  return { fragments: words, digit: SPOKEN.get(rest) ?? "" };
}

function wordsOf(fragments: readonly string[]): readonly string[] | null {
  if (fragments.length !== CODE_WORDS) return apart(fragments.join(""));
  const nearest = fragments.map(near);
  return nearest.every((words) => words.size === 1) ? nearest.flatMap((words) => [...words]) : null;
}

/**
 * Three words that were typed in one, or with separators at the wrong places, with one slip in all at most: with more,
 * two words would often pass for three.
 */
function apart(text: string): readonly string[] | null {
  const { words, rest } = read(text);
  if (words.length === CODE_WORDS && rest === "") return words;
  const readings = new Set(slipped(text));
  return readings.size === 1 ? [...readings][0]!.split("-") : null;
}

/** All readings with exactly one slip. */
function* slipped(text: string): Generator<string> {
  for (let i = 2; i <= SLIPPED_CHARS; i++) {
    const first = near(text.slice(0, i));
    if (first.size === 0) continue;
    for (let j = i + 2; j <= i + SLIPPED_CHARS; j++) {
      const parts = [text.slice(0, i), text.slice(i, j), text.slice(j)] as const;
      if (parts.filter((part) => !PLAIN.has(plainly(part))).length !== 1) continue;
      for (const a of first) for (const b of near(parts[1])) for (const c of near(parts[2])) yield `${a}-${b}-${c}`;
    }
  }
}

/** Up to three words without a slip, and what follows. No word begins with another, so there is one reading. */
function read(text: string): { words: readonly string[]; rest: string } {
  const words: string[] = [];
  let rest = plainly(text);
  while (words.length < CODE_WORDS) {
    const found = PLAIN_WORD.exec(rest)?.[0];
    if (found === undefined) break;
    words.push(PLAIN.get(found)!);
    rest = rest.slice(found.length);
  }
  return { words, rest };
}

/** The word that is written so in some spelling, or else all that are one slip away. */
function near(fragment: string): ReadonlySet<string> {
  if (fragment.length > SLIPPED_CHARS) return new Set();
  const plain = plainly(fragment);
  const exact = PLAIN.get(plain);
  if (exact !== undefined) return new Set([exact]);
  const found = new Set<string>();
  for (const form of [fragment, plain])
    for (const shape of shapes(form))
      for (const [spelled, word] of SHAPED.get(shape) ?? []) if (isSlip(spelled, form)) found.add(word);
  return found;
}

/** The form itself, and without each of its letters. Forms one slip apart have a shape in common. */
function shapes(form: string): ReadonlySet<string> {
  return new Set([form, ...Array.from(form, (_, i) => form.slice(0, i) + form.slice(i + 1))]);
}

/** Whether one letter is wrong, missing or added, or two neighbours are swapped, or nothing is. */
function isSlip(one: string, other: string): boolean {
  let start = 0;
  while (start < Math.min(one.length, other.length) && one[start] === other[start]) start++;
  let [a, b] = [one.slice(start), other.slice(start)];
  while (a !== "" && b !== "" && a.at(-1) === b.at(-1)) [a, b] = [a.slice(0, -1), b.slice(0, -1)];
  return Math.max(a.length, b.length) <= 1 || (a.length === 2 && b === a[1]! + a[0]!);
}

function shaped(): ReadonlyMap<string, readonly (readonly [string, string])[]> {
  const found = new Map<string, (readonly [string, string])[]>();
  for (const words of [HEPBURN, PLAIN])
    for (const entry of words)
      for (const shape of shapes(entry[0])) found.set(shape, [...(found.get(shape) ?? []), entry]);
  return found;
}

function pairs(spaced: string): readonly (readonly [string, string])[] {
  return Array.from(spaced.matchAll(/(\S+) (\S+)/g), ([, key, value]) => [key!, value!] as const);
}

function anyOf(parts: ReadonlyMap<string, string>): string {
  return [...parts.keys()].sort((a, b) => b.length - a.length).join("|");
}

function startingWith(parts: ReadonlyMap<string, string>): RegExp {
  return new RegExp(`^(?:${anyOf(parts)})`);
}
