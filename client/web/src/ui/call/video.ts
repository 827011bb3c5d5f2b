// What a <video> needs: a stream by property, and playing.

/** Whether it can be heard, where that is wanted. A browser that plays no sound before a press shows the picture at least. */
export async function attach(
  video: HTMLVideoElement | null,
  stream: MediaStream | null,
  own: boolean,
): Promise<boolean> {
  // An element is drawn once more after it was taken away; a picture would keep it alive from then on.
  if (!video?.isConnected || video.srcObject === stream) return true;
  video.srcObject = stream;
  video.muted = own;
  if (!stream) return true;
  if (!own) return playAloud(video);
  await video.play().catch(() => undefined);
  return true;
}

export async function playAloud(video: HTMLVideoElement): Promise<boolean> {
  video.muted = false;
  try {
    await video.play();
    return true;
  } catch (refusal) {
    // An AbortError only says that another stream came meanwhile.
    if ((refusal as DOMException).name !== "NotAllowedError") return true;
    video.muted = true;
    await video.play().catch(() => undefined);
    return false;
  }
}

type Choosy = HTMLMediaElement & { setSinkId?: (deviceId: string) => Promise<void>; readonly sinkId?: string };

/** Where the browser lets pages choose the speaker. */
export function speakThrough(video: Choosy | null, speaker: string | null): void {
  if (!video?.setSinkId || speaker === null || video.sinkId === speaker) return;
  // The speaker may just have been unplugged: the sound then stays where it was.
  video.setSinkId(speaker).catch(() => undefined);
}
