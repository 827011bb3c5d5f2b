// English. Its shape is the type that every other language must satisfy.
// Long because one language is one file: a translator reads it from top to bottom.

import { MIN_GROUP, MIN_GROUP_LEAST } from "../core/generated";
import type { Label, WaveKind } from "../core/mood/generated";
import type { NotRecorded } from "../core/mood/history";
import { SHOWN_ORDER } from "../core/mood/labels";
import type { Trend } from "../core/mood/level";
import type { RoomPhrases, Share } from "../core/mood/sentence";
import type { ClosedBecause, SensingFailure, TapKind } from "../core/mood/session";
import type { Word } from "../core/mood/words";

const shares: Record<Share, string> = {
  hardly_any: "Hardly anyone is smiling",
  one_in_ten: "One in ten is smiling",
  one_in_five: "One in five is smiling",
  one_in_four: "One in four is smiling",
  one_in_three: "One in three is smiling",
  two_in_five: "Two in five are smiling",
  half: "Half are smiling",
  three_in_five: "Three in five are smiling",
  two_in_three: "Two in three are smiling",
  three_in_four: "Three in four are smiling",
  four_in_five: "Four in five are smiling",
  nine_in_ten: "Nine in ten are smiling",
  almost_all: "Almost everyone is smiling",
};

const trends: Record<Trend, string> = {
  rising: "and it’s growing",
  falling: "and it’s fading",
  steady: "and it’s holding steady",
};

const room: RoomPhrases = {
  connecting: "Connecting to the room.",
  empty: "Nobody is sharing yet.",
  stale: "No news from the room for a moment.",
  over: "The connection to the room has ended.",
  few: (minGroup) => `Fewer than ${minGroup} people are sharing. The mood appears once ${minGroup} share.`,
  share: shares,
  trend: trends,
  taps: {
    smile: "Smiles are coming in.",
    laugh: "Laughs are coming in.",
    wow: "Wows are coming in.",
    applause: "Applause is coming in.",
  },
  join: (share, trend, taps) => `${share}${trend ? `, ${trend}` : ""}.${taps ? ` ${taps}` : ""}`,
};

const words: Record<Word, string> = {
  applause: "Applause",
  laughter: "Laughter",
  wow: "Wow",
  smiles: "Smiles",
  beaming: "Beaming",
  warm: "Warm",
  surprised: "Surprised",
  lively: "Lively",
  mixed: "Mixed",
  heavy: "Serious",
  gentle: "Gentle",
  quiet: "Quiet",
};

function keptFor(seconds: number): string {
  const hours = Math.round(seconds / 3600);
  return hours < 1
    ? `${Math.max(1, Math.round(seconds / 60))} min`
    : hours < 96
      ? `${hours} h`
      : `${Math.round(hours / 24)} days`;
}

function seconds(count: number): string {
  return count < 60 ? `${count} s` : `${Math.floor(count / 60)} min ${count % 60} s`;
}

const taps: Record<TapKind, string> = { smile: "Smile", laugh: "Laugh", wow: "Wow", applause: "Applause" };

const failures: Record<SensingFailure, { what: string; todo: string }> = {
  NotAllowedError: {
    what: "The browser did not allow the camera.",
    todo: "Press the camera icon in the address bar, allow it for this page, then try again.",
  },
  NotFoundError: {
    what: "No camera was found.",
    todo: "Plug one in or switch it on, then try again. You can also take part by tapping.",
  },
  NotReadableError: {
    what: "The camera is busy.",
    todo: "Close the other program or tab that uses it, then try again.",
  },
  OverconstrainedError: {
    what: "This camera cannot be used here.",
    todo: "Choose another camera below, then try again.",
  },
  SecurityError: {
    what: "This page is not allowed to use a camera.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser does not let this page use a camera.",
    todo: "Open the link in an up-to-date browser, with an address that begins with https.",
  },
  ended: {
    what: "The camera was disconnected.",
    todo: "It was unplugged or switched off, or the permission was taken back. Connect it again, then try again.",
  },
  model: {
    what: "The expression reader could not be loaded.",
    todo: "Check the connection, then try again. Tapping still works.",
  },
};

const closed: Record<ClosedBecause, { what: string; todo: string }> = {
  left: { what: "You have left the room.", todo: "Reload the page to come back." },
  room_unknown: { what: "There is no room at this address.", todo: "Check the link, or ask whoever sent it." },
  room_closed: {
    what: "The room has been closed.",
    todo: "Thank you for being there. Your own numbers were not kept.",
  },
  seat_taken: {
    what: "You opened this room somewhere else.",
    todo: "You count once, in the newest window. You can close this one.",
  },
  removed: { what: "You were removed from the room.", todo: "Ask the organizer if this was a mistake." },
  not_allowed: {
    what: "This link does not open the room.",
    todo: "Its key is missing or wrong. Ask for the whole link.",
  },
  refused: { what: "The room ended the connection.", todo: "Too much was sent from this device. Reload to try again." },
};

const labels: Record<Label, string> = {
  happy: "Smiling",
  neutral: "Neutral",
  angry: "Angry",
  sad: "Sad",
  surprise: "Surprised",
  fear: "Afraid",
  disgust: "Disgusted",
};

/** All of them, as they stand within a sentence. */
const seven = SHOWN_ORDER.map((label) => labels[label].toLowerCase()).join(", ");

export const en = {
  tag: "en",
  name: "English",
  switchLabel: "Language",
  room,
  words,
  taps,
  keptFor,
  failures,
  closed,
  labels,
  trendWord: { rising: "growing", falling: "fading", steady: "steady" } as Record<Trend, string>,
  notice:
    "About expressions: kuuki can read facial expressions. It does so only if you agree, on your own device, and only for the mood of the room or, in a call, for the one person you are talking with.",
  home: {
    title: "kuuki: the mood of the room",
    sound: "How a room sounds",
    licences: "Licences of the software and models in these pages",
    headline: "Read the room,\nwherever the room is.",
    breath:
      "Your device reads your expression and sends seven numbers, never a picture. Everyone sees the mood of the whole room.",
    start: "Start a room",
    invited: "I was invited",
    organizing: "I am organizing",
    organizingHint: "Start a room and hand on its link or QR code.",
    purpose: "What is it for?",
    purposes: { event: "An event", performance: "A performance", private: "Among friends" },
    purposeHints: {
      event: "A talk, a stream, a gathering.",
      performance: "Comedy, music, theatre: someone is on stage.",
      private: "Watching something together.",
    },
    refusedLabel: "Not allowed",
    refused: "Work, school and job interviews",
    refusedWhy:
      "Reading the expressions of people at work, in education or applying for a job is prohibited in the EU (AI Act, Article 5(1)(f)). kuuki starts no room that is meant for that; what people do in a room, it cannot see.",
    language: "Language of the room",
    minGroup: "Show the mood once",
    minGroupUnit: "people share",
    minGroupHint: "Below this number no mood is shown. The higher it is, the less the mood tells about any one person.",
    minGroupLow: `With fewer than ${MIN_GROUP}, the mood is very rough and each one stands out. Everyone who joins will be told.`,
    minGroupWrong: (least: number, most: number) => `Choose a number from ${least} to ${most}.`,
    record: "Record the mood",
    recordHint:
      "The mood of the room once a second, not each person’s numbers. Kept for 24 hours unless this server says otherwise; you can delete it.",
    show: "Link to the show (optional)",
    showHint: "The https address of a player that can be embedded. It is shown on the audience page.",
    showWrong: "This is not an https address.",
    more: "More",
    moreSet: (group: number, records: boolean) =>
      `Mood from ${group} people on; ${records ? "recorded" : "not recorded"}`,
    create: "Start the room",
    creating: "Starting…",
    failed: "The room could not be started.",
    /** By the server's name of the problem; others are said in its own words. */
    refusals: {
      admin_token:
        "Only the organizer can start one. Open this page with the organizer’s link, which ends in #k= and a key.",
      unreachable: "kuuki could not be reached. Is it running, and are you online?",
      unavailable: "kuuki is starting or stopping. Try again in a moment.",
      too_many_rooms: "There are too many rooms here. Close one first.",
      min_group: `The mood of fewer than ${MIN_GROUP_LEAST} people is not shown here. Choose ${MIN_GROUP_LEAST} or more.`,
    } as Readonly<Record<string, string>>,
    ready: "Your room is open.",
    audienceLink: "For the audience",
    audienceHint: "Share it, print it, put it on a slide.",
    stageLink: "For the stage",
    stageHint: "Open it on the screen the performer sees.",
    copy: "Copy",
    copied: "Copied",
    shareIt: "Share",
    open: "Open",
    qr: "QR code of the audience link",
    another: "Start another room",
    joinLabel: "Link, room name or call code",
    joinHint: "Paste the link as you got it, or type the name or code.",
    joinGo: "Go",
    joinEmpty: "Paste a link first, or type the name of a room or the code of a call.",
    joinNowhere:
      "This is not a link, a name or a code of a room or a call. Paste the whole link, or ask whoever invited you.",
    joinElsewhere: (host: string) => `This link leads to another kuuki: ${host}`,
    joinElsewhereGo: "Open it there",
    calling: "I want to call someone",
    callHint: "Two people, face to face. Each may let the other see their expression.",
    callGo: "Call",
    steps: [
      ["Read here", "The camera picture stays on your device."],
      ["Sent", "Seven numbers, and only once you agree."],
      ["Shown", "One light for the whole room, usually once 5 people share."],
    ] as readonly (readonly [string, string])[],
  },
  hear: {
    title: "Hear the room",
    shared: "Only while I smile too",
    sharedHint: "For whoever finds a laugh track tiresome. Needs your camera: it is read on this device, as always.",
  },
  audience: {
    title: (roomName: string) => `${roomName} · kuuki`,
    heading: "The room",
    showTitle: "The show",
    links: {
      joining: "Connecting…",
      open: "Connected",
      retrying: "The connection was lost. Trying again…",
      watching: "You can only watch here: the network blocks UDP. You see the room, but cannot share or tap.",
      closed: "Not connected",
    },
    exact:
      "This room shows exact numbers, even of a single person. It runs on this computer only, for trying things out.",
    lowGroup: (minGroup: number) =>
      `By the organizer’s choice, this room shows the mood from as few as ${minGroup === 1 ? "1 person" : `${minGroup} people`}.`,
    popOut: "Pop out",
    popOutHint: "A small window that stays on top. You keep sharing while you watch something else.",
    popBack: "Bring it back",
    poppedOut: "kuuki is in the small window.",
    secondScreen: "Watching something on this screen? Open this page on your phone and keep it beside you.",
    settings: "Settings",
    keys: "Keyboard shortcuts",
    keysHint: "P pauses and resumes, 1 to 4 tap.",
    leave: "Leave the room",
    call: "Call someone from this room",
    you: "You are the point at its rim; a smile brightens it.",
    tapped: (count: number) => `${count} so far`,
  },
  rough: "A small room, so this is only a rough estimate.",
  tapsTitle: "React by tapping",
  tapsHint: "Works without a camera.",
  consent: {
    invite: "Share your expression?",
    inviteWhy: "Your smile then counts in the room’s light. The camera stays off until you say yes.",
    inviteGo: "How it works",
    recorded: (kept: string) =>
      `This room is recorded: the mood of the room is kept for ${kept}; your own numbers are not.`,
    notRecorded: "This room is not recorded.",
    title: "Before the camera turns on",
    points: (minGroup: number, exact: boolean, kept: string | null): readonly (readonly [string, string])[] => [
      ["The picture stays here.", "It is read on this device and thrown away. It is never sent or stored."],
      [
        "Seven numbers are sent.",
        `How much your face looks like each of seven expressions (${seven}), and how sure that is; at most five times a second.`,
      ],
      exact
        ? ["Shown to the room: exact numbers.", "In this trial room, even one person’s numbers can be seen."]
        : [
            "Shown: only the mood of the whole room.",
            minGroup === 1
              ? "From 1 person, with noise added: if you are alone in the room, it follows you."
              : `Once ${minGroup} people share, it follows what all of you do together; the fewer you are, the more each one stands out. Who comes or goes is hidden under noise. Someone who joins with many devices can still find out more.`,
          ],
      kept === null
        ? ["Not recorded.", "The mood is shown and not kept. Whoever sees it could still write it down."]
        : [
            `Kept for ${kept}: the mood of the room.`,
            "What everyone sees, once a second. Your own numbers are not kept.",
          ],
      [
        "Pause whenever you like.",
        `One press and your face stops counting at once; on a bad network, within seconds.${exact ? "" : " The room’s numbers then move a little, more because of noise than because of you."}`,
      ],
      ["Not meant for work or school.", "An expression is what a face shows, not what a person thinks."],
    ],
    agree: "I agree, turn on the camera",
    decline: "Not now",
  },
  sensing: {
    title: "Your expression",
    starting: "Turning on the camera…",
    startingHint: "If the browser asks, allow the camera.",
    on: "Sharing",
    waits: "You count from the next update.",
    paused: "Paused: no expression is sent.",
    hidden: "Paused because this tab is hidden. Pop kuuki out to keep sharing.",
    noFace: "No face in view, so no expression is sent. The last one counts a moment longer.",
    smile: "Smile",
    bars: "What your device reads",
    barsHint: "For a single face these are guesses. The more people share, the more reliable the room’s number is.",
    preview: "Your camera, seen only by you",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop and turn the camera off",
    camera: "Camera",
    cameraN: (n: number) => `Camera ${n}`,
    retry: "Try again",
    unsure: "Not clear enough to count just now.",
  },
  sent: {
    title: "What was sent to the room",
    open: "Show",
    close: "Hide",
    totals: (count: string, bytes: string) => `${count} messages, ${bytes} bytes in all`,
    nothing: "Nothing yet.",
    newest: "Newest score, byte for byte",
    log: "The last ones",
    hold: "Freeze",
    follow: "Follow",
    kinds: { score: "Score", tap: "Taps", beat: "Heartbeat" },
    ago: (seconds: string) => `${seconds} s ago`,
    bytes: (count: number) => `${count} bytes`,
    parts: {
      list: "list begins",
      version: "version",
      kind: "kind",
      seq: "number",
      weights: "seven weights follow",
      sure: "how sure",
      presence: "presence",
      answer: "answer to",
      taps: "taps so far",
      code: "code",
      rtt: "round trip, ms",
      unknown: "not understood",
    },
    presence: ["watching", "sharing", "paused", "leaving"],
  },
  recent: {
    title: "The last ten minutes",
    now: "Expressions in the room",
    none: "Nothing can be shown of the room just now.",
  },
  stage: {
    title: (roomName: string) => `Stage · ${roomName}`,
    smiling: "smiling",
    people: (atLeast: number | null, atMost: number | null) =>
      atLeast === null
        ? atMost === null
          ? ""
          : `up to ${atMost} people`
        : atMost === null
          ? `${atLeast} people or more`
          : atLeast === atMost
            ? `${atLeast} ${atLeast === 1 ? "person" : "people"}`
            : `${atLeast}–${atMost} people`,
    coverage: (percent: number) => `${percent}% are sharing`,
    /** The last wave: its length, how much of the room, how long ago. */
    wave: {
      title: "The last wave",
      kinds: { smiles: "Smiles", laugh: "Laughter", wow: "Wow", applause: "Applause" } as Record<WaveKind, string>,
      lasted: (seconds: number) => `${seconds} s`,
      now: "now",
      justNow: "just now",
      secondsAgo: (seconds: number) => `${seconds} s ago`,
      minutesAgo: (minutes: number) => `${minutes} min ago`,
      tapped: "tapped",
      of: {
        hardly_any: "a few",
        one_in_ten: "one in ten",
        one_in_five: "one in five",
        one_in_four: "one in four",
        one_in_three: "one in three",
        two_in_five: "two in five",
        half: "half",
        three_in_five: "three in five",
        two_in_three: "two in three",
        three_in_four: "three in four",
        four_in_five: "four in five",
        nine_in_ten: "nine in ten",
        almost_all: "almost all",
      } as Record<Share, string>,
    },
    minute: "against the last minute",
    clock: {
      since: (minutes: number) =>
        minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`,
      pressed: "since you pressed start",
      seen: "since the mood first showed",
      now: "time of day",
      start: "Start",
      again: "Start again",
      startHint: "Counts the show’s time from now on, on this screen.",
    },
    late: {
      network: (seconds: string) => `Shown about ${seconds} s after it happens.`,
      stream: (seconds: string) => `The stream is ${seconds} s late: this answers what you did about ${seconds} s ago.`,
    },
    vibrate: "Vibrate on waves",
    fullscreen: "Full screen",
    leaveFullscreen: "Leave full screen",
    history: {
      open: "History",
      close: "Close",
      closeName: "Close the history",
      title: "The mood so far",
      shown: "Show",
      spans: { recent: "10 minutes", all: "All" } as Record<"recent" | "all", string>,
      smiling: "Smiling",
      energy: "Energy",
      when: "When",
      empty: "The curve begins as soon as the mood can be shown.",
      loading: "Fetching the history…",
      failing: "The record cannot be fetched just now. Trying again.",
      ownOnly: "This curve is only on this page, and is gone when the page is closed.",
      now: (now: number) => `${now}% are smiling.`,
      curve: {
        highest: "Smiling, highest",
        average: "average",
        slider: "Time on the curve",
        how: "Tap the curve, or use the arrow keys, to read it.",
        reach: (most: number, mean: number) =>
          most === mean ? `${most}% smiling` : `up to ${most}% smiling, ${mean}% on average`,
        nothing: "nothing was shown",
        /** `sinceS`: seconds since the mark; below 0: until it. */
        mark: (word: string, sinceS: number) =>
          `${sinceS === 0 ? "at" : `${seconds(Math.abs(sinceS))} ${sinceS > 0 ? "after" : "before"}`} ${word ? `“${word}”` : "a mark"}`,
        between: " · ",
      },
      waves: { smiles: "Smiles", laugh: "Laughs", wow: "Wows", applause: "Applause" } as Record<WaveKind, string>,
      biggest: {
        laughs: "Biggest laughs",
        moments: "Biggest moments",
        how: "By how far it rose, times how long it lasted.",
        none: "Nothing has stood out yet.",
        lasted: seconds,
        ofRoom: (percent: number) => `${percent}% of the room`,
      },
      summary: (low: number, lowAt: string, high: number, highAt: string) =>
        `The lowest was ${low}% (${lowAt}), the highest ${high}% (${highAt}).`,
      keys: "Keyboard shortcuts",
      keysHint: "H opens and closes the history, M sets a mark.",
    },
    recorded: (keptFor: string) => `Recorded, kept for ${keptFor}.`,
    recordedWhat: "What is kept is the mood of the room, once a second; not each person’s numbers.",
    recordedBefore: (kept: string) => `What was recorded before is kept for ${kept}.`,
    notRecorded: {
      off: "Not recorded: recording is off for this room.",
      no_aof: "Not recorded: the store keeps nothing on disk and could lose it.",
      disk: "Not recorded: the disk is full.",
      full: "Not recorded: the store has no space left for records. Recording resumes when there is some.",
      read_only: "Not recorded: the disk cannot be written to.",
      unavailable: "Not recorded: the store cannot be reached just now.",
      refused: "Not recorded: it could not be kept reliably.",
    } as Record<"off" | "refused" | NotRecorded, string>,
    marks: {
      title: (count: number) => `Marks (${count})`,
      none: "No marks yet.",
      nameless: "(no word)",
      set: "Mark",
      word: "A word for this moment (optional)",
      go: "Set the mark",
      cancel: "Cancel",
      done: "Marked.",
      notRecorded: "Not marked: this room is not being recorded just now.",
      failed: "Not marked: that did not work. Try again.",
    },
    record: {
      download: "Download",
      json: "JSON",
      csv: "CSV",
      downloadFailed: "The record could not be fetched. Try again.",
      erase: "Delete the record",
      eraseAsk: "Delete all that was recorded of this room?",
      eraseWhat: "The curve and the marks will be gone for everyone, and cannot be brought back.",
      eraseYes: "Delete for good",
      eraseNo: "Keep it",
      erased: "The record was deleted.",
      eraseFailed: "The record was not deleted. Try again.",
    },
    invite: "Join with your phone",
    waiting: "Waiting",
    overWord: "The end",
  },
};

export type Words = typeof en;
