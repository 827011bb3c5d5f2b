// English. Its shape is the type that every other language must satisfy.
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

type Said = { readonly what: string; readonly todo: string };

/** A name may be empty. */
const them = (who: string): string => who || "the other person";
/** The same where a sentence begins. */
const They = (who: string): string => who || "The other person";

const camera: Record<DeviceFailure, Said> = {
  NotAllowedError: {
    what: "The browser did not allow the camera.",
    todo: "Press the camera icon in the address bar, allow it for this page, then try again.",
  },
  NotFoundError: { what: "No camera was found.", todo: "Plug one in, or continue without a picture." },
  NotReadableError: {
    what: "The camera is busy.",
    todo: "Close the other program or tab that uses it, then try again.",
  },
  OverconstrainedError: { what: "This camera cannot be used here.", todo: "Choose another camera, then try again." },
  SecurityError: {
    what: "This page is not allowed to use a camera.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser does not let this page use a camera.",
    todo: "Open it in an up-to-date browser, with an address that begins with https.",
  },
  ended: {
    what: "The camera was disconnected.",
    todo: "It was unplugged, or the permission was taken back. Connect it again, then try again.",
  },
};

const microphone: Record<DeviceFailure, Said> = {
  NotAllowedError: {
    what: "The browser did not allow the microphone.",
    todo: "Press the icon in the address bar, allow the microphone for this page, then try again.",
  },
  NotFoundError: { what: "No microphone was found.", todo: "Plug one in or connect a headset, then try again." },
  NotReadableError: {
    what: "The microphone is busy.",
    todo: "Close the other program or tab that uses it, then try again.",
  },
  OverconstrainedError: {
    what: "This microphone cannot be used here.",
    todo: "Choose another microphone, then try again.",
  },
  SecurityError: {
    what: "This page is not allowed to use a microphone.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser does not let this page use a microphone.",
    todo: "Open it in an up-to-date browser, with an address that begins with https.",
  },
  ended: {
    what: "The microphone was disconnected.",
    todo: "It was unplugged, or the permission was taken back. Connect it again, then try again.",
  },
};

const closed: Record<LineClosedBecause, Said> = {
  left: { what: "You have left. Nobody can call you here now.", todo: "Start again to get a new code." },
  line_taken: { what: "Calls continue in your newer tab.", todo: "You can close this one." },
  calls_off: { what: "This server offers no calls.", todo: "Ask whoever runs it, or use another server." },
  too_many: { what: "Too many people are on the line here.", todo: "Try again in a few minutes." },
  refused: { what: "The server ended the connection.", todo: "Try again. If it happens again, ask whoever runs it." },
};

const relay: Record<RelayTrouble, Said> = {
  refused: { what: "The relay refused this call.", todo: "Ask whoever runs this server to look at its relay." },
  expired: { what: "The pass for the relay has expired.", todo: "Hang up and call again to get a new one." },
  unreachable: {
    what: "The relay cannot be reached.",
    todo: "This network may block it. Try another one, for example a phone’s.",
  },
  missing: { what: "This server has no relay.", todo: "The call is possible only without hiding your address." },
};

const ends: Record<"caller" | "callee", Record<CallEnd, (who: string) => Said>> = {
  caller: {
    declined: (who) => ({
      what: `${They(who)} declined.`,
      todo: "It may not be a good moment. You can try again later.",
    }),
    busy: (who) => ({
      what: `${They(who)} is busy.`,
      todo: "They are in a call, and someone else is already waiting.",
    }),
    timed_out: (who) => ({ what: "No answer.", todo: `It rang for over a minute, but ${them(who)} did not answer.` }),
    cancelled: () => ({ what: "You cancelled the call.", todo: "They can see that you called." }),
    unreachable: () => ({
      what: "Nobody can be reached there.",
      todo: "The code is wrong or already used, or their page is closed. Ask for a new code.",
    }),
    missed: () => ({ what: "The call was missed.", todo: "" }),
    ended: () => ({ what: "The call has ended.", todo: "" }),
    lost: (who) => ({
      what: "The connection was lost.",
      todo: `Nothing was heard from ${them(who)} for half a minute.`,
    }),
  },
  callee: {
    declined: () => ({ what: "You declined.", todo: "They were told." }),
    busy: () => ({ what: "You were busy.", todo: "" }),
    timed_out: (who) => ({ what: "Missed call.", todo: `${They(who)} called, and you did not answer.` }),
    cancelled: (who) => ({ what: "Missed call.", todo: `${They(who)} called and hung up.` }),
    unreachable: () => ({ what: "Nobody can be reached there.", todo: "" }),
    missed: (who) => ({ what: "Missed call.", todo: `${They(who)} called and hung up.` }),
    ended: () => ({ what: "The call has ended.", todo: "" }),
    lost: (who) => ({
      what: "The connection was lost.",
      todo: `Nothing was heard from ${them(who)} for half a minute.`,
    }),
  },
};

const media: Record<MediaLink, (who: string) => string> = {
  none: () => "",
  connecting: () => "Connecting sound and picture…",
  open: () => "",
  trouble: (who) => `Nothing heard from ${them(who)} for a moment.`,
  restarting: () => "The connection broke. Looking for another way…",
  renewing: () => "Rebuilding the connection. The call continues.",
  no_relay: () => "The relay can’t connect you.",
};

const quality: Record<Quality, string> = { good: "Good connection", fair: "Fair connection", poor: "Poor connection" };

const picture: Record<Exclude<Picture, "on">, (who: string) => string> = {
  off: (who) => `${They(who)}’s camera is off.`,
  face_off: (who) => `No picture from ${them(who)}: sound and expression only.`,
};

export const en = {
  title: "Call · kuuki",
  them,
  start: {
    headline: "Face to face,\nfrom anywhere.",
    breath:
      "Call someone with a short code. Sound and picture are encrypted from you to them, and each of you may let the other see your expression, too.",
    invited: "You were invited to a call.",
    invitedCode: "Code",
    heading: "First, your name",
    name: "Name",
    nameHint: "Optional. Whoever you call sees it.",
    remember: "Remember it in this browser",
    go: "Continue",
    steps: [
      ["You agree", "Camera and microphone stay off until you say yes."],
      ["You get a code", "Three words and a digit, easy to say aloud."],
      ["You call", "No account, nothing to install."],
    ] as readonly (readonly [string, string])[],
  },
  agree: {
    heading: "Before the camera and microphone turn on",
    points: [
      [
        "Only to the other person.",
        "Sound and picture are sent encrypted, and only during a call. kuuki stores none of it.",
      ],
      ["Directly, where possible.", "If a relay is needed on the way, they stay encrypted through it."],
      ["Your expression is a separate question.", "You are asked in the call, and it is off until you agree."],
    ] as readonly (readonly [string, string])[],
    choose: "The browser will ask next. What may it turn on?",
    camera: "Camera and microphone",
    cameraHint: "They see and hear you.",
    sound: "Microphone only",
    soundHint: "They hear you; the camera stays off.",
    faceOff: "No picture",
    faceOffHint: "Sound and expression only: the camera just reads your expression, if you share it.",
    asking: "Waiting for the browser…",
    askingHint: "Allow what it asks for. You can change this at any time.",
    back: "Back",
  },
  check: {
    heading: "Is everything working?",
    preview: "Your picture, seen only by you for now",
    noPicture: "The camera is off.",
    faceOff: "No picture: sound and expression only.",
    level: "Microphone level",
    hearYou: "We hear you.",
    saySomething: "Say something: the bar should move.",
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    deviceN: (kind: string, n: number) => `${kind} ${n}`,
    testSound: "Play test sound",
    retry: "Try again",
    onWithout: "You can continue without it.",
    network: "Test the network",
    networkAgain: "Test again",
    networkRuns: "Testing the network…",
    networkHint: "Takes a few seconds.",
    networkGood: "Calls should work from here.",
    networkRelay: "Calls should work from here, through the relay.",
    networkSoon: "This network was tested a moment ago. Try again in a minute.",
    networkNear: "Calls may work only within this network.",
    networkNone: "Calls probably won’t work from here. Try another network.",
    ways: { direct: "In this network", outside: "Directly over the internet", relay: "Through the relay" },
    works: "works",
    fails: "blocked",
    unknown: "unknown",
    hide: "Hide my address from the other person",
    hideHint: "Everything then goes through this server’s relay. It may be a little slower.",
    hideNot: "Not possible here: this server has no relay.",
    go: "Looks good, continue",
  },
  ready: {
    heading: "Ready.",
    mine: "Your code",
    mineHint: "Tell it to someone: whoever types it calls you here. It is good for one answered call.",
    waiting: "Getting your code…",
    renewing: "Your last code no longer works. Getting you a new one…",
    copy: "Copy link",
    copied: "Copied",
    share: "Share",
    mail: "Mail",
    mailSubject: "Call me on kuuki",
    mailBody: (code: string, kana: string, link: string) =>
      `Open this link and press Call:\n${link}\n\nOr type my code:\n${code}\n(${kana})\n`,
    qrLabel: "QR code of the link that calls you",
    another: "Another code",
    devices: "Camera and microphone",
    call: "Call someone",
    code: "Their code",
    codeHint: "Three words and a digit, in Latin letters or kana. Spaces do not matter.",
    codeOwn: "This is your own code.",
    codeWhole: (kana: string) => `Complete: ${kana}`,
    codeNot: "This code is not complete yet, or has a typo.",
    suggestions: "Words that fit",
    ring: "Call",
    ringFaceOff: "Call without picture",
    ringHint: "Without picture: sound and expression only.",
    leave: "Back",
    leaveRoom: "Back to the room",
    links: {
      off: "Not connected.",
      connecting: "Connecting…",
      open: "",
      retrying: "The connection to the server was lost. Trying again…",
      closed: "Not connected.",
    },
  },
  out: {
    calling: (who: string) => `Calling ${them(who)}…`,
    callingCode: "Calling…",
    callingHint: "Looking for them.",
    ringing: "It is ringing.",
    ringingHint: "It rings for up to 75 seconds.",
    waiting: "Busy.",
    waitingHint: "They are in a call and were told that you are calling. You can wait.",
    cancel: "Cancel",
    hangUp: "Hang up",
  },
  incoming: {
    calls: (who: string) => `${who || "Someone"} is calling`,
    title: (who: string) => `☎ ${who || "Someone"} is calling`,
    accept: "Accept",
    faceOff: "Accept without picture",
    decline: "Decline",
    faceOffHint: "Without picture: sound and expression only.",
    devicesHint:
      "Accepting turns on your microphone and camera; without picture, only the microphone. The browser may ask.",
  },
  call: {
    title: (who: string) => `${They(who)} · call · kuuki`,
    heading: (who: string) => `Call with ${them(who)}`,
    connected: (who: string) => `You are talking with ${them(who)}.`,
    duration: "Duration",
    mute: "Mute",
    muted: "You are muted.",
    cameraOff: "Camera off",
    faceOff: "No picture",
    faceOffOn: "No picture is sent: sound and expression only.",
    pictureOff: "Your camera is off.",
    devices: "Devices",
    pip: "Small window",
    pipBack: "Back here",
    safety: "Safety",
    more: "More",
    end: "End",
    preview: "Your picture",
    movePreview: "Move your picture to another corner",
    remote: (who: string) => `${They(who)}’s picture`,
    hear: "Tap to hear",
    hearHint: "The browser waits for a press before it plays sound.",
    mutedThem: (who: string) => `${They(who)} is muted.`,
    picture,
    quality,
    rtt: (ms: number) => `${ms} ms`,
    relayed: "Relayed",
    relayedHint: "Through this server’s relay, which cannot read it.",
    direct: "Direct",
    media,
    away: (who: string) => `${They(who)}’s page is reloading or offline. The call waits.`,
    gone: (who: string) => `${They(who)} has been away for more than 30 seconds.`,
    lineRetrying: "The server cannot be reached just now. The call continues.",
    relay,
    withoutRelay: "Continue without hiding my address",
    devicesGone: "Camera and microphone are off.",
    devicesBack: "Turn them on",
    knocks: (who: string) => `${who || "Someone"} is calling`,
    knockAccept: "End this call and answer",
    knockDecline: "Decline",
  },
  face: {
    heading: (who: string) => `${They(who)}’s expression`,
    watching: (who: string) => `${They(who)} is not sharing an expression.`,
    watchingHint: "That is up to them.",
    paused: (who: string) => `${They(who)} paused sharing.`,
    none: "No face in view just now.",
    cameraOff: "Camera off, so there is no expression.",
    mostly: (label: string) => `Mostly ${label.toLowerCase()}`,
    told: (who: string, label: string) => `${They(who)}’s expression: mostly ${label.toLowerCase()}.`,
    past: "The last minute, 0–100%",
    pastLabel: "Expression in the curve",
    ago: "1 min ago",
    now: "now",
    pastTold: (label: string, low: number, high: number, now: number | null) =>
      `${label} in the last minute: lowest ${low}%, highest ${high}%${now === null ? "" : `, now ${now}%`}.`,
    pastNone: "Nothing in the last minute.",
    hint: "For a single face these are guesses: an expression is what a face shows, no more.",
  },
  mine: {
    heading: "Your expression",
    off: "Not shared.",
    share: "Share",
    on: (label: string, percent: number) => `${label} ${percent}%`,
    noFace: "No face in view: no expression is sent.",
    starting: "Turning on…",
    paused: "Paused: no expression is sent.",
    hidden: "Paused while this tab is hidden.",
    cameraOff: "Paused: your camera is off.",
    failed: "The expression reader could not be loaded.",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    sent: "What was sent",
    sentTitle: "What was sent to the other person",
    sentBytes: "Byte for byte",
    retry: "Try again",
    askTitle: (who: string) => `Share your expression with ${them(who)}?`,
    points: (who: string): readonly (readonly [string, string])[] => [
      [
        "Seven numbers, and how sure they are.",
        "Read on your device, at most five times a second. No picture is sent for it.",
      ],
      [
        `Only to ${them(who)}, only in this call.`,
        "They are sent encrypted on the call’s own channel, as sound and picture are.",
      ],
    ],
    askCamera: "Your camera is off. It will be turned on only to read your expression; no picture is sent.",
    askPause: "One press pauses, one press stops.",
    agree: "I agree, share it",
    not: "Not now",
  },
  safety: {
    heading: "Is anyone listening in?",
    how: (who: string) =>
      `Read these words aloud to each other. If you know the voice of ${them(who)} and both of you see the same four, nobody is listening in between.`,
    none: "The words appear as soon as both of you are connected.",
    differ: "If they differ, hang up.",
  },
  devices: { heading: "Camera, microphone, speaker" },
  ended: {
    ends,
    talked: (minutes: number, seconds: number) =>
      minutes === 0 ? `You talked for ${seconds} s.` : `You talked for ${minutes} min ${seconds} s.`,
    again: "Call again",
    back: "Back",
  },
  closed,
  closedAgain: "Start again",
  failures: { camera, microphone },
  room: {
    heading: "The room beside the call",
    separate: "Sharing with the room is a separate question.",
    share: "Share with the room",
    sharing: "You are sharing with the room.",
    paused: "Sharing with the room is paused.",
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    sheet: "Sharing with the room",
    sheetHint: "This is about the room only. What you share in the call stays as it is.",
  },
  close: "Close",
};

export type CallWords = typeof en;
