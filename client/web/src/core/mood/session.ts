// The seam between what happens (io, worker) and what is seen (ui). Types only.
// io implements Session; ui draws its snapshot and calls its methods; app.ts joins them.

import type { Mix } from "./mix";

export type Role = "audience" | "stage" | "overlay";
export type TapKind = "smile" | "laugh" | "wow" | "applause";

/** What `GET /rooms/{room}` says. */
export interface RoomFacts {
  readonly room: string;
  readonly purpose: "event" | "performance" | "private";
  readonly minGroup: number;
  readonly language: "en" | "ja";
  readonly privacy: "standard" | "exact";
  readonly show: string | null;
  /** Whether the room's mood is recorded now, and for how long that is kept. */
  readonly recorded: boolean;
  readonly retentionS: number;
}

/** Where the connection stands. `watching`: no channel (UDP blocked), mixes come by event stream. */
export type Link = "joining" | "open" | "retrying" | "watching" | "closed";

/** Why nothing can be had any more, for `closed`. */
export type ClosedBecause =
  | "left"
  | "room_unknown"
  | "room_closed"
  | "seat_taken"
  | "removed"
  | "not_allowed"
  | "refused";

/** `hidden`: paused because the tab is hidden and no window of ours is open. */
export type Sensing = "off" | "starting" | "on" | "paused" | "hidden" | "failed";

/** Each has its own human words. The first five are getUserMedia's DOMException names. */
export type SensingFailure =
  | "NotAllowedError"
  | "NotFoundError"
  | "NotReadableError"
  | "OverconstrainedError"
  | "SecurityError"
  | "no_camera_api"
  | "ended"
  | "model";

/** One face read on this device. `weights`: raw means of the models, sum 1, order of LABELS; 0..1. */
export interface Reading {
  readonly weights: readonly number[];
  /** The same, softened by the models' temperature: what an honest bar shows for one face. */
  readonly shown: readonly number[];
  readonly sure: number;
  /** Milliseconds of the whole pipeline for this frame. */
  readonly tookMs: number;
}

/** One frame that left this device, byte for byte. */
export interface Sent {
  /** performance.now() */
  readonly atMs: number;
  readonly kind: "score" | "tap" | "beat";
  readonly bytes: Uint8Array;
}

export interface Snapshot {
  readonly facts: RoomFacts | null;
  readonly role: Role;
  readonly link: Link;
  readonly closedBecause: ClosedBecause | null;
  /** Round trip to the gateway, from its beat; null before the first. */
  readonly rttMs: number | null;
  /** The newest mix, its state already `stale` when it is older than 2 s; null before the first. */
  readonly mix: Mix | null;
  readonly sensing: Sensing;
  readonly sensingFailure: SensingFailure | null;
  /** Whether the gateway said last that one shares and is counted from the next moment on, not yet. */
  readonly waits: boolean;
  /** null: no face is seen now (or not sensing). Never "neutral". */
  readonly reading: Reading | null;
  /** Own taps so far in this visit. */
  readonly taps: Readonly<Record<TapKind, number>>;
  /** Newest last; at most 200. */
  readonly sent: readonly Sent[];
  /** Count and bytes of everything that left since the join (payload bytes). */
  readonly sentCount: number;
  readonly sentBytes: number;
}

export interface Session {
  readonly snapshot: Snapshot;
  /** Called after every change of the snapshot, at most once per animation frame; returns the way to stop. */
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  /** Only after the person agreed: this is what makes the browser ask for the camera. */
  startSensing(deviceId?: string): Promise<void>;
  /** Withdraws the agreement: the camera is let go, the score is gone. */
  stopSensing(): void;
  pause(): void;
  resume(): void;
  tap(kind: TapKind): void;
  cameras(): Promise<readonly { deviceId: string; label: string }[]>;
  /** The camera's picture for the own preview, while sensing; never sent anywhere. */
  readonly preview: MediaStream | null;
  /** A window of ours that stays visible (Document Picture-in-Picture or popup) keeps sensing while the tab is hidden. */
  keepSensingIn(visible: Window | null): void;
  leave(): void;
}
