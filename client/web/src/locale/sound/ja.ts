// 日本語。

import type { Playing } from "../../core/sound/player";
import type { SoundWords } from "./en";

const states: Record<Playing, string> = {
  off: "止まっています。",
  starting: "準備しています…",
  on: "会場の音が流れています。",
  insecure: "ブラウザーが音の合成を許すのは https のページだけです。https のアドレスで開いてください。",
  failed: "このブラウザーでは音を出せませんでした。再読み込みするか、別のブラウザーをお試しください。",
};

export const ja: SoundWords = {
  title: "会場の音 – kuuki",
  headline: "会場の音",
  intro:
    "笑い声、拍手、ざわめき。どれも再生のたびにブラウザーが合成する音です。録音は使いません。誰の声も拾いません。音になるのは、会場の空気の数字だけです。",
  switch: { on: "音を出す", off: "音を止める", volume: "音量", states },
  room: "会場",
  people: "人数",
  level: "笑顔の度合い",
  laughing: "声を上げて笑う人",
  tapped: "タップ",
  clapping: "拍手",
  wowing: "おお！",
  nobody: "無人",
  oneOf: (count: number) => `${count.toLocaleString("ja")}人`,
  percent: (percent: number) => `${percent}%`,
  about:
    "笑う人は32人まで、拍手する人は64人まで、一人ひとりに自分の声や手があります。高さも、速さも、席も、始まる瞬間も違います。それより多い分は、ひとつの群衆の音になります。",
};
