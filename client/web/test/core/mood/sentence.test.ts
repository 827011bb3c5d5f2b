import { describe, expect, it } from "vitest";
import { loudestTap, type Share, sentence, share, type Telling } from "../../../src/core/mood/sentence";
import { bestLanguage, LANGUAGES, wordsOf } from "../../../src/locale";

const LIVE: Telling = { standing: "live", share: "two_in_three", trend: "rising", tap: null, minGroup: 5 };

describe("sentence", () => {
  it("says the share and where it is heading", () => {
    expect(sentence(LIVE, wordsOf("en").room)).toBe("Two in three are smiling, and it’s growing.");
    expect(sentence(LIVE, wordsOf("ja").room)).toBe("3人に2人が笑顔。笑顔が増えています。");
    expect(sentence({ ...LIVE, trend: null }, wordsOf("en").room)).toBe("Two in three are smiling.");
    expect(sentence({ ...LIVE, trend: null }, wordsOf("ja").room)).toBe("3人に2人が笑顔。");
  });

  it("mentions taps that are worth it", () => {
    expect(sentence({ ...LIVE, tap: "applause" }, wordsOf("en").room)).toContain("Applause");
    expect(sentence({ ...LIVE, tap: "applause" }, wordsOf("ja").room)).toContain("拍手");
  });

  it("says why nothing is shown", () => {
    const few = { ...LIVE, standing: "few", minGroup: 7 } as const;
    expect(sentence(few, wordsOf("en").room)).toBe("Fewer than 7 people are sharing. The mood appears once 7 share.");
    expect(sentence(few, wordsOf("ja").room)).toContain("7人");
    for (const language of LANGUAGES) {
      const phrases = wordsOf(language).room;
      const said = (["connecting", "empty", "stale", "over"] as const).map((standing) =>
        sentence({ ...LIVE, standing }, phrases),
      );
      expect(new Set(said).size).toBe(4);
      for (const text of said) expect(text).not.toBe("");
    }
  });
});

describe("share", () => {
  it("takes the nearest everyday fraction", () => {
    const said: [number, Share][] = [
      [0, "hardly_any"],
      [0.1, "one_in_ten"],
      [0.2, "one_in_five"],
      [0.25, "one_in_four"],
      [0.33, "one_in_three"],
      [0.4, "two_in_five"],
      [0.5, "half"],
      [0.6, "three_in_five"],
      [0.67, "two_in_three"],
      [0.75, "three_in_four"],
      [0.8, "four_in_five"],
      [0.9, "nine_in_ten"],
      [1, "almost_all"],
    ];
    for (const [smiling, expected] of said) expect(share(smiling)).toBe(expected);
  });

  it("does not flicker at a border", () => {
    expect(share(0.56, "half")).toBe("half");
    expect(share(0.54, "three_in_five")).toBe("three_in_five");
    expect(share(0.57, "half")).toBe("half");
    expect(share(0.59, "half")).toBe("three_in_five");
  });
});

describe("loudestTap", () => {
  it("names the kind that is tapped most, once it is worth a word", () => {
    expect(loudestTap([0, 0, 0, 0])).toBeNull();
    expect(loudestTap([0, 0.9, 0, 0])).toBeNull();
    expect(loudestTap([1, 0, 3, 2])).toBe("wow");
    expect(loudestTap([])).toBeNull();
  });

  it("keeps the kind that was named until it is quiet, or another is clearly louder", () => {
    expect(loudestTap([0, 0.8, 0, 0], "laugh")).toBe("laugh");
    expect(loudestTap([0, 0.6, 0, 0], "laugh")).toBeNull();
    expect(loudestTap([0, 2, 2.4, 0], "laugh")).toBe("laugh");
    expect(loudestTap([0, 2, 2.6, 0], "laugh")).toBe("wow");
    expect(loudestTap([0, 0.2, 0, 3], "laugh")).toBe("applause");
  });
});

describe("locale", () => {
  it("never speaks of feelings or emotions", () => {
    for (const language of LANGUAGES) {
      const all = allTexts(wordsOf(language)).join("\n");
      expect(all).not.toMatch(/feel|emotion|感情|気持ち|気分/i);
    }
  });

  it("takes the first of the browser's languages that it knows", () => {
    expect(bestLanguage(["fr", "ja-JP", "en"])).toBe("ja");
    expect(bestLanguage(["en-GB", "ja"])).toBe("en");
    expect(bestLanguage(["fr"])).toBe("en");
    expect(bestLanguage([])).toBe("en");
  });
});

/** Every text in a tree of words; functions are called with numbers, names and both choices. */
function allTexts(tree: unknown): string[] {
  if (typeof tree === "string") return [tree];
  if (typeof tree === "function") return [tree(5, 9), tree("x", "y", "z"), tree(1, true)].flatMap(allTexts);
  if (tree && typeof tree === "object") return Object.values(tree).flatMap(allTexts);
  return [];
}
