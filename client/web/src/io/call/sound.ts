// A short sound on the chosen speaker, for the device check.

const NOTES_HZ = [523.25, 659.25];
const NOTE_S = 0.25;
const LOUD = 0.2;

export async function playTestSound(speaker: string | null): Promise<void> {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const player = new Audio();
  player.srcObject = out.stream;
  try {
    if (speaker !== null && "setSinkId" in player) await player.setSinkId(speaker);
    await player.play();
    NOTES_HZ.forEach((hz, i) => {
      playNote(context, out, hz, i * NOTE_S);
    });
    await new Promise((resolve) => setTimeout(resolve, (NOTES_HZ.length + 1) * NOTE_S * 1000));
  } finally {
    player.srcObject = null;
    await context.close();
  }
}

function playNote(context: AudioContext, out: AudioNode, hz: number, inS: number): void {
  const begin = context.currentTime + inS;
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.linearRampToValueAtTime(0, begin);
  gain.gain.linearRampToValueAtTime(LOUD, begin + NOTE_S / 10);
  gain.gain.linearRampToValueAtTime(0, begin + NOTE_S);
  const note = new OscillatorNode(context, { frequency: hz });
  note.connect(gain).connect(out);
  note.start(begin);
  note.stop(begin + NOTE_S);
}
