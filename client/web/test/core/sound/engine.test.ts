import { expect, test } from "vitest";
import { chucklesOf, countOf, inRange, SILENCE } from "../../../src/core/sound/air";
import { createEngine, type EngineOptions, type RoomAir } from "../../../src/core/sound/engine";
import golden from "./golden.json";

const RATE = 48_000;
const BUSY: RoomAir = { people: 120, level: 0.8, laughing: 0.6, clapping: 0.7, wowing: 0.3 };

/** The left ear's first frames, rendered in blocks of these lengths, one after the other and again. */
function heard(frames: number, air: RoomAir, options: Partial<EngineOptions> = {}, lengths = [128]): Float32Array {
  const engine = createEngine({ sampleRate: RATE, seed: 5, ...options });
  engine.set(air);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let at = 0, turn = 0; at < frames; turn++) {
    const end = Math.min(frames, at + lengths[turn % lengths.length]!);
    engine.render(left.subarray(at, end), right.subarray(at, end));
    at = end;
  }
  return left;
}

function rms(sound: Float32Array): number {
  return Math.sqrt(sound.reduce((sum, x) => sum + x * x, 0) / sound.length);
}

test("the same seed gives the same frames, whatever the blocks' lengths", () => {
  const whole = heard(24_000, BUSY);
  expect(heard(24_000, BUSY, {}, [1, 128, 37, 64])).toEqual(whole);
  expect(heard(24_000, BUSY, { seed: 6 })).not.toEqual(whole);
});

test("it sounds as it did: golden samples, within what other machines' arithmetic may differ by", () => {
  const sound = heard(96_000, BUSY);
  const samples = golden.frames.map((frame) => sound[frame]!);
  for (const [i, sample] of samples.entries()) expect(sample).toBeCloseTo(golden.samples[i]!, 3);
  expect(rms(sound) / golden.rms).toBeCloseTo(1, 2);
});

test("nobody there, nobody heard", () => {
  expect(rms(heard(24_000, SILENCE))).toBe(0);
  expect(rms(heard(24_000, { ...BUSY, people: 0 }))).toBe(0);
});

test("numbers that no room has do no harm", () => {
  const odd = { people: Number.POSITIVE_INFINITY, level: Number.NaN, laughing: 7, clapping: -1, wowing: Number.NaN };
  expect(inRange(odd)).toEqual({ people: 100_000, level: 0, laughing: 1, clapping: 0, wowing: 0 });
  const sound = heard(24_000, odd);
  expect(sound.every((x) => Math.abs(x) <= 1)).toBe(true);
});

test("a room that was left falls silent, also its last echo", () => {
  const engine = createEngine({ sampleRate: RATE, seed: 5 });
  const block = new Float32Array(128);
  const pass = (seconds: number) => {
    let most = 0;
    for (let i = 0; i < (seconds * RATE) / 128; i++) {
      engine.render(block, block);
      most = block.reduce((a, x) => Math.max(a, Math.abs(x)), most);
    }
    return most;
  };
  engine.set(BUSY);
  expect(pass(1)).toBeGreaterThan(0.05);
  engine.set(SILENCE);
  pass(8);
  expect(pass(0.5)).toBeLessThan(1e-6);
});

test("one tap among few is one person; a share of a crowd is that share", () => {
  expect(countOf(8, 0.02)).toBe(1);
  expect(countOf(300, 0.5)).toBe(150);
  expect(countOf(0, 1)).toBe(0);
  expect(countOf(100, 0)).toBe(0);
});

test("chuckles grow with the smile and with the room, to a limit", () => {
  expect(chucklesOf(30, 0.1)).toBe(0);
  expect(chucklesOf(30, 0.5)).toBeLessThan(chucklesOf(30, 0.9));
  expect(chucklesOf(5000, 1)).toBe(chucklesOf(1000, 1));
});
