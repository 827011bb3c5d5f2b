// 日本語。
// Long because one language is one file: a translator reads it from top to bottom.

import type {
  CallEnd,
  DeviceFailure,
  LineClosedBecause,
  MediaLink,
  Picture,
  Quality,
  RelayTrouble,
} from "../../core/call/session";
import type { CallWords } from "./en";

type Said = { readonly what: string; readonly todo: string };

/** 名前は空のこともある。 */
const san = (who: string): string => (who ? `${who}さん` : "相手");

const camera: Record<DeviceFailure, Said> = {
  NotAllowedError: {
    what: "ブラウザーでカメラが許可されていません。",
    todo: "アドレスバーのカメラのアイコンを押して許可してから、もう一度お試しください。",
  },
  NotFoundError: { what: "カメラが見つかりません。", todo: "カメラをつなぐか、映像なしで進んでください。" },
  NotReadableError: {
    what: "カメラがほかで使われています。",
    todo: "カメラを使っているアプリやタブを閉じて、もう一度お試しください。",
  },
  OverconstrainedError: {
    what: "このカメラはここでは使えません。",
    todo: "別のカメラを選んで、もう一度お試しください。",
  },
  SecurityError: {
    what: "このページではカメラを使えません。",
    todo: "ほかのページやアプリの中ではなく、ブラウザーでリンクを直接開いてください。",
  },
  no_camera_api: {
    what: "このブラウザーではカメラを使えません。",
    todo: "新しいブラウザーで、https で始まるアドレスから開いてください。",
  },
  ended: { what: "カメラの接続が切れました。", todo: "つなぎ直して、もう一度お試しください。" },
};

const microphone: Record<DeviceFailure, Said> = {
  NotAllowedError: {
    what: "ブラウザーでマイクが許可されていません。",
    todo: "アドレスバーのアイコンを押してマイクを許可してから、もう一度お試しください。",
  },
  NotFoundError: {
    what: "マイクが見つかりません。",
    todo: "マイクかヘッドセットをつないで、もう一度お試しください。",
  },
  NotReadableError: {
    what: "マイクがほかで使われています。",
    todo: "マイクを使っているアプリやタブを閉じて、もう一度お試しください。",
  },
  OverconstrainedError: {
    what: "このマイクはここでは使えません。",
    todo: "別のマイクを選んで、もう一度お試しください。",
  },
  SecurityError: {
    what: "このページではマイクを使えません。",
    todo: "ほかのページやアプリの中ではなく、ブラウザーでリンクを直接開いてください。",
  },
  no_camera_api: {
    what: "このブラウザーではマイクを使えません。",
    todo: "新しいブラウザーで、https で始まるアドレスから開いてください。",
  },
  ended: { what: "マイクの接続が切れました。", todo: "つなぎ直して、もう一度お試しください。" },
};

const closed: Record<LineClosedBecause, Said> = {
  left: { what: "通話の待ち受けを終了しました。", todo: "もう一度始めると、新しいコードが出ます。" },
  line_taken: { what: "通話は新しいタブで続いています。", todo: "このタブは閉じて大丈夫です。" },
  calls_off: {
    what: "このサーバーでは通話を使えません。",
    todo: "サーバーの管理者に聞くか、別のサーバーを使ってください。",
  },
  too_many: { what: "ただいま混み合っています。", todo: "数分待ってから、もう一度お試しください。" },
  refused: {
    what: "サーバーから接続が切られました。",
    todo: "もう一度お試しください。続くときは、サーバーの管理者に聞いてください。",
  },
};

const relay: Record<RelayTrouble, Said> = {
  refused: {
    what: "中継サーバーに接続を断られました。",
    todo: "サーバーの管理者に、中継の設定を確かめてもらってください。",
  },
  expired: { what: "中継の有効期限が切れました。", todo: "いったん切ってかけ直すと、新しくなります。" },
  unreachable: {
    what: "中継サーバーにつながりません。",
    todo: "このネットワークが通さないのかもしれません。スマートフォンの回線など、別のネットワークでお試しください。",
  },
  missing: {
    what: "このサーバーには中継がありません。",
    todo: "通話するには、アドレスを隠さずにつなぐことになります。",
  },
};

const ends: Record<"caller" | "callee", Record<CallEnd, (who: string) => Said>> = {
  caller: {
    declined: (who) => ({
      what: `${san(who)}は今は出られません。`,
      todo: "時間をおいて、かけ直してみてください。",
    }),
    busy: (who) => ({ what: `${san(who)}は話し中です。`, todo: "ほかにも待っている人がいます。" }),
    timed_out: (who) => ({
      what: "応答がありません。",
      todo: `1分あまり呼び出しましたが、${san(who)}は出ませんでした。`,
    }),
    cancelled: () => ({ what: "発信を取り消しました。", todo: "かけたことは相手に伝わります。" }),
    unreachable: () => ({
      what: "つながりません。",
      todo: "コードが違うか使用済み、または相手がページを閉じています。新しいコードをもらってください。",
    }),
    missed: () => ({ what: "つながりませんでした。", todo: "" }),
    ended: () => ({ what: "通話が終わりました。", todo: "" }),
    lost: (who) => ({ what: "接続が途切れました。", todo: `${san(who)}からの応答が30秒ありませんでした。` }),
  },
  callee: {
    declined: () => ({ what: "通話を断りました。", todo: "相手にもそう伝わっています。" }),
    busy: () => ({ what: "話し中でした。", todo: "" }),
    timed_out: (who) => ({ what: "不在着信", todo: `${san(who)}から着信がありました。` }),
    cancelled: (who) => ({ what: "不在着信", todo: `${san(who)}から着信がありました。` }),
    unreachable: () => ({ what: "つながりません。", todo: "" }),
    missed: (who) => ({ what: "不在着信", todo: `${san(who)}から着信がありました。` }),
    ended: () => ({ what: "通話が終わりました。", todo: "" }),
    lost: (who) => ({ what: "接続が途切れました。", todo: `${san(who)}からの応答が30秒ありませんでした。` }),
  },
};

const media: Record<MediaLink, (who: string) => string> = {
  none: () => "",
  connecting: () => "音声と映像をつないでいます…",
  open: () => "",
  trouble: (who) => `${san(who)}からの音声と映像が途切れています。`,
  restarting: () => "接続が切れました。別の経路を探しています…",
  renewing: () => "通話を続けたまま、つなぎ直しています。",
  no_relay: () => "中継を使って接続できません。",
};

const quality: Record<Quality, string> = { good: "接続は良好", fair: "接続はまずまず", poor: "接続が不安定" };

const picture: Record<Exclude<Picture, "on">, (who: string) => string> = {
  off: (who) => `${san(who)}のカメラはオフです。`,
  face_off: (who) => `${san(who)}は映像なしです。声と表情だけが届きます。`,
};

export const ja = {
  title: "通話 · kuuki",
  them: san,
  start: {
    headline: "離れていても、\n顔を合わせて。",
    breath:
      "短いコードで呼び出します。音声と映像は、暗号化されて相手に届きます。それぞれが同意すれば、表情も相手に見えます。",
    invited: "通話に招かれています。",
    invitedCode: "コード",
    heading: "まず、お名前を",
    name: "名前",
    nameHint: "任意です。相手に表示されます。",
    remember: "このブラウザーに保存する",
    go: "次へ",
    steps: [
      ["同意する", "同意するまで、カメラもマイクもオフのままです。"],
      ["コードが出る", "3つの言葉と数字ひとつ。声で伝えられます。"],
      ["呼び出す", "登録もインストールもいりません。"],
    ],
  },
  agree: {
    heading: "カメラとマイクをオンにする前に",
    points: [
      ["相手だけに届きます。", "音声と映像は暗号化され、通話中だけ送ります。kuuki はどちらも残しません。"],
      ["できるかぎり直接届けます。", "中継を通るときも、暗号化されたままです。"],
      ["表情を共有するかどうかは別です。", "通話の中であらためて確認します。同意するまで送りません。"],
    ],
    choose: "このあとブラウザーが確認します。何を使いますか。",
    camera: "カメラとマイク",
    cameraHint: "顔と声が相手に届きます。",
    sound: "マイクだけ",
    soundHint: "声だけが届きます。カメラはオフのままです。",
    faceOff: "映像なし（声と表情）",
    faceOffHint: "声と表情だけが届きます。カメラは、表情を共有するときに読み取るだけです。",
    asking: "ブラウザーの確認を待っています…",
    askingHint: "確認されたものを許可してください。あとからいつでも変えられます。",
    back: "戻る",
  },
  check: {
    heading: "映像と音声の確認",
    preview: "あなたの映像。今はあなたにだけ見えています",
    noPicture: "カメラはオフです。",
    faceOff: "映像なし（声と表情）で通話します。",
    level: "マイクの音量",
    hearYou: "聞こえています。",
    saySomething: "何か話すと、バーが動きます。",
    camera: "カメラ",
    microphone: "マイク",
    speaker: "スピーカー",
    deviceN: (kind, n) => `${kind} ${n}`,
    testSound: "テスト音を鳴らす",
    retry: "もう一度試す",
    onWithout: "なしでも進めます。",
    network: "ネットワークを確認",
    networkAgain: "もう一度確認",
    networkRuns: "ネットワークを確認しています…",
    networkHint: "数秒で終わります。",
    networkGood: "ここから通話できそうです。",
    networkRelay: "中継を通せば、ここから通話できそうです。",
    networkSoon: "このネットワークは確認したばかりです。1分ほどしてから、もう一度お試しください。",
    networkNear: "同じネットワークの相手とだけ話せそうです。",
    networkNone: "ここからの通話は難しそうです。別のネットワークでお試しください。",
    ways: { direct: "同じネットワークの中", outside: "インターネットで直接", relay: "中継を通して" },
    works: "つながります",
    fails: "つながりません",
    unknown: "不明",
    hide: "自分のアドレスを相手から隠す",
    hideHint: "すべてこのサーバーの中継を通します。少し遅くなることがあります。",
    hideNot: "このサーバーには中継がないため、使えません。",
    go: "これでよければ次へ",
  },
  ready: {
    heading: "準備ができました。",
    mine: "あなたのコード",
    mineHint: "相手がこのコードを入力すると、ここに着信します。一度つながると、次は新しいコードになります。",
    waiting: "コードを用意しています…",
    renewing: "前のコードはもう使えません。新しいコードを用意しています…",
    copy: "リンクをコピー",
    copied: "コピーしました",
    share: "共有",
    mail: "メール",
    mailSubject: "kuuki で話しませんか",
    mailBody: (code, kana, link) =>
      `このリンクを開いて「呼び出す」を押してください。\n${link}\n\nコードを入力してもつながります。\n${kana}\n（${code}）\n`,
    qrLabel: "あなたを呼び出すリンクのQRコード",
    another: "別のコードにする",
    devices: "カメラとマイク",
    call: "誰かを呼び出す",
    code: "相手のコード",
    codeHint: "3つの言葉と数字ひとつ。かなでもローマ字でも入力できます。空白はなくてもかまいません。",
    codeOwn: "これはあなた自身のコードです。",
    codeWhole: (kana) => `入力できました：${kana}`,
    codeNot: "コードが途中か、打ち間違いがあります。",
    suggestions: "候補の言葉",
    ring: "呼び出す",
    ringFaceOff: "映像なしで呼び出す",
    ringHint: "映像なし：声と表情だけが届きます。",
    leave: "戻る",
    leaveRoom: "会場に戻る",
    links: {
      off: "接続していません。",
      connecting: "つないでいます…",
      open: "",
      retrying: "サーバーとの接続が切れました。つなぎ直しています…",
      closed: "接続していません。",
    },
  },
  out: {
    calling: (who) => `${san(who)}を呼び出しています…`,
    callingCode: "呼び出しています…",
    callingHint: "相手を探しています。",
    ringing: "呼び出し中です。",
    ringingHint: "75秒まで呼び出します。",
    waiting: "話し中です。",
    waitingHint: "あなたからの着信は相手に伝わりました。このまま待つこともできます。",
    cancel: "取り消す",
    hangUp: "切る",
  },
  incoming: {
    calls: (who) => (who ? `${who}さんから着信` : "着信"),
    title: (who) => (who ? `☎ ${who}さんから着信` : "☎ 着信"),
    accept: "出る",
    faceOff: "映像なしで出る",
    decline: "断る",
    faceOffHint: "映像なし：声と表情だけが届きます。",
    devicesHint:
      "出ると、マイクとカメラがオンになります（映像なしならマイクだけ）。ブラウザーが確認することがあります。",
  },
  call: {
    title: (who) => `${san(who)} · 通話 · kuuki`,
    heading: (who) => `${san(who)}との通話`,
    connected: (who) => `${san(who)}とつながりました。`,
    duration: "通話時間",
    mute: "消音",
    muted: "あなたは消音中です。",
    cameraOff: "カメラオフ",
    faceOff: "映像なし",
    faceOffOn: "映像は送っていません。声と表情だけが届きます。",
    pictureOff: "あなたのカメラはオフです。",
    devices: "機器",
    pip: "小窓",
    pipBack: "小窓をやめる",
    safety: "安全確認",
    more: "その他",
    end: "終了",
    preview: "あなたの映像",
    movePreview: "自分の映像を別の隅に移す",
    remote: (who) => `${san(who)}の映像`,
    hear: "タップして音を出す",
    hearHint: "ブラウザーの決まりで、タップするまで音が出ません。",
    mutedThem: (who) => `${san(who)}は消音中です。`,
    picture,
    quality,
    rtt: (ms) => `${ms} ミリ秒`,
    relayed: "中継中",
    relayedHint: "このサーバーの中継を通っています。中身は読まれません。",
    direct: "直接",
    media,
    away: (who) => `${san(who)}のページは読み込み中か、オフラインです。そのまま待っています。`,
    gone: (who) => `${san(who)}が30秒以上つながっていません。`,
    lineRetrying: "今はサーバーにつながりませんが、通話は続いています。",
    relay,
    withoutRelay: "アドレスを隠さずに続ける",
    devicesGone: "カメラとマイクはオフです。",
    devicesBack: "オンにする",
    knocks: (who) => (who ? `${who}さんから着信` : "着信があります"),
    knockAccept: "今の通話を終えて出る",
    knockDecline: "断る",
  },
  face: {
    heading: (who) => `${san(who)}の表情`,
    watching: (who) => `${san(who)}は表情を共有していません。`,
    watchingHint: "共有するかどうかは、本人が決めます。",
    paused: (who) => `${san(who)}は表情の共有を一時停止しています。`,
    none: "今は顔が見えていません。",
    cameraOff: "カメラがオフのため、表情はありません。",
    mostly: (label) => `今は${label}`,
    told: (who, label) => `${san(who)}は今、${label}をしています。`,
    past: "この1分、0〜100％",
    pastLabel: "グラフにする表情",
    ago: "1分前",
    now: "今",
    pastTold: (label, low, high, now) =>
      `この1分の「${label}」は、いちばん低いときで${low}％、高いときで${high}％${now === null ? "" : `、今は${now}％`}です。`,
    pastNone: "この1分はまだ何もありません。",
    hint: "1人の顔では目安です。表情は顔に見えるもので、それ以上ではありません。",
  },
  mine: {
    heading: "あなたの表情",
    off: "共有していません。",
    share: "共有する",
    on: (label, percent) => `${label} ${percent}％`,
    noFace: "顔が見えないので、表情は送っていません。",
    starting: "準備しています…",
    paused: "一時停止中です。表情は送っていません。",
    hidden: "タブが隠れているため、一時停止中です。",
    cameraOff: "カメラがオフのため、一時停止中です。",
    failed: "表情を読み取るモデルを読み込めませんでした。",
    pause: "一時停止",
    resume: "再開",
    stop: "やめる",
    sent: "送信した内容",
    sentTitle: "相手に送信した内容",
    sentBytes: "1バイトずつ",
    retry: "もう一度試す",
    askTitle: (who) => `${san(who)}に表情を共有しますか`,
    points: (who) => [
      [
        "送るのは7つの数字と、その確かさです。",
        "この端末の中で読み取り、多くて1秒に5回送ります。そのために映像は送りません。",
      ],
      [
        `届くのは${san(who)}だけ、この通話のあいだだけです。`,
        "音声や映像と同じように、暗号化して通話と同じ経路で送ります。",
      ],
    ],
    askCamera: "カメラは今オフです。表情を読み取るためだけにオンにします。映像は送りません。",
    askPause: "ひと押しで一時停止、ひと押しでやめられます。",
    agree: "同意して共有する",
    not: "今はしない",
  },
  safety: {
    heading: "盗み聞きされていないか確かめる",
    how: (who) =>
      `4つの言葉を声に出して確かめ合ってください。聞こえるのが聞き慣れた${san(who)}の声で、2人に同じ言葉が見えていれば、あいだで聞いている人はいません。`,
    none: "2人がつながると、言葉が表示されます。",
    differ: "違っていたら、通話を終えてください。",
  },
  devices: { heading: "カメラ・マイク・スピーカー" },
  ended: {
    ends,
    talked: (minutes, seconds) => (minutes === 0 ? `${seconds}秒話しました。` : `${minutes}分${seconds}秒話しました。`),
    again: "かけ直す",
    back: "戻る",
  },
  closed,
  closedAgain: "もう一度始める",
  failures: { camera, microphone },
  room: {
    heading: "通話のそばの会場",
    separate: "会場に表情を共有するかどうかは、通話とは別です。",
    share: "会場に共有",
    sharing: "会場に共有しています。",
    paused: "会場への送信は一時停止中です。",
    pause: "一時停止",
    resume: "再開",
    stop: "やめる",
    sheet: "会場に表情を共有",
    sheetHint: "会場のことだけを決めます。通話での共有は変わりません。",
  },
  close: "閉じる",
} satisfies CallWords;
