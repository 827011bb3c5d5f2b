import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkBytes,
  commitBytes,
  fingerprintIn,
  normalFingerprint,
  withSha256Alone,
  wordsOf,
} from "../../../src/core/call/checking";
import { complete, isCode, kanaOf, kanaOfWord, parseCode, WORDS } from "../../../src/core/call/codes";
import { fromHex, golden, toHex } from "../golden";

interface Check {
  caller: string;
  callee: string;
  caller_nonce: string;
  callee_nonce: string;
  commit_bytes: string;
  commitment: string;
  check_bytes: string;
  words: string[];
}

const CASES = golden("codes.json") as {
  words_sha256: string;
  parse: { typed: string; code: string | null }[];
  complete: { typed: string; words: string[] }[];
  kana: { code: string; kana: string }[];
  no_codes: string[];
  checks: Check[];
  bad_fingerprints: string[];
  descriptions: { title: string; sdp: string; fingerprint: string | null; alone: string }[];
};

const words = fc.constantFrom(...WORDS);
const codes = fc.tuple(words, words, words, fc.nat({ max: 9 })).map((parts) => parts.join("-"));

function sha256(data: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(data).digest());
}

describe("golden codes", () => {
  test("the words are the same, in the same order", () => {
    expect(toHex(sha256(WORDS.join(" ")))).toBe(CASES.words_sha256);
    expect(new Set(WORDS).size).toBe(256);
  });

  test.each(CASES.parse)("$typed is $code", ({ typed, code }) => {
    expect(parseCode(typed)).toBe(code);
  });

  test.each(CASES.complete)("$typed may become $words", ({ typed, words: offered }) => {
    expect(complete(typed)).toEqual(offered);
  });

  test.each(CASES.kana)("$code is $kana", ({ code, kana }) => {
    expect(kanaOf(code)).toBe(kana);
  });

  test.each(CASES.no_codes)("%j is no code", (text) => {
    expect(isCode(text)).toBe(false);
    expect(() => kanaOf(text)).toThrow(RangeError);
  });
});

describe("golden checks", () => {
  test.each(CASES.checks)("$words", (each) => {
    const [callerNonce, calleeNonce] = [fromHex(each.caller_nonce), fromHex(each.callee_nonce)];
    const committed = commitBytes(each.caller, callerNonce);
    expect(toHex(committed)).toBe(each.commit_bytes);
    expect(toHex(sha256(committed))).toBe(each.commitment);
    const hashed = checkBytes(each.caller, each.callee, callerNonce, calleeNonce);
    expect(toHex(hashed)).toBe(each.check_bytes);
    expect(wordsOf(sha256(hashed))).toEqual(each.words);
  });

  test.each(CASES.bad_fingerprints)("%j is no fingerprint", (text) => {
    expect(() => normalFingerprint(text)).toThrow(RangeError);
  });

  test.each(CASES.descriptions)("a description with $title", ({ sdp, fingerprint, alone }) => {
    expect(fingerprintIn(sdp)).toBe(fingerprint);
    expect(withSha256Alone(sdp)).toBe(alone);
  });

  test.each([0, 15, 17])("a nonce has not %d octets", (size) => {
    const { caller, callee } = CASES.checks[0]!;
    const [wrong, right] = [new Uint8Array(size), new Uint8Array(16)];
    expect(() => commitBytes(caller, wrong)).toThrow(RangeError);
    expect(() => checkBytes(caller, callee, wrong, right)).toThrow(RangeError);
    expect(() => checkBytes(caller, callee, right, wrong)).toThrow(RangeError);
  });
});

test("a code is read as it is shown, in either script, with any separators or none", () => {
  const separators = fc.constantFrom("", " ", "　", "-", "—", "・", ", ", "ー");
  fc.assert(
    fc.property(codes, separators, (code, separator) => {
      expect(isCode(code)).toBe(true);
      expect(parseCode(kanaOf(code))).toBe(code);
      expect(parseCode(code.split("-").join(separator))).toBe(code);
      expect(parseCode(kanaOf(code).split("・").join(separator))).toBe(code);
      expect(parseCode(`https://kuuki.example/call#c=${code}`)).toBe(code);
    }),
  );
});

test("a slip in each word is forgiven or leads nowhere", () => {
  const slips = fc.record({ at: fc.nat({ max: 8 }), letter: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz", "") });
  const slipOf = fc.tuple(words, slips, fc.boolean()).map(([word, { at, letter }, adds]) => {
    const place = Math.min(at, word.length);
    return { word, slip: word.slice(0, place) + letter + word.slice(place + (adds ? 0 : 1)) };
  });
  fc.assert(
    fc.property(fc.tuple(slipOf, slipOf, slipOf), (three) => {
      const meant = `${three.map(({ word }) => word).join("-")}-7`;
      expect([meant, null]).toContain(parseCode(`${three.map(({ slip }) => slip).join(" ")} 7`));
    }),
    { numRuns: 2000 },
  );
});

test("anything typed is a code or null", () => {
  const near = fc.string({ unit: fc.constantFrom(..."aiueokstnhmyrgzdbpj あさたなん・-#&c=07七"), maxLength: 210 });
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: "binary", maxLength: 210 })), (typed) => {
      const code = parseCode(typed);
      expect(code === null || isCode(code)).toBe(true);
      for (const word of complete(typed)) expect(WORDS).toContain(word);
    }),
    { numRuns: 1000 },
  );
});

test("completion offers the word being typed, in either script", () => {
  fc.assert(
    fc.property(words, words, fc.integer({ min: 1, max: 8 }), (first, second, cut) => {
      expect(complete(`${first}-${second.slice(0, cut)}`, 256)).toContain(second);
      expect(complete(kanaOfWord(first) + kanaOfWord(second))).toEqual([second]);
      expect(complete(second.slice(0, 1), 2).length).toBeLessThanOrEqual(2);
    }),
  );
  expect(() => kanaOfWord("hello")).toThrow(RangeError);
});
