// The camera: opened only when asked, let go at once. It gives its pictures one at a time.

import type { SensingFailure } from "../../core/mood/session";

const WIDE = 640;
const HIGH = 480;
const FRAMES_HZ = 15;

/** Chromium's way to a track's pictures, which goes on in a hidden tab. */
interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}

type TrackProcessorMaker = new (options: { track: MediaStreamTrack; maxBufferSize: number }) => TrackProcessor;

const FAILURES: readonly SensingFailure[] = [
  "NotAllowedError",
  "NotFoundError",
  "NotReadableError",
  "OverconstrainedError",
  "SecurityError",
];

/** Which of the failures that have words an exception of getUserMedia is; the rest are a camera that cannot be read. */
export function failureOf(error: unknown): SensingFailure {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  return FAILURES.find((failure) => failure === name) ?? "NotReadableError";
}

export function hasCameraApi(): boolean {
  return navigator.mediaDevices?.getUserMedia !== undefined;
}

export async function cameras(): Promise<{ deviceId: string; label: string }[]> {
  if (!hasCameraApi()) return [];
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices
    .filter(({ kind, deviceId }) => kind === "videoinput" && deviceId !== "")
    .map(({ deviceId, label }) => ({ deviceId, label }));
}

export class Camera {
  readonly stream: MediaStream;
  readonly #track: MediaStreamTrack;
  #stopPump: () => void = () => undefined;

  private constructor(stream: MediaStream, track: MediaStreamTrack, ended: () => void) {
    this.stream = stream;
    this.#track = track;
    track.onended = ended;
  }

  /** Asks the browser, which asks the person. Raises what getUserMedia raises. `ended`: it was pulled out or taken. */
  static async open(deviceId: string | undefined, ended: () => void): Promise<Camera> {
    const which = deviceId === undefined ? { facingMode: "user" } : { deviceId: { exact: deviceId } };
    const size = { width: { ideal: WIDE }, height: { ideal: HIGH }, frameRate: { ideal: FRAMES_HZ } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...which, ...size }, audio: false });
    const [track] = stream.getVideoTracks();
    if (track === undefined) throw new DOMException("no video track", "NotFoundError");
    return new Camera(stream, track, ended);
  }

  /** A track of someone else's camera, which is this one's to stop. `ended` as in `open`. */
  static of(track: MediaStreamTrack, ended: () => void): Camera {
    return new Camera(new MediaStream([track]), track, ended);
  }

  /** Gives `take` a new picture whenever `isDue`; `take` has to close it. */
  pump(isDue: () => boolean, take: (picture: ImageBitmap) => void): void {
    const Maker = (globalThis as { MediaStreamTrackProcessor?: TrackProcessorMaker }).MediaStreamTrackProcessor;
    // Where small windows exist, the tab may be hidden while it senses: no timer and no video element would go on.
    const goesOnHidden = Maker !== undefined && "documentPictureInPicture" in window;
    this.#stopPump = goesOnHidden ? this.#pumpTrack(Maker, isDue, take) : this.#pumpVideo(isDue, take);
  }

  close(): void {
    this.#stopPump();
    this.#track.onended = null;
    for (const track of this.stream.getTracks()) track.stop();
  }

  #pumpTrack(Maker: TrackProcessorMaker, isDue: () => boolean, take: (picture: ImageBitmap) => void): () => void {
    const reader = new Maker({ track: this.#track, maxBufferSize: 1 }).readable.getReader();
    const run = async (): Promise<void> => {
      for (;;) {
        const { value: frame, done } = await reader.read();
        if (done) return;
        try {
          if (isDue()) take(await pictureOf(frame, frame.displayWidth, frame.displayHeight));
        } finally {
          frame.close();
        }
      }
    };
    run().catch(() => undefined); // the track ended, which says so itself
    return () => void reader.cancel().catch(() => undefined);
  }

  #pumpVideo(isDue: () => boolean, take: (picture: ImageBitmap) => void): () => void {
    const video = document.createElement("video");
    video.muted = video.playsInline = true;
    video.srcObject = this.stream;
    video.play().catch(() => undefined);
    let isBusy = false;
    const look = async (): Promise<void> => {
      if (isBusy || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !isDue()) return;
      isBusy = true;
      try {
        take(await pictureOf(video, video.videoWidth, video.videoHeight));
      } finally {
        isBusy = false;
      }
    };
    const timer = setInterval(() => void look().catch(() => undefined), 1000 / FRAMES_HZ);
    return () => {
      clearInterval(timer);
      video.srcObject = null;
    };
  }
}

/** A picture whose longer side is WIDE at most. */
function pictureOf(source: VideoFrame | HTMLVideoElement, width: number, height: number): Promise<ImageBitmap> {
  const scale = WIDE / Math.max(width, height);
  if (scale >= 1) return createImageBitmap(source);
  const size = { resizeWidth: Math.round(width * scale), resizeHeight: Math.round(height * scale) };
  return createImageBitmap(source, { ...size, resizeQuality: "medium" });
}
