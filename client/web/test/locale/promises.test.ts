// What the pages promise. A sentence here is one that somebody agrees to; it says no more than the code keeps.

import { expect, test } from "vitest";
import { LANGUAGES, wordsOf } from "../../src/locale";
import { callWordsOf } from "../../src/locale/call";
import { soundWordsOf } from "../../src/locale/sound";
import { said } from "./said";

/** Untrue while a mix of few people can be told apart (docs/mix.md), beats go on in a pause, and a relay is a server. */
const UNTRUE: Readonly<Record<string, readonly RegExp[]>> = {
  en: [
    /never (of )?a (single )?person/i,
    /singled? out/i,
    /nothing (of you )?(is|was) (kept|sent)/i,
    /never through a server/i,
    /nobody stands between/i,
    /does not do it anywhere/i,
    /anonymous/i,
    /(nobody|no one) can (learn|tell|guess|know|find|see)/i,
    /cannot be (guessed|told|learned)/i,
    /impossible to/i,
  ],
  ja: [
    /特定され/,
    /1人だけが映ることは/,
    /何も(残|映)/,
    /(止中|ないので)[^。]*。?何も送/,
    /あなたの記録は残/,
    /あいだには?誰もい/,
    /サーバーは通りません/,
    /どこの国でも/,
    /匿名/,
    /誰にも(わか|知ら|推測)/,
    /(推測|特定)(は)?でき(ません|ない)/,
  ],
};

test.each(LANGUAGES)("no page in %s promises what is not so", (language) => {
  const sentences = [wordsOf, callWordsOf, soundWordsOf].flatMap((words) => said(words(language)));
  expect(sentences.length).toBeGreaterThan(300);
  const untrue = UNTRUE[language] ?? [];
  expect(untrue.length).toBeGreaterThan(0);
  expect(sentences.filter((sentence) => untrue.some((pattern) => pattern.test(sentence)))).toEqual([]);
});

test.each([
  ["en", /each one stands out.*comes or goes is hidden under noise/, /many devices/, /write it down/, /not kept/],
  ["ja", /1人の表情が目立ちます.*出入りは.*ぶれに紛れます/, /たくさんの端末.*推測される/, /書き留め/, /残りません/],
] as const)(
  "who agrees in %s is told what a mix can give away, and that others may keep it",
  (language, guessed, many, written, kept) => {
    const { points } = wordsOf(language).consent;
    const recorded = points(5, false, "24 h").flat().join(" ");
    expect(recorded).toMatch(guessed);
    expect(recorded).toMatch(many);
    expect(recorded).toMatch(kept);
    expect(points(5, false, null).flat().join(" ")).toMatch(written);
  },
);

test.each([
  ["en", /stops counting at once/, /a little, more because of noise/],
  ["ja", /すぐに数えられなくなります/, /少し動きますが、ほとんどは.*ぶれ/],
] as const)("who agrees in %s is told what pausing does to the mix, whatever the room", (language, out, moves) => {
  for (const minGroup of [1, 5])
    for (const kept of ["24 h", null]) {
      const said = wordsOf(language).consent.points(minGroup, false, kept).flat().join(" ");
      expect(said).toMatch(out);
      expect(said).toMatch(moves);
      const exact = wordsOf(language).consent.points(minGroup, true, kept).flat().join(" ");
      expect(exact).toMatch(out);
      expect(exact).not.toMatch(/noise|ぶれ/);
    }
});

test.each([
  ["en", /aloud/, /know the voice/],
  ["ja", /声に出して/, /聞き慣れた/],
] as const)("the safety check in %s says under which condition it holds", (language, aloud, voice) => {
  const how = callWordsOf(language).safety.how("");
  expect(how).toMatch(aloud);
  expect(how).toMatch(voice);
});
