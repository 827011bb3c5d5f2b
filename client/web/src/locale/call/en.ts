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
    todo: "Press the camera sign in the address bar, allow it for this page, then try again.",
  },
  NotFoundError: { what: "No camera was found.", todo: "Plug one in, or go on without a picture." },
  NotReadableError: {
    what: "The camera is busy.",
    todo: "Close the other program or tab that uses it, then try again.",
  },
  OverconstrainedError: { what: "This camera cannot be used here.", todo: "Choose another camera, then try again." },
  SecurityError: {
    what: "This page may not use a camera.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser gives no camera to this page.",
    todo: "Open it in an up-to-date browser, with an address that begins with https.",
  },
  ended: { what: "The camera went away.", todo: "It was unplugged or taken back. Connect it again, then try again." },
};

const microphone: Record<DeviceFailure, Said> = {
  NotAllowedError: {
    what: "The browser did not allow the microphone.",
    todo: "Press the sign in the address bar, allow the microphone for this page, then try again.",
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
    what: "This page may not use a microphone.",
    todo: "Open the link directly in your browser, not inside another page or app.",
  },
  no_camera_api: {
    what: "This browser gives no microphone to this page.",
    todo: "Open it in an up-to-date browser, with an address that begins with https.",
  },
  ended: {
    what: "The microphone went away.",
    todo: "It was unplugged or taken back. Connect it again, then try again.",
  },
};

const closed: Record<LineClosedBecause, Said> = {
  left: { what: "You have left. Nobody can call you here now.", todo: "Begin again to get a new code." },
  line_taken: { what: "Calls go on in your newer tab.", todo: "This one can be closed." },
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
    declined: (who) => ({ what: `${They(who)} declined.`, todo: "It is not a good moment. You can try again later." }),
    busy: (who) => ({
      what: `${They(who)} is busy.`,
      todo: "They are in a call, and someone else is waiting already.",
    }),
    timed_out: (who) => ({ what: "No answer.", todo: `It rang for a good minute, but ${them(who)} did not answer.` }),
    cancelled: () => ({ what: "You cancelled the call.", todo: "They see that you called." }),
    unreachable: () => ({
      what: "Nobody can be reached there.",
      todo: "The code is wrong or used up, or their page is closed. Ask for a new code.",
    }),
    missed: () => ({ what: "The call was missed.", todo: "" }),
    ended: () => ({ what: "The call has ended.", todo: "" }),
    lost: (who) => ({ what: "The connection was lost.", todo: `Nothing was heard of ${them(who)} for half a minute.` }),
  },
  callee: {
    declined: () => ({ what: "You declined.", todo: "They were told so." }),
    busy: () => ({ what: "You were busy.", todo: "" }),
    timed_out: (who) => ({ what: "Missed call.", todo: `${They(who)} called, and nobody answered.` }),
    cancelled: (who) => ({ what: "Missed call.", todo: `${They(who)} called, and then stopped.` }),
    unreachable: () => ({ what: "Nobody can be reached there.", todo: "" }),
    missed: (who) => ({ what: "Missed call.", todo: `${They(who)} called, and then stopped.` }),
    ended: () => ({ what: "The call has ended.", todo: "" }),
    lost: (who) => ({ what: "The connection was lost.", todo: `Nothing was heard of ${them(who)} for half a minute.` }),
  },
};

const media: Record<MediaLink, (who: string) => string> = {
  none: () => "",
  connecting: () => "Connecting sound and picture…",
  open: () => "",
  trouble: (who) => `Nothing heard from ${them(who)} for a moment.`,
  restarting: () => "The connection broke. Looking for another way…",
  renewing: () => "Building the connection anew. The call goes on.",
  no_relay: () => "The relay gives no way.",
};

const quality: Record<Quality, string> = { good: "Good connection", fair: "Fair connection", poor: "Poor connection" };

const picture: Record<Exclude<Picture, "on">, (who: string) => string> = {
  off: (who) => `${They(who)}’s camera is off.`,
  face_off: (who) => `${They(who)} chose face-off: sound and expression, no picture.`,
};

export const en = {
  title: "Call · kuuki",
  them,
  start: {
    headline: "Face to face,\nfrom anywhere.",
    breath:
      "Call someone by a short code. Sound and picture go encrypted from you to them, and either of you may let the other see their expression, too.",
    invited: "You were invited to a call.",
    invitedCode: "Code",
    heading: "First, your name",
    name: "Name",
    nameHint: "May stay empty. Whoever you call sees it.",
    remember: "Remember it in this browser",
    go: "Go on",
    steps: [
      ["You agree", "Camera and microphone stay off until you say yes."],
      ["You get a code", "Three words and a digit, easy to say aloud."],
      ["You call", "No account, nothing to install."],
    ] as readonly (readonly [string, string])[],
  },
  agree: {
    heading: "Before camera and microphone are on",
    points: [
      [
        "To the other person alone.",
        "Sound and picture go there encrypted, and only during a call. kuuki stores none of it.",
      ],
      ["Past the server.", "If a relay is needed on the way, it passes them on encrypted."],
      ["Your expression is a separate question.", "It is asked in the call, and off until you agree."],
    ] as readonly (readonly [string, string])[],
    choose: "The browser will ask next. What may it turn on?",
    camera: "Camera and microphone",
    cameraHint: "They see and hear you.",
    sound: "Microphone only",
    soundHint: "They hear you; the camera stays off.",
    faceOff: "Face-off",
    faceOffHint: "Sound and expression, but no picture: the camera only reads your expression, if you share it.",
    asking: "Waiting for the browser…",
    askingHint: "Allow what it asks for. You can change it at any time.",
    back: "Back",
  },
  check: {
    heading: "Is everything right?",
    preview: "Your picture, seen only by you for now",
    noPicture: "The camera is off.",
    faceOff: "Face-off: no picture will be sent.",
    level: "Microphone level",
    hearYou: "We hear you.",
    saySomething: "Say something: the bar should move.",
    camera: "Camera",
    microphone: "Microphone",
    speaker: "Speaker",
    deviceN: (kind: string, n: number) => `${kind} ${n}`,
    testSound: "Play a test sound",
    retry: "Try again",
    onWithout: "You can go on without it.",
    network: "Test the network",
    networkAgain: "Test again",
    networkRuns: "Testing the network…",
    networkHint: "Takes a few seconds.",
    networkGood: "Calls should work from here.",
    networkRelay: "Calls should work from here, through the relay.",
    networkSoon: "This network was tested a moment ago. Try again in a minute.",
    networkNear: "Calls may work only within this network.",
    networkNone: "Calls will hardly work from here. Try another network.",
    ways: { direct: "In this network", outside: "Straight over the internet", relay: "Through the relay" },
    works: "works",
    fails: "blocked",
    unknown: "not known",
    hide: "Hide my address from the other person",
    hideHint: "Everything then goes through this server’s relay. It may be a little slower.",
    hideNot: "Not possible here: this server has no relay.",
    go: "All right, go on",
  },
  ready: {
    heading: "Ready.",
    mine: "Your code",
    mineHint: "Tell it to someone: whoever types it calls you here. It is good for one answered call.",
    waiting: "Getting your code…",
    renewing: "Your last code leads nowhere any more. A new one is being made…",
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
    codeHint: "Three words and a digit, in Latin letters or kana. The spaces do not matter.",
    codeOwn: "This is your own code.",
    codeWhole: (kana: string) => `Complete: ${kana}`,
    codeNot: "This code is not complete yet, or has a typing error.",
    suggestions: "Words that fit",
    ring: "Call",
    ringFaceOff: "Face-off call",
    ringHint: "Face-off: sound and expression, no picture.",
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
    waitingHint: "They are in a call and were told that you are calling. You may wait.",
    cancel: "Cancel",
    hangUp: "Hang up",
  },
  incoming: {
    calls: (who: string) => `${who || "Someone"} is calling`,
    title: (who: string) => `☎ ${who || "Someone"} is calling`,
    accept: "Accept",
    faceOff: "Accept face-off",
    decline: "Decline",
    faceOffHint: "Face-off: sound and expression, no picture.",
    devicesHint: "Accepting turns on your microphone and camera, face-off the microphone alone; the browser may ask.",
  },
  call: {
    title: (who: string) => `${They(who)} · call · kuuki`,
    heading: (who: string) => `Call with ${them(who)}`,
    connected: (who: string) => `You are talking with ${them(who)}.`,
    duration: "Duration",
    mute: "Mute",
    muted: "You are muted.",
    cameraOff: "Camera off",
    faceOff: "Face-off",
    faceOffOn: "You are face-off: no picture is sent.",
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
    lineRetrying: "The server is not heard just now. The call goes on.",
    relay,
    withoutRelay: "Go on without hiding my address",
    devicesGone: "Camera and microphone are off.",
    devicesBack: "Turn them on",
    knocks: (who: string) => `${who || "Someone"} is calling`,
    knockAccept: "End this call and answer",
    knockDecline: "Decline",
  },
  face: {
    heading: (who: string) => `${They(who)}’s expression`,
    watching: (who: string) => `${They(who)} does not share an expression.`,
    watchingHint: "It is theirs to decide.",
    paused: (who: string) => `${They(who)} paused sharing.`,
    none: "No face in view just now.",
    cameraOff: "Camera off, so there is no expression.",
    mostly: (label: string) => `Mostly: ${label}`,
    told: (who: string, label: string) => `${They(who)}’s expression: mostly ${label}.`,
    past: "The last minute, 0–100 %",
    pastLabel: "Expression of the curve",
    ago: "1 min ago",
    now: "now",
    pastTold: (label: string, low: number, high: number, now: number | null) =>
      `${label} in the last minute: lowest ${low} %, highest ${high} %${now === null ? "" : `, now ${now} %`}.`,
    pastNone: "Nothing in the last minute.",
    hint: "For one face these are guesses: an expression is what a face shows, no more.",
  },
  mine: {
    heading: "Your expression",
    off: "Not shared.",
    share: "Share",
    on: (label: string, percent: number) => `${label} ${percent} %`,
    noFace: "No face in view: no expression is sent.",
    starting: "Turning on…",
    paused: "Paused: no expression is sent.",
    hidden: "Paused while this tab is hidden.",
    cameraOff: "Paused: your camera is off.",
    failed: "The expression reader could not be loaded.",
    pause: "Pause",
    resume: "Go on",
    stop: "Stop",
    sent: "What left",
    sentTitle: "What left for the other person",
    retry: "Try again",
    askTitle: (who: string) => `Share your expression with ${them(who)}?`,
    points: (who: string): readonly (readonly [string, string])[] => [
      [
        "Seven numbers, and how sure they are.",
        "Read on your device, at most five times a second. No picture is sent for it.",
      ],
      [
        `Only to ${them(who)}, only in this call.`,
        "They go encrypted, on the call’s own channel, as sound and picture do.",
      ],
    ],
    askCamera: "Your camera is off. It is turned on only to read your expression; no picture is sent.",
    askPause: "One press pauses, one press stops.",
    agree: "I agree, share it",
    not: "Not now",
  },
  safety: {
    heading: "Does anybody listen in?",
    how: (who: string) =>
      `Read these words aloud to each other. If you know the voice of ${them(who)} and both of you see the same four, nobody listens in between.`,
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
  closedAgain: "Begin again",
  failures: { camera, microphone },
  room: {
    heading: "The room beside the call",
    separate: "Sharing with the room is a separate question.",
    share: "Share with the room",
    sharing: "You share with the room.",
    paused: "Paused for the room.",
    pause: "Pause",
    resume: "Go on",
    stop: "Stop",
    sheet: "Sharing with the room",
    sheetHint: "This is about the room only. What you share in the call stays as it is.",
  },
  close: "Close",
};

export type CallWords = typeof en;
