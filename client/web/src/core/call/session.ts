// The seam between a call's io and its ui. Types only; core/mood/session.ts is the same for a room.
// io implements CallSession; ui draws its snapshot and calls its methods; app.ts joins them.

import type { Reading, Sensing, SensingFailure, Sent } from "../mood/session";

/** Where this page's line (its end of signaling) stands. `retrying`: a call that is on goes on meanwhile. */
export type LineLink = "off" | "connecting" | "open" | "retrying" | "closed";

/** Why the line is closed for good. `line_taken`: opened in a newer tab of the same browser. */
export type LineClosedBecause = "left" | "line_taken" | "calls_off" | "too_many" | "refused";

/** A call as its own side sees it: the states of kuuki/call/calling.py that are not ends. */
export type CallState = "calling" | "ringing" | "waiting" | "incoming" | "talking";

/** How a call ended: the ends of kuuki/call/calling.py, but `crossed`, which the person never sees. */
export type CallEnd = "declined" | "busy" | "timed_out" | "cancelled" | "unreachable" | "missed" | "ended" | "lost";

/** What the partner's signaling says: `away`: their page is reloading or offline; `gone`: for more than 30 s. */
export type PartnerIs = "here" | "away" | "gone";

/** How media fare. Each has its own words. `connecting`: the first time. `trouble`: nothing heard for a moment.
 * `restarting`: looking for another way (ICE restart). `renewing`: a new connection in the same call.
 * `no_relay`: relay only was chosen, and the relay gives no way (see `relayTrouble`). */
export type MediaLink = "none" | "connecting" | "open" | "trouble" | "restarting" | "renewing" | "no_relay";

/** Why the relay gives no way. `expired`: its credentials are too old. `missing`: this server has no relay. */
export type RelayTrouble = "refused" | "expired" | "unreachable" | "missing";

/** From round trip, loss and bitrate of the last seconds. */
export type Quality = "good" | "fair" | "poor";

/** What is sent of one's picture: the camera, nothing, or nothing by choice while the expression goes on. */
export type Picture = "on" | "off" | "face_off";

/** What a microphone, camera or speaker failed with; each has its own words, for each device. */
export type DeviceFailure = Exclude<SensingFailure, "model">;

export interface Device {
  readonly deviceId: string;
  readonly label: string;
}

export interface Devices {
  readonly state: "off" | "asking" | "on";
  /** Null: it works, or was not asked for. A camera that fails does not stop a call by voice, and the reverse. */
  readonly cameraFailure: DeviceFailure | null;
  readonly microphoneFailure: DeviceFailure | null;
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  /** Empty where the browser lets pages choose none. */
  readonly speakers: readonly Device[];
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly speaker: string | null;
}

/** One second of the partner's expression as it came; null: nothing came that second. 0..1, order of LABELS. */
export interface PastScore {
  readonly atMs: number;
  readonly weights: readonly number[] | null;
}

export interface Partner {
  /** What they call themselves; "" until they answered (a code must not tell whose it is). */
  readonly name: string;
  readonly is: PartnerIs;
  readonly sound: boolean;
  readonly picture: Picture;
  /** Whether they share their expression with us: `watching` not agreed, `sensing`, `paused`. */
  readonly presence: "watching" | "sensing" | "paused";
  /** Their newest score, softened for drawing nowhere but in ui; null: none, or older than 2 s. Never "neutral". */
  readonly weights: readonly number[] | null;
  /** The last minute, oldest first, one a second. */
  readonly past: readonly PastScore[];
}

/** Someone calls while a call is on: call waiting. */
export interface Knocking {
  readonly call: string;
  readonly name: string;
}

export interface Call {
  readonly call: string;
  readonly side: "caller" | "callee";
  readonly state: CallState;
  /** performance.now() when the state began. */
  readonly sinceMs: number;
  readonly partner: Partner;
  readonly media: MediaLink;
  readonly relayTrouble: RelayTrouble | null;
  readonly quality: Quality | null;
  readonly rttMs: number | null;
  /** Whether media go through a relay; null before it is known. */
  readonly isRelayed: boolean | null;
  /** Four words (kuuki/call/checking.py), the same on both sides unless somebody between them replaced a key; in Latin
   * form; null before both are connected. */
  readonly check: readonly string[] | null;
}

/** The last call of this page that is over. */
export interface Ended {
  readonly call: string;
  readonly side: "caller" | "callee";
  readonly how: CallEnd;
  readonly name: string;
  /** How long it was talked, in ms; 0 if never. */
  readonly talkedMs: number;
  /** Whether `again` may be tried. */
  readonly canCallAgain: boolean;
}

export interface CallSnapshot {
  readonly link: LineLink;
  readonly closedBecause: LineClosedBecause | null;
  readonly name: string;
  /** Own code in its Latin form; null before there is one, and while a spent one is being replaced. Codes are good for one answered call. */
  readonly code: string | null;
  /** The link that calls this page: the code stands in its fragment. */
  readonly codeLink: string | null;
  readonly devices: Devices;
  /** Own microphone and picture, as the partner gets them. */
  readonly sound: boolean;
  readonly picture: Picture;
  /** 0..1, own microphone, for the meter of the device check and in the call. */
  readonly level: number;
  readonly relayOnly: boolean;
  /** Whether this server offers a relay at all; null before it is known. */
  readonly hasRelay: boolean | null;
  /** Result of `testNetwork`: null untested. */
  readonly network: NetworkTest | null;
  /** Sharing one's expression with the partner of this call: off until agreed, for this call alone. */
  readonly sensing: Sensing;
  readonly sensingFailure: SensingFailure | null;
  readonly reading: Reading | null;
  /** What left on the call's own channel, newest last, at most 200 (signs of life too). */
  readonly sent: readonly Sent[];
  readonly sentCount: number;
  readonly sentBytes: number;
  readonly call: Call | null;
  readonly knocking: Knocking | null;
  readonly ended: Ended | null;
}

export interface NetworkTest {
  readonly state: "running" | "done";
  /** Addresses on this network, then one seen from outside (STUN), then a relay (TURN); null: not known or not offered. */
  readonly direct: boolean | null;
  readonly outside: boolean | null;
  readonly relay: boolean | null;
  readonly relayTrouble: RelayTrouble | null;
  /** The relay was tested from this address a moment ago: what is said of it is of that test, or not known. */
  readonly isTooSoon: boolean;
}

export interface CallSession {
  readonly snapshot: CallSnapshot;
  /** Called after changes of the snapshot, at most once per animation frame; returns the way to stop. */
  subscribe(listener: (snapshot: CallSnapshot) => void): () => void;
  /** Opens the line under this name (at most 40 characters, may be empty); a second time only renames. */
  open(name: string): void;
  /** The first agreement: camera and microphone for calls. This is what makes the browser ask. */
  useDevices(wanted: { camera: boolean; microphone: boolean }): Promise<void>;
  chooseCamera(deviceId: string): Promise<void>;
  chooseMicrophone(deviceId: string): Promise<void>;
  chooseSpeaker(deviceId: string): Promise<void>;
  /** A short sound on the chosen speaker. */
  playTestSound(): Promise<void>;
  testNetwork(): Promise<void>;
  /** Own picture, for the preview; never anything else. */
  readonly preview: MediaStream | null;
  /** The partner's sound and picture; a new object when it must be attached anew. */
  readonly remote: MediaStream | null;
  /** Another code at once; the old one leads nowhere. */
  renewCode(): void;
  setRelayOnly(only: boolean): void;
  /** A code in its Latin form (core/call/codes.ts parses what was typed). `faceOff`: without a picture from the start. */
  ring(code: string, faceOff?: boolean): void;
  /** Calls the partner of the call that ended last. */
  again(): void;
  /** `call`: of the incoming or the knocking one; accepting a knocking call ends the one that is on. */
  accept(call: string, faceOff?: boolean): void;
  decline(call: string): void;
  /** Cancels, or ends. */
  hangUp(): void;
  setSound(on: boolean): void;
  /** `face_off`: no picture is sent, the expression goes on. `off`: camera off, so sensing is paused too. */
  setPicture(picture: Picture): void;
  /** The second agreement: one's expression for the partner of this call. */
  share(): Promise<void>;
  stopSharing(): void;
  pauseSharing(): void;
  resumeSharing(): void;
  /** Puts the summary of the call that ended away. */
  dismissEnded(): void;
  /** Explicit bye: the line closes, its code is free. */
  leave(): void;
}
