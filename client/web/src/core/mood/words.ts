// The words of a room: one of a wave, or one of its mood. level.ts says which, and when it changes. The browser's half of
// kuuki/mood/words.py.

import { LABELS } from "./generated";
import type { Mix, MixBody } from "./mix";
import { goesOn } from "./waves";

export type WaveWord = "applause" | "laughter" | "wow" | "smiles";
export type MoodWord = "beaming" | "surprised" | "warm" | "lively" | "heavy" | "mixed" | "gentle" | "quiet";
/** The one word for the room. */
export type Word = WaveWord | MoodWord;
const BEAMING = 0.7;
const WARM = 0.45;
const GENTLE = 0.15;
const SURPRISED = 0.35;
const HEAVY = 0.5;
const MIXED = 0.4;
const LIVELY = 8;
const RATE = 0.25;

const NEGATIVE = (["angry", "disgust", "fear", "sad"] as const).map((label) => LABELS.indexOf(label));
const SURPRISE = LABELS.indexOf("surprise");
/** Of several waves at once, the first of these gives the word. */
export const WAVE_WORDS = [
  ["applause", "applause"],
  ["laugh", "laughter"],
  ["wow", "wow"],
  ["smiles", "smiles"],
] as const;

/** The word of the waves that go on, if any: also in a room of which only taps are shown. */
export function waveWord({ waves }: Pick<Mix, "waves">): WaveWord | null {
  return WAVE_WORDS.find(([kind]) => waves.some((wave) => wave.kind === kind && goesOn(wave)))?.[1] ?? null;
}

/** Means over some seconds of what words are made of. */
export interface Mood {
  readonly smiling: number;
  readonly surprise: number;
  readonly negative: number;
  readonly agreement: number;
  readonly taps: number;
}

export function moodOf({ smiling, weights, agreement, taps }: MixBody): Mood {
  const negative = NEGATIVE.reduce((total, label) => total + (weights[label] ?? 0), 0);
  const rate = taps.reduce((total, each) => total + each, 0);
  return { smiling, surprise: weights[SURPRISE] ?? 0, negative, agreement, taps: rate };
}

export function followed(mood: Mood, other: Mood, part: number): Mood {
  return {
    smiling: mood.smiling + (other.smiling - mood.smiling) * part,
    surprise: mood.surprise + (other.surprise - mood.surprise) * part,
    negative: mood.negative + (other.negative - mood.negative) * part,
    agreement: mood.agreement + (other.agreement - mood.agreement) * part,
    taps: other.taps,
  };
}

/** How far a mood is above where each word begins, in the order in which words take precedence. */
export function distances(mood: Mood): readonly (readonly [MoodWord, number])[] {
  return [
    ["beaming", mood.smiling - BEAMING],
    ["surprised", mood.surprise - SURPRISED],
    ["warm", mood.smiling - WARM],
    ["lively", (mood.taps / LIVELY - 1) * RATE],
    ["heavy", mood.negative - HEAVY],
    ["mixed", MIXED - mood.agreement],
    ["gentle", mood.smiling - GENTLE],
  ];
}
