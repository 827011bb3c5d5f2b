// 日本語。
// Long because one language is one file: a translator reads it from top to bottom.

import { MIN_GROUP, MIN_GROUP_LEAST } from "../core/generated";
import type { Label } from "../core/mood/generated";
import { SHOWN_ORDER } from "../core/mood/labels";
import type { Trend } from "../core/mood/level";
import type { RoomPhrases, Share } from "../core/mood/sentence";
import type { ClosedBecause, SensingFailure, TapKind } from "../core/mood/session";
import type { Word } from "../core/mood/words";
import type { Words } from "./en";

const shares: Record<Share, string> = {
  hardly_any: "笑顔はほとんどありません",
  one_in_ten: "10人に1人が笑顔",
  one_in_five: "5人に1人が笑顔",
  one_in_four: "4人に1人が笑顔",
  one_in_three: "3人に1人が笑顔",
  two_in_five: "5人に2人が笑顔",
  half: "半分の人が笑顔",
  three_in_five: "5人に3人が笑顔",
  two_in_three: "3人に2人が笑顔",
  three_in_four: "4人に3人が笑顔",
  four_in_five: "5人に4人が笑顔",
  nine_in_ten: "10人に9人が笑顔",
  almost_all: "ほぼ全員が笑顔",
};

const trends: Record<Trend, string> = {
  rising: "笑顔が増えています",
  falling: "笑顔が減っています",
  steady: "このところ同じくらいです",
};

const room: RoomPhrases = {
  connecting: "会場に接続しています。",
  empty: "まだ誰も表情を共有していません。",
  stale: "会場からの更新が途切れています。",
  over: "会場との接続は終了しました。",
  few: (minGroup) => `表情の共有はまだ${minGroup}人未満です。${minGroup}人になると空気が見えます。`,
  share: shares,
  trend: trends,
  taps: {
    smile: "「にっこり」が届いています。",
    laugh: "「笑い」が届いています。",
    wow: "「おお！」が届いています。",
    applause: "「拍手」が届いています。",
  },
  join: (share, trend, taps) => `${share}。${trend ? `${trend}。` : ""}${taps}`,
};

const words: Record<Word, string> = {
  applause: "拍手",
  laughter: "笑い",
  wow: "おお",
  smiles: "ほほえみ",
  beaming: "笑顔いっぱい",
  warm: "あたたかい",
  surprised: "おどろき",
  lively: "にぎやか",
  mixed: "さまざま",
  heavy: "真剣",
  gentle: "おだやか",
  quiet: "静か",
};

function keptFor(seconds: number): string {
  const hours = Math.round(seconds / 3600);
  return hours < 1
    ? `${Math.max(1, Math.round(seconds / 60))}分`
    : hours < 96
      ? `${hours}時間`
      : `${Math.round(hours / 24)}日`;
}

function seconds(count: number): string {
  return count < 60 ? `${count}秒` : `${Math.floor(count / 60)}分${count % 60}秒`;
}

const taps: Record<TapKind, string> = { smile: "にっこり", laugh: "笑い", wow: "おお！", applause: "拍手" };

const failures: Record<SensingFailure, { what: string; todo: string }> = {
  NotAllowedError: {
    what: "ブラウザーでカメラが許可されていません。",
    todo: "アドレスバーのカメラのアイコンを押して許可してから、もう一度お試しください。",
  },
  NotFoundError: {
    what: "カメラが見つかりません。",
    todo: "カメラをつなぐか電源を入れて、もう一度お試しください。タップでも参加できます。",
  },
  NotReadableError: {
    what: "カメラがほかで使われています。",
    todo: "カメラを使っているアプリやタブを閉じて、もう一度お試しください。",
  },
  OverconstrainedError: {
    what: "このカメラはここでは使えません。",
    todo: "下から別のカメラを選んで、もう一度お試しください。",
  },
  SecurityError: {
    what: "このページではカメラを使えません。",
    todo: "ほかのページやアプリの中ではなく、ブラウザーでリンクを直接開いてください。",
  },
  no_camera_api: {
    what: "このブラウザーではカメラを使えません。",
    todo: "新しいブラウザーで、https で始まるアドレスから開いてください。",
  },
  ended: {
    what: "カメラの接続が切れました。",
    todo: "ケーブルが抜けたか、電源が切れたか、許可が取り消されました。つなぎ直して、もう一度お試しください。",
  },
  model: {
    what: "表情を読み取るモデルを読み込めませんでした。",
    todo: "接続を確かめて、もう一度お試しください。タップはそのまま使えます。",
  },
};

const closed: Record<ClosedBecause, { what: string; todo: string }> = {
  left: { what: "会場を出ました。", todo: "戻るにはページを読み込み直してください。" },
  room_unknown: {
    what: "このアドレスに会場はありません。",
    todo: "リンクを確かめるか、送ってくれた人に聞いてください。",
  },
  room_closed: {
    what: "会場は閉じられました。",
    todo: "ご参加ありがとうございました。あなた個人の数字は残していません。",
  },
  seat_taken: {
    what: "別の画面でこの会場を開いています。",
    todo: "1人として数えるのは、新しい画面のほうだけです。この画面は閉じて大丈夫です。",
  },
  removed: { what: "会場から外されました。", todo: "間違いと思われるときは、主催者に聞いてください。" },
  not_allowed: {
    what: "このリンクでは会場に入れません。",
    todo: "リンクの鍵が欠けているか、違っています。リンク全体をもらってください。",
  },
  refused: {
    what: "会場側から接続が切られました。",
    todo: "この端末からの送信が多すぎました。ページを読み込み直すと、もう一度試せます。",
  },
};

const labels: Record<Label, string> = {
  happy: "笑った顔",
  neutral: "ふつうの顔",
  angry: "怒った顔",
  sad: "悲しい顔",
  surprise: "驚いた顔",
  fear: "こわがる顔",
  disgust: "いやな顔",
};

/** All of them, as they stand within a sentence. */
const seven = SHOWN_ORDER.map((label) => labels[label]).join("、");

export const ja = {
  tag: "ja",
  name: "日本語",
  switchLabel: "言語",
  room,
  words,
  taps,
  keptFor,
  failures,
  closed,
  labels,
  trendWord: { rising: "増えている", falling: "減っている", steady: "そのまま" },
  notice:
    "表情の読み取りについて：kuuki は顔の表情を読み取れます。読み取るのは同意した人だけ、その人の端末の中だけです。会場の空気を映すため、通話では話している相手に見せるためだけに使います。",
  home: {
    title: "kuuki：会場の空気",
    sound: "会場の音を試す",
    licences: "使用しているソフトウェアとモデルのライセンス",
    headline: "離れていても、\n空気が読める。",
    breath:
      "あなたの端末が、あなたの表情を読み取ります。送るのは7つの数字だけで、映像は送りません。会場全体の空気が、みんなに見えます。",
    start: "会場をひらく",
    invited: "招待された方",
    organizing: "主催する方",
    organizingHint: "会場をひらき、リンクやQRコードを配ります。",
    purpose: "何に使いますか",
    purposes: { event: "イベント", performance: "公演", private: "仲間うち" },
    purposeHints: {
      event: "講演、配信、集まりなど。",
      performance: "お笑い、音楽、演劇など、舞台に立つ人がいるとき。",
      private: "友だちや家族と一緒に見るとき。",
    },
    refusedLabel: "使えません",
    refused: "職場・学校・採用面接",
    refusedWhy:
      "働く人、学ぶ人、応募する人の表情を読み取ることは、EU で禁じられています（AI法 第5条1項(f)）。kuuki はそのための会場をひらきません。ただし、ひらいたあとの使われ方まではわかりません。",
    language: "会場の言語",
    minGroup: "空気を映すのは",
    minGroupUnit: "人から",
    minGroupHint: "この人数に満たないあいだは空気を映しません。人数が多いほど、1人の表情はわかりにくくなります。",
    minGroupLow: `${MIN_GROUP}人未満では空気がかなりおおまかになり、1人の表情も目立ちやすくなります。参加する人全員にお知らせします。`,
    minGroupWrong: (least, most) => `${least}から${most}までの数を入れてください。`,
    record: "空気を記録する",
    recordHint:
      "会場全体の空気を1秒に1回記録します。一人ひとりの数字は残しません。サーバーに別の設定がなければ24時間で消えます。自分で消すこともできます。",
    show: "番組のリンク（任意）",
    showHint: "埋め込みできるプレーヤーの https アドレス。観客のページに表示します。",
    showWrong: "https のアドレスではありません。",
    more: "くわしい設定",
    moreSet: (group, records) => `空気は${group}人から・${records ? "記録する" : "記録しない"}`,
    create: "会場をひらく",
    creating: "ひらいています…",
    failed: "会場をひらけませんでした。",
    refusals: {
      admin_token:
        "会場をひらけるのは主催者だけです。主催者用のリンク（#k= と鍵で終わるもの）でこのページを開いてください。",
      unreachable: "kuuki につながりません。動いているか、ネットワークにつながっているかを確かめてください。",
      unavailable: "kuuki は起動中か終了中です。少し待ってからもう一度お試しください。",
      too_many_rooms: "会場が多すぎます。先にどれかを閉じてください。",
      min_group: `ここでは${MIN_GROUP_LEAST}人未満の空気は映せません。${MIN_GROUP_LEAST}人以上にしてください。`,
    },
    ready: "会場をひらきました。",
    audienceLink: "観客用",
    audienceHint: "送っても、印刷しても、スライドに載せても。",
    stageLink: "舞台用",
    stageHint: "演者から見える画面で開いてください。",
    copy: "コピー",
    copied: "コピーしました",
    shareIt: "共有",
    open: "開く",
    qr: "観客用リンクのQRコード",
    another: "別の会場をひらく",
    joinLabel: "リンク・会場名・通話のコード",
    joinHint: "もらったリンクをそのまま貼るか、会場名かコードを入力してください。",
    joinGo: "進む",
    joinEmpty: "リンクを貼るか、会場名か通話のコードを入れてください。",
    joinNowhere:
      "リンク、会場名、通話のコードのどれでもないようです。リンク全体を貼るか、招待した人に確かめてください。",
    joinElsewhere: (host) => `このリンクは別の kuuki のものです：${host}`,
    joinElsewhereGo: "そちらで開く",
    calling: "通話したい方",
    callHint: "2人で顔を合わせて。それぞれが同意すれば、表情も相手に見えます。",
    callGo: "通話へ",
    steps: [
      ["読み取る", "カメラの映像は、あなたの端末から出ません。"],
      ["送る", "同意した人の、7つの数字だけ。"],
      ["映す", "ふつうは5人から、会場全体をひとつの光で。"],
    ],
  },
  hear: {
    title: "会場を聞く",
    shared: "自分も笑顔のときだけ聞く",
    sharedHint:
      "ほかの人の笑い声が気になる方に。カメラが必要です。表情の読み取りは、いつもどおりこの端末の中だけで行います。",
  },
  audience: {
    title: (roomName) => `${roomName} · kuuki`,
    heading: "会場",
    showTitle: "番組",
    links: {
      joining: "つないでいます…",
      open: "接続済み",
      retrying: "接続が切れました。つなぎ直しています…",
      watching: "ここでは見るだけになります。ネットワークが UDP を通さないため、表情の共有やタップはできません。",
      closed: "接続していません",
    },
    exact: "この会場は、1人だけでも正確な数字を映します。このコンピューターの中だけで動く、お試し用の会場です。",
    lowGroup: (minGroup) => `主催者の設定により、この会場では${minGroup}人から空気を映します。`,
    popOut: "小窓にする",
    popOutHint: "いつも手前に出る小さな窓です。ほかの画面を見ているあいだも表情を共有できます。",
    popBack: "ここに戻す",
    poppedOut: "kuuki は小窓で表示しています。",
    secondScreen: "この画面で番組を見るときは、スマートフォンでこのページを開いて、そばに置いてください。",
    settings: "設定",
    keys: "キーボードショートカット",
    keysHint: "P で一時停止と再開、1〜4 でタップ。",
    leave: "会場を出る",
    call: "この会場から誰かと通話する",
    you: "光のふちの点があなたです。笑顔で明るくなります。",
    tapped: (count) => `ここまでに${count}回`,
  },
  rough: "少人数のため、おおまかに映しています。",
  tapsTitle: "タップで反応",
  tapsHint: "カメラなしで参加できます。",
  consent: {
    invite: "表情を共有しますか",
    inviteWhy: "あなたの笑顔が会場の光に加わります。同意するまで、カメラはオフのままです。",
    inviteGo: "しくみを見る",
    recorded: (kept) =>
      `この会場は記録しています。残るのは会場全体の空気で、あなた個人の数字は残りません。${kept}で消えます。`,
    notRecorded: "この会場は記録していません。",
    title: "カメラをオンにする前に",
    points: (minGroup, exact, kept) => [
      ["映像はこの端末から出ません。", "端末の中で読み取って、すぐに捨てます。送ることも残すこともありません。"],
      ["送るのは7つの数字です。", `顔が7種類の表情（${seven}）にどれだけ近いかと、その確かさを、多くて1秒に5回。`],
      exact
        ? ["会場には正確な数字が映ります。", "このお試し会場では、1人の数字でも見えます。"]
        : [
            "映るのは会場全体の平均だけです。",
            minGroup === 1
              ? "1人から、ぶれを加えて映します。ほかに誰もいなければ、あなたの表情に合わせて変わります。"
              : `${minGroup}人から映します。みんなの表情に合わせて変わり、人数が少ないほど1人の表情が目立ちます。人の出入りは、わざと加えたぶれに紛れます。ただし、1人でたくさんの端末を参加させる人には、推測されるおそれがあります。`,
          ],
      kept === null
        ? ["記録はしません。", "数字は映すだけで残しません。ただし、見た人が書き留めることはできます。"]
        : [`会場全体の空気が${kept}残ります。`, "みんなに映る数字を1秒に1回。あなた個人の数字は残りません。"],
      [
        "いつでも一時停止できます。",
        `ひと押しで、あなたの表情はすぐに数えられなくなります（回線が悪いときは数秒かかります）。${exact ? "" : "そのとき会場の数字は少し動きますが、ほとんどはわざと加えたぶれです。"}`,
      ],
      ["職場や学校で使うものではありません。", "表情は顔に見えるものです。その人の考えまではわかりません。"],
    ],
    agree: "同意してカメラをオンにする",
    decline: "今はしない",
  },
  sensing: {
    title: "あなたの表情",
    starting: "カメラをオンにしています…",
    startingHint: "ブラウザーに聞かれたら、カメラを許可してください。",
    on: "共有中",
    waits: "次の更新から、あなたの表情も加わります。",
    paused: "一時停止中です。表情は送っていません。",
    hidden: "タブが隠れているため、一時停止中です。小窓にすると続けられます。",
    noFace: "顔が見えないので、表情は送っていません。直前の表情は、もう少しのあいだ数えられます。",
    smile: "笑顔",
    bars: "この端末が読み取った表情",
    barsHint: "1人の顔では目安です。会場全体の数字は、人数が多いほど確かになります。",
    preview: "あなたのカメラ。見えるのはあなただけです",
    pause: "一時停止",
    resume: "再開",
    stop: "共有をやめてカメラをオフにする",
    camera: "カメラ",
    cameraN: (n) => `カメラ ${n}`,
    retry: "もう一度試す",
    unsure: "表情がはっきりしないため、今は数えていません。",
  },
  sent: {
    title: "会場に送信した内容",
    open: "見る",
    close: "隠す",
    totals: (count, bytes) => `合計 ${count} 件、${bytes} バイト`,
    nothing: "まだ何も送信していません。",
    newest: "最新のスコア（全バイト）",
    log: "最近の送信",
    hold: "更新を止める",
    follow: "更新を続ける",
    kinds: { score: "スコア", tap: "タップ", beat: "合図" },
    ago: (seconds) => `${seconds} 秒前`,
    bytes: (count) => `${count} バイト`,
    parts: {
      list: "並びの始まり",
      version: "版",
      kind: "種類",
      seq: "通し番号",
      weights: "7つの重みの始まり",
      sure: "確かさ",
      presence: "状態",
      answer: "返事の番号",
      taps: "タップの合計",
      code: "コード",
      rtt: "往復ミリ秒",
      unknown: "読めません",
    },
    presence: ["見ている", "共有中", "一時停止中", "退出"],
  },
  recent: {
    title: "この10分の空気",
    now: "いまの会場の表情",
    none: "いまは会場の空気を映せません。",
  },
  stage: {
    title: (roomName) => `舞台 · ${roomName}`,
    smiling: "笑顔",
    people: (atLeast, atMost) =>
      atLeast === null
        ? atMost === null
          ? ""
          : `${atMost}人まで`
        : atMost === null
          ? `${atLeast}人以上`
          : atLeast === atMost
            ? `${atLeast}人`
            : `${atLeast}〜${atMost}人`,
    coverage: (percent) => `${percent}％が共有中`,
    wave: {
      title: "さっきの波",
      kinds: { smiles: "ほほえみ", laugh: "笑い", wow: "おお", applause: "拍手" },
      lasted: (seconds) => `${seconds}秒`,
      now: "いま",
      justNow: "たったいま",
      secondsAgo: (seconds) => `${seconds}秒前`,
      minutesAgo: (minutes) => `${minutes}分前`,
      tapped: "タップ",
      of: {
        hardly_any: "わずか",
        one_in_ten: "10人に1人",
        one_in_five: "5人に1人",
        one_in_four: "4人に1人",
        one_in_three: "3人に1人",
        two_in_five: "5人に2人",
        half: "半分",
        three_in_five: "5人に3人",
        two_in_three: "3人に2人",
        three_in_four: "4人に3人",
        four_in_five: "5人に4人",
        nine_in_ten: "10人に9人",
        almost_all: "ほぼ全員",
      },
    },
    minute: "この1分とくらべて",
    clock: {
      since: (minutes) => (minutes < 60 ? `${minutes}分` : `${Math.floor(minutes / 60)}時間${minutes % 60}分`),
      pressed: "「開始」を押してから",
      seen: "空気が見えはじめてから",
      now: "いまの時刻",
      start: "開始",
      again: "もう一度開始",
      startHint: "この画面で、いまから公演の時間を数えます。",
    },
    late: {
      network: (seconds) => `起きてから約${seconds}秒後に見えます。`,
      stream: (seconds) => `配信は${seconds}秒おくれ：これは約${seconds}秒前のあなたへの反応です。`,
    },
    vibrate: "波で振動",
    fullscreen: "全画面",
    leaveFullscreen: "全画面を終了",
    history: {
      open: "これまで",
      close: "閉じる",
      closeName: "グラフを閉じる",
      title: "これまでの空気",
      shown: "表示",
      spans: { recent: "10分", all: "全部" },
      smiling: "笑顔",
      energy: "活気",
      when: "時刻",
      empty: "空気が見えはじめると、グラフが伸びていきます。",
      loading: "記録を読み込んでいます…",
      failing: "今は記録を読み込めません。もう一度試しています。",
      ownOnly: "このグラフはこのページの中だけのもので、閉じると消えます。",
      now: (now) => `笑顔は今${now}％です。`,
      curve: {
        highest: "笑顔（最高）",
        average: "平均",
        slider: "グラフで読む時刻",
        how: "グラフを押すか矢印キーで、その時の空気を読めます。",
        reach: (most, mean) => (most === mean ? `笑顔${most}％` : `笑顔は最高${most}％、平均${mean}％`),
        nothing: "空気が見えていません",
        mark: (word, sinceS) => {
          const mark = word ? `「${word}」` : "しるし";
          return sinceS === 0 ? mark : `${mark}の${seconds(Math.abs(sinceS))}${sinceS > 0 ? "後" : "前"}`;
        },
        between: "　",
      },
      waves: { smiles: "笑顔", laugh: "笑い", wow: "おどろき", applause: "拍手" },
      biggest: {
        laughs: "大きな笑い",
        moments: "盛り上がった瞬間",
        how: "上がり幅×長さの大きい順です。",
        none: "まだ目立った動きはありません。",
        lasted: seconds,
        ofRoom: (percent) => `会場の${percent}％`,
      },
      summary: (low, lowAt, high, highAt) => `最低${low}％（${lowAt}）、最高${high}％（${highAt}）。`,
      keys: "キーボードショートカット",
      keysHint: "H でグラフを開閉、M でしるし。",
    },
    recorded: (keptFor) => `記録中。${keptFor}で消えます。`,
    recordedWhat: "残すのは会場全体の空気で、1秒に1回です。一人ひとりの数字は残しません。",
    recordedBefore: (kept) => `これまでの記録は${kept}で消えます。`,
    notRecorded: {
      off: "記録していません。この会場では記録しない設定です。",
      no_aof: "記録していません。保存先がディスクに書かない設定で、失われるおそれがあります。",
      disk: "記録していません。ディスクがいっぱいです。",
      full: "記録していません。保存先に記録用の空きがありません。空きができると再開します。",
      read_only: "記録していません。ディスクに書き込めません。",
      unavailable: "記録していません。今は保存先につながりません。",
      refused: "記録していません。確実に残すことができません。",
    },
    marks: {
      title: (count) => `しるし（${count}）`,
      none: "しるしはまだありません。",
      nameless: "（ひとことなし）",
      set: "しるし",
      word: "この瞬間にひとこと（任意）",
      go: "しるしをつける",
      cancel: "やめる",
      done: "しるしをつけました。",
      notRecorded: "しるしをつけられません。今この会場は記録していません。",
      failed: "しるしをつけられませんでした。もう一度お試しください。",
    },
    record: {
      download: "ダウンロード",
      json: "JSON",
      csv: "CSV",
      downloadFailed: "記録を読み込めませんでした。もう一度お試しください。",
      erase: "記録を消す",
      eraseAsk: "この会場の記録をすべて消しますか",
      eraseWhat: "グラフもしるしも、誰からも見えなくなります。元には戻せません。",
      eraseYes: "すべて消す",
      eraseNo: "残しておく",
      erased: "記録を消しました。",
      eraseFailed: "記録を消せませんでした。もう一度お試しください。",
    },
    invite: "スマートフォンで参加",
    waiting: "待っています",
    overWord: "おしまい",
  },
} satisfies Words;
