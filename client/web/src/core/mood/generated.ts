// Made from Python by `python -m client.web.generate`; do not edit.
// The reasons stand where the values do: kuuki/mood/labels.py, frames.py, surges.py.

export const LABELS = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"] as const;
export const VALENCE = [-0.51, -0.6, -0.64, 0.81, -0.63, 0.4, 0.0] as const;
export const AROUSAL = [0.59, 0.35, 0.6, 0.51, -0.27, 0.67, 0.0] as const;
export const EMOTIONML = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"] as const;
export const TAPS = ["smile", "laugh", "wow", "applause"] as const;
export const READ = [2, 1] as const;
export const WAVE_KINDS = ["smiles", "laugh", "wow", "applause"] as const;
export const VERSION = 1;
export const LATEST = 2;
export const GRID = 10000;
export const WHOLE = 255;
export const SPREADS = 1.7;
export const PEOPLE = 0.6;
export const LEAST = 0.12;
export const STEADIED = 0.1;
export const GAIN = 0.76;

export type Label = (typeof LABELS)[number];
export type WaveKind = (typeof WAVE_KINDS)[number];

export const Kind = {
  SCORE: 1,
  TAP: 2,
  BEAT: 3,
  MIX: 4,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];
export const Presence = {
  WATCHING: 0,
  SENSING: 1,
  PAUSED: 2,
  BYE: 3,
} as const;
export type Presence = (typeof Presence)[keyof typeof Presence];
export const State = {
  EMPTY: 0,
  FEW: 1,
  LIVE: 2,
  STALE: 3,
} as const;
export type State = (typeof State)[keyof typeof State];
