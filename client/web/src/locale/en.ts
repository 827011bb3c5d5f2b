// English. Its shape is the type that every other language must satisfy.
// Long because one language is one file: a translator reads it from top to bottom.

import { MIN_GROUP, MIN_GROUP_LEAST } from "../core/generated";
import type { WaveKind } from "../core/mood/generated";
import type { NotRecorded } from "../core/mood/history";
import type { Trend, Word } from "../core/mood/level";
import type { RoomPhrases, Share } from "../core/mood/sentence";
import type { ClosedBecause, SensingFailure, TapKind } from "../core/mood/session";

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

const trends: Record<Trend, string> = { rising: "rising", falling: "fading", steady: "steady" };

const room: RoomPhrases = {
  connecting: "Connecting to the room.",
  empty: "Nobody is sharing yet.",
  stale: "No news from the room for a moment.",
  over: "The connection to the room has ended.",
  few: (minGroup) => `Fewer than ${minGroup} people are sharing; the mood appears from ${minGroup}.`,
  share: shares,
  trend: trends,
  taps: {
    smile: "Smiles are being tapped.",
    laugh: "Laughs are being tapped.",
    wow: "Wows are being tapped.",
    applause: "Applause is being tapped.",
  },
  join: (share, trend, taps) => `${share}${trend ? `; ${trend}` : ""}.${taps ? ` ${taps}` : ""}`,
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

const taps: Record<TapKind, string> = { smile: "Smile", laugh: "Laugh", wow: "Wow", applause: "Applause" };

const failures: Record<SensingFailure, { what: string; todo: string }> = {
  NotAllowedError: {
    what: "The browser did not allow the camera.",
    todo: "Press the camera sign in the address bar, allow it for this page, then try again.",
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
    what: "This page may not use a camera.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser gives no camera to this page.",
    todo: "Open the link in an up-to-date browser, with an address that begins with https.",
  },
  ended: {
    what: "The camera went away.",
    todo: "It was unplugged, switched off or taken back. Connect it again, then try again.",
  },
  model: {
    what: "The expression reader could not be loaded.",
    todo: "Check the connection, then try again. Tapping works meanwhile.",
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
    todo: "You count once, in the newest window. This one can be closed.",
  },
  removed: { what: "You were taken out of the room.", todo: "Ask the organizer if this was a mistake." },
  not_allowed: {
    what: "This link does not open the room.",
    todo: "Its key is missing or wrong. Ask for the whole link.",
  },
  refused: { what: "The room ended the connection.", todo: "Too much was sent from this device. Reload to try again." },
};

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
  labels: {
    angry: "Angry",
    disgust: "Disgust",
    fear: "Fear",
    happy: "Happy",
    sad: "Sad",
    surprise: "Surprise",
    neutral: "Neutral",
  },
  trendWord: { rising: "rising", falling: "fading", steady: "steady" } as Record<Trend, string>,
  notice:
    "About expressions: kuuki can read facial expressions. It does so only if you agree, on your own device, and only to show the mood of the room, or, in a call, to the one person you talk with.",
  home: {
    title: "kuuki: the mood of the room",
    licences: "Licences of the software and models in these pages",
    headline: "Read the room,\nwherever the room is.",
    breath:
      "Each person’s device reads its own person’s expression and sends seven numbers, never a picture. Everyone sees the mood of the whole room.",
    start: "Start a room",
    join: "Join a room",
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
      "Reading the expressions of people who work, learn or apply for a job is prohibited in the EU (AI Act, Article 5(1)(f)). kuuki starts no room that is meant for it; what people do in a room, it cannot see.",
    language: "Language of the room",
    minGroup: "Show the mood from",
    minGroupUnit: "people on",
    minGroupHint: "Below this number no mood is shown. The higher it is, the less the mix tells about any one person.",
    minGroupLow: `From fewer than ${MIN_GROUP}, the mood is very rough, and each one stands out. Everyone who joins will be told.`,
    minGroupWrong: (least: number, most: number) => `Choose a number from ${least} to ${most}.`,
    record: "Record the mood",
    recordHint:
      "The room’s mix once a second, not each person’s numbers. Kept for 24 hours, unless this server says otherwise; you can delete it.",
    show: "Link to the show (optional)",
    showHint: "An https address of a player that can be embedded. It is shown in the audience page.",
    showWrong: "This is not an https address.",
    create: "Start the room",
    creating: "Starting…",
    failed: "The room could not be started.",
    /** By the server's name of the problem; others are said in its own words. */
    refusals: {
      admin_token: "Only the organizer can: open this page with the organizer’s link, which ends in #k= and a key.",
      unreachable: "kuuki could not be reached. Is it running, and are you online?",
      unavailable: "kuuki is just starting or stopping. Try again in a moment.",
      too_many_rooms: "There are too many rooms here. Close one first.",
      min_group: `The mood of fewer than ${MIN_GROUP_LEAST} people is not shown here. Choose ${MIN_GROUP_LEAST} or more.`,
    } as Readonly<Record<string, string>>,
    ready: "Your room is open.",
    audienceLink: "For the audience",
    audienceHint: "Share it, print it, put it on a slide.",
    stageLink: "For the stage",
    stageHint: "Open it on the screen that the performer sees.",
    copy: "Copy",
    copied: "Copied",
    shareIt: "Share",
    open: "Open",
    qr: "QR code of the audience link",
    another: "Start another room",
    joinLabel: "Room or link",
    joinHint: "Paste the link you were given, or type the room’s name.",
    joinGo: "Go to the room",
    joinEmpty: "Type a room or paste a link first.",
    joinFailed: "This room could not be opened.",
    call: "Call someone",
    callHint: "Two people, face to face, and each other’s expression if they like.",
    callGo: "Call",
    steps: [
      ["Read here", "The camera picture stays on each device."],
      ["Sent", "Seven numbers, and only after agreeing."],
      ["Shown", "One light for the whole room, usually from 5 people on."],
    ] as readonly (readonly [string, string])[],
  },
  audience: {
    title: (roomName: string) => `${roomName} · kuuki`,
    heading: "The room",
    showTitle: "The show",
    links: {
      joining: "Connecting…",
      open: "Connected",
      retrying: "The connection was lost. Trying again…",
      watching: "Only watching works here: the network blocks UDP. You see the room, but cannot share or tap.",
      closed: "Not connected",
    },
    exact:
      "This room shows exact numbers, even of a single person. It runs on this computer only, for trying things out.",
    lowGroup: (minGroup: number) => `This room shows the mood from only ${minGroup} on, by the organizer’s choice.`,
    popOut: "Pop out",
    popOutHint: "A small window that stays on top. Sharing goes on in it while you watch something else.",
    popBack: "Bring it back",
    poppedOut: "kuuki is in the small window.",
    secondScreen: "Watching something on this screen? Open this page on your phone and put it beside you.",
    settings: "Settings",
    keys: "Shortcut keys",
    keysHint: "P pauses and resumes, 1 to 4 tap.",
    leave: "Leave the room",
    call: "Call someone from this room",
    you: "You are the point at its rim; a smile brightens it.",
    tapped: (count: number) => `${count} so far`,
  },
  rough: "A small room, shown roughly.",
  tapsTitle: "React by tapping",
  tapsHint: "Works without a camera.",
  consent: {
    invite: "Share your expression?",
    inviteWhy: "Your smile then counts in the room’s light. The camera stays off until you say yes.",
    inviteGo: "How it works",
    recorded: (kept: string) =>
      `This room is recorded: the mood of the room is kept for ${kept}; your own numbers are not.`,
    notRecorded: "This room is not recorded.",
    title: "Before the camera is on",
    points: (minGroup: number, exact: boolean, kept: string | null): readonly (readonly [string, string])[] => [
      ["The picture stays here.", "It is read on this device and thrown away. It is never sent or stored."],
      [
        "Seven numbers leave.",
        "How much your face looks like each of seven expressions, and how sure that is; at most five times a second.",
      ],
      exact
        ? ["Shown to the room: exact numbers.", "In this trial room even one person’s numbers can be seen."]
        : [
            "Shown: only the room’s mix.",
            minGroup === 1
              ? "From 1 person on, with noise: alone in the room, it follows you."
              : `From ${minGroup} people on, it follows what everybody does together; the fewer you are, the more each one stands out. Who comes or goes is hidden under noise. Someone who joins with many devices can still find out more.`,
          ],
      kept === null
        ? ["Not recorded.", "The mix is shown and not kept. Whoever sees it could still write it down."]
        : [
            `Kept for ${kept}: the mood of the room.`,
            "The mix that everyone sees, once a second. Your own numbers are not kept.",
          ],
      [
        "Pause whenever you like.",
        `One press, and your face counts no more at once; on a bad network, within seconds.${exact ? "" : " The room’s numbers then move a little, by noise more than by you."}`,
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
    waits: "You count from the next moment on.",
    paused: "Paused: no expression is sent.",
    hidden: "Paused, because this tab is hidden. Pop kuuki out to go on sharing.",
    noFace: "No face in view, so no expression is sent. The last one counts a little longer.",
    smile: "Smile",
    bars: "What your device reads",
    barsHint: "For one face these are guesses. The more people share, the surer is the room’s number.",
    preview: "Your camera, seen only by you",
    pause: "Pause",
    resume: "Go on",
    stop: "Stop and turn the camera off",
    camera: "Camera",
    cameraN: (n: number) => `Camera ${n}`,
    retry: "Try again",
    unsure: "Not sure enough to count just now.",
  },
  sent: {
    title: "What was sent to the room",
    open: "Show",
    close: "Hide",
    totals: (count: string, bytes: string) => `${count} messages, ${bytes} bytes in all`,
    nothing: "Nothing yet.",
    newest: "Newest score, byte for byte",
    log: "The last ones",
    hold: "Hold still",
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
      title: "The evening so far",
      shown: "Show",
      spans: { recent: "10 minutes", all: "All" } as Record<"recent" | "all", string>,
      smiling: "Smiling",
      energy: "Energy",
      when: "When",
      empty: "The curve begins as soon as the mood can be shown.",
      loading: "Fetching the history…",
      failing: "The record cannot be fetched just now. Trying again.",
      ownOnly: "This curve is only in this page, and goes when the page is closed.",
      now: (now: number) => `Smiling is at ${now}%.`,
      summary: (now: number, low: number, lowAt: string, high: number, highAt: string) =>
        `Smiling is at ${now}%. It was lowest at ${low}% (${lowAt}) and highest at ${high}% (${highAt}).`,
      keys: "Shortcut keys",
      keysHint: "H opens and closes the history, M sets a mark.",
    },
    recorded: (keptFor: string) => `Recorded, kept for ${keptFor}.`,
    recordedWhat: "What is kept is the mood of the room, once a second; not each person’s numbers.",
    recordedBefore: (kept: string) => `What was recorded before is kept for ${kept}.`,
    notRecorded: {
      off: "Not recorded: nobody wanted it for this room.",
      no_aof: "Not recorded: the store could lose it, as it keeps nothing on disk.",
      disk: "Not recorded: the disk is full.",
      full: "Not recorded: the store has no room for more records. It goes on when there is some.",
      read_only: "Not recorded: the disk cannot be written to.",
      unavailable: "Not recorded: the store cannot be reached just now.",
      refused: "Not recorded: it could not be kept for sure.",
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
      notRecorded: "Not marked: this room is not recorded just now.",
      failed: "Not marked: it did not work just now. Try again.",
    },
    record: {
      download: "Download",
      json: "JSON",
      csv: "CSV",
      downloadFailed: "The record could not be fetched. Try again.",
      erase: "Delete the record",
      eraseAsk: "Delete all that was recorded of this room?",
      eraseWhat: "The curve and the marks go, for everyone, and cannot be brought back.",
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
