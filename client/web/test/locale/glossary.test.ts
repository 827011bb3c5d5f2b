// One thing has one term, in each language, on all pages. What is listed here as `not` was written once, or would be next.

import { describe, expect, it } from "vitest";
import { SHOWN_ORDER } from "../../src/core/mood/labels";
import { LANGUAGES, type Language, wordsOf } from "../../src/locale";
import { callWordsOf } from "../../src/locale/call";
import { said } from "./said";

/** How a thing is called, and how it is not. */
type Glossary = Readonly<Record<string, readonly string[]>>;

const EN: Glossary = {
  // What a face shows, never what somebody feels.
  expression: ["emotion", "emotional", "feel", "feeling", "sentiment"],
  mood: ["atmosphere", "vibe", "ambience"],
  smiling: ["happy", "happiness", "joy", "joyful"],
  angry: ["anger"],
  sad: ["sadness"],
  surprised: ["surprise", "surprising"],
  afraid: ["fear", "fearful", "scared"],
  disgusted: ["disgust"],
  growing: ["rising", "increasing"],
  fading: ["falling", "declining"],
  // Who, and where.
  room: ["venue", "lobby", "session"],
  people: ["user", "participant", "attendee"],
  organizer: ["organiser", "host", "admin", "moderator"],
  audience: ["viewer", "spectator"],
  performer: ["artist", "presenter"],
  device: ["terminal", "gadget"],
  "your own numbers": ["your data"],
  // What is done.
  sharing: ["broadcasting", "transmitting", "streaming"],
  "was sent": ["what left", "outgoing"],
  pause: ["suspend", "interrupt"],
  resume: ["go on", "goes on", "going on", "unpause"],
  recorded: ["logged", "archived"],
  mark: ["bookmark", "pin", "flag"],
  tap: ["click"],
  "small window": ["popup", "pop-up", "picture-in-picture", "overlay"],
  // A call.
  call: ["conversation", "meeting", "chat"],
  "no picture": ["face-off", "faceless"],
  picture: ["video", "image", "footage"],
  sound: ["audio"],
  microphone: ["mic"],
  code: ["password", "passcode", "passphrase"],
  relay: ["proxy", "turn server"],
  "heard from": ["heard of"],
};

const JA: Glossary = {
  // 顔に見えるもの。気持ちではない。
  表情: ["感情", "気持ち", "情動", "心情"],
  空気: ["ムード", "雰囲気", "機嫌"],
  笑顔: ["スマイル", "笑み", "微笑", "ハッピー", "喜び", "幸せ"],
  ふつうの顔: ["真顔", "無表情", "ニュートラル"],
  怒った顔: ["怒り"],
  悲しい顔: ["悲しみ"],
  驚いた顔: ["驚き"],
  こわがる顔: ["恐れ", "恐怖"],
  いやな顔: ["嫌悪"],
  増えて: ["上昇", "上がって"],
  減って: ["下降", "下がって"],
  // 人と場所。
  会場: ["部屋", "ルーム", "セッション", "退室", "入室"],
  人: ["ユーザー", "参加者"],
  主催者: ["ホスト", "オーガナイザー"],
  観客: ["オーディエンス", "視聴者", "客席"],
  演者: ["パフォーマー", "出演者"],
  舞台: ["ステージ"],
  端末: ["デバイス"],
  // すること。
  共有: ["シェア", "表情を送りますか", "表情を見せ", "会場に送る"],
  送信: ["出たもの", "送ったもの"],
  一時停止: ["ポーズ", "中断", "止まっています", "止めています"],
  再開: ["レジューム"],
  記録: ["録画", "録音", "ログ", "レコード"],
  しるし: ["マーク", "ブックマーク"],
  タップ: ["クリック"],
  小窓: ["ポップアップ", "ポップアウト", "ピクチャー"],
  // 通話。
  通話: ["コール", "電話", "チャット"],
  映像なし: ["顔なし", "フェイスオフ"],
  映像: ["画像", "ビデオ", "動画"],
  音声: ["オーディオ", "サウンド"],
  カメラはオフ: [
    "カメラは切れ",
    "カメラは今切れ",
    "カメラが切れている",
    "カメラを切る",
    "カメラをつけ",
    "カメラはつき",
  ],
  コード: ["合言葉", "暗号", "パスワード"],
  中継: ["リレー", "プロキシ"],
  経路: ["別の道", "通話の道"],
  消音: ["ミュート"],
  任意: ["空のままでも", "なくてもかまいません）"],
};

const GLOSSARIES: Readonly<Record<Language, Glossary>> = { en: EN, ja: JA };

/** In English a word is one, with or without an ending of its plural; Japanese has no spaces between them. */
function pattern(language: Language, word: string): RegExp {
  return language === "en" ? new RegExp(`(?<![\\w-])${word}(e?s)?(?![\\w-])`, "i") : new RegExp(word);
}

/** Every sentence that calls a thing by another name, with the name that it has. */
function faults(language: Language, sentences: readonly string[]): string[] {
  return Object.entries(GLOSSARIES[language]).flatMap(([term, not]) =>
    not.flatMap((word) =>
      sentences
        .filter((sentence) => pattern(language, word).test(calledRightly(language, sentence)))
        .map((sentence) => `${term}, not ${word}: ${sentence}`),
    ),
  );
}

/** 「暗号化」 is what becomes of a call, and no name of its code. */
function calledRightly(language: Language, sentence: string): string {
  return language === "ja" ? sentence.replaceAll("暗号化", "") : sentence;
}

function pages(language: Language): string[] {
  return [...said(wordsOf(language)), ...said(callWordsOf(language))];
}

describe.each(LANGUAGES)("%s", (language) => {
  it("calls each thing by its one name", () => {
    expect(faults(language, pages(language))).toEqual([]);
  });

  it("uses every name that the glossary gives", () => {
    const all = pages(language).join("\n");
    const names = Object.keys(GLOSSARIES[language]);
    expect(names.filter((name) => !pattern(language, name).test(all))).toEqual([]);
  });

  it("names seven faces, all different", () => {
    const { labels } = wordsOf(language);
    expect(Object.keys(labels)).toEqual([...SHOWN_ORDER]);
    expect(new Set(Object.values(labels)).size).toBe(7);
  });

  it("names them to whoever is about to agree, in the order of all pages", () => {
    const { labels, consent } = wordsOf(language);
    const text = consent.points(5, false, null).flat().join(" ").toLowerCase();
    const at = SHOWN_ORDER.map((label) => text.indexOf(labels[label].toLowerCase()));
    expect(at).not.toContain(-1);
    expect(at).toEqual([...at].sort((a, b) => a - b));
  });

  it.each(Object.entries(GLOSSARIES[language]))("would find another name of: %s", (term, not) => {
    for (const word of not) expect(faults(language, [word]), term).toContain(`${term}, not ${word}: ${word}`);
  });
});

it.each([
  ["en", "This room shows what people feel.", "expression, not feel"],
  ["en", "Mostly: Fear", "afraid, not fear"],
  ["en", "Accept Face-off", "no picture, not face-off"],
  ["en", "Two in three are smiling; rising.", "growing, not rising"],
  ["en", "Nothing was heard of Aki.", "heard from, not heard of"],
  ["en", "All images stay here", "picture, not image"],
  ["ja", "会場の感情を映します", "表情, not 感情"],
  ["ja", "この部屋は記録していません。", "会場, not 部屋"],
  ["ja", "ルームに入る", "会場, not ルーム"],
  ["ja", "顔なしで出る", "映像なし, not 顔なし"],
  ["ja", "会場には止めています。", "一時停止, not 止めています"],
  ["ja", "Akiさんのカメラは切れています。", "カメラはオフ, not カメラは切れ"],
] as const)("in %s “%s” would not pass", (language, sentence, fault) => {
  expect(faults(language, [sentence])).toEqual([`${fault}: ${sentence}`]);
});

it.each([
  ["en", "The microphone feeds the level; a feeder of happenings."],
  ["ja", "音声と映像は暗号化されます。"],
] as const)("in %s “%s” passes: a part of a word is not the word", (language, sentence) => {
  expect(faults(language, [sentence])).toEqual([]);
});

it.each(Object.entries(wordsOf("ja").labels))("in Japanese the label %s is a face: %s", (_, label) => {
  expect(label).toMatch(/顔$/);
});
