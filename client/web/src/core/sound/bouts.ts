// When somebody laughs: bouts of calls, with breath between. Stereotyped laughter sounds poor, so every interval,
// length and pitch varies (Provine & Yong 1991; Bachorowski, Smoski & Owren 2001; soundgen's presets).

import type { Random } from "./random";

/** Onset to onset of calls, in seconds: a person's own tempo, and what one call differs by. */
const INTERVAL_S = 0.214;
const INTERVAL_SD_S = 0.03;
const INTERVAL_JITTER = 0.08;
/** A bout slows down by so much a call. */
const SLOWING = 1.02;
const CALL_S = 0.085;
const CALL_SPREAD = 0.22;
/** Calls of a bout: at least so many, and so many more on average, and never more than. */
const LEAST_CALLS = 2;
const MORE_CALLS = 4.5;
const MOST_CALLS = 14;
/** Decibels that each call is softer than the one before, and once nobody asks for laughter any more. */
const FALL_DB = 1.3;
const ENDING_DB = 2.5;
const PITCH_FALL = 0.975;
/** How much of a call is voice, and how far calls differ in it. */
const VOICED = 0.67;
const VOICED_SD = 0.3;
/** Breath leads the voice by. */
const LEAD_S: readonly [number, number] = [0.02, 0.05];
const BREATH = 0.25;
/** Between two bouts: mostly an inhalation that is heard, then a rest. */
const INHALES = 0.7;
const INHALE_S: readonly [number, number] = [0.14, 0.34];
const INHALE = 0.11;
const REST_S = 0.2;
/** Who laughs begins after, and goes on for, on average. */
const FIRST_S = 0.01;
const START_S = 0.12;
const STOP_S = 0.7;
/** A call rises for this part of its length: 12 ms at least, or it would click. */
const RISE = 0.26;

type Phase = "still" | "about" | "calling" | "resting";

export class Bouts {
  /** At the end of this block: amplitudes of voice and of breath (1: a loud call's peak), and pitch by its own. */
  voice = 0;
  breath = 0;
  pitch = 1;
  readonly #chance: Random;
  readonly #tempoS: number;
  readonly #eagerness: number;
  #phase: Phase = "still";
  /** Seconds until what is next; of a call: since its onset, which may be to come. */
  #clock = 0;
  #patience = 0;
  #callsLeft = 0;
  #loudness = 1;
  #boutPitch = 1;
  #callPitch = 1;
  #intervalS = INTERVAL_S;
  #slow = 1;
  #lengthS = CALL_S;
  #leadS = 0;
  #voiced = VOICED;
  #inhaleS = 0;

  /** `eagerness` 0..1: who is easily made to laugh begins sooner. */
  constructor(chance: Random, eagerness: number) {
    this.#chance = chance;
    this.#tempoS = Math.max(0.13, chance.normal(INTERVAL_S, INTERVAL_SD_S));
    this.#eagerness = eagerness;
  }

  get isStill(): boolean {
    return this.#phase === "still";
  }

  /** A few soft calls of somebody who does not laugh with the others; nothing if they are at it already. */
  chuckle(effort: number): void {
    if (this.#phase !== "still") return;
    this.#begin(effort, 1.2);
    this.#patience = Number.POSITIVE_INFINITY;
  }

  /** A block's time on. `laughs`: whether there is something to laugh about. */
  step(stepS: number, laughs: boolean): void {
    this.voice = 0;
    this.breath = 0;
    if (this.#phase === "still") {
      if (laughs) this.#wait();
      return;
    }
    this.#clock += stepS;
    this.#tire(stepS, laughs);
    if (this.#phase === "calling") this.#call();
    else if (this.#phase === "resting") this.#rest(laughs);
    else if (this.#clock >= 0) this.#start(laughs);
  }

  #wait(): void {
    this.#phase = "about";
    this.#clock = -(FIRST_S + this.#chance.exponential(START_S * (1.5 - this.#eagerness)));
  }

  #start(laughs: boolean): void {
    if (!laughs) this.#phase = "still";
    else this.#begin(1, MORE_CALLS);
  }

  #begin(loudness: number, moreCalls: number): void {
    const chance = this.#chance;
    this.#phase = "calling";
    this.#callsLeft = Math.min(MOST_CALLS, LEAST_CALLS + Math.floor(chance.exponential(moreCalls) + 0.5));
    this.#loudness = loudness * 10 ** (chance.normal(0, 1.5) / 20);
    this.#boutPitch = Math.exp(chance.normal(0, 0.06));
    this.#slow = 1;
    this.#patience = chance.exponential(STOP_S);
    this.#nextCall();
    this.#clock = -this.#leadS;
  }

  #nextCall(): void {
    const chance = this.#chance;
    this.#callsLeft--;
    this.#intervalS = this.#tempoS * this.#slow * Math.max(0.6, chance.normal(1, INTERVAL_JITTER));
    this.#slow *= SLOWING;
    const longest = this.#intervalS - LEAD_S[1];
    this.#lengthS = Math.min(longest, CALL_S * Math.max(0.55, chance.normal(1, CALL_SPREAD)));
    this.#leadS = chance.between(LEAD_S[0], LEAD_S[1]);
    this.#voiced = Math.max(0, Math.min(1, chance.normal(VOICED, VOICED_SD)));
    this.#callPitch = this.#boutPitch * Math.exp(chance.normal(0, 0.03));
  }

  /** Nobody asks for it any more: after a while, this is the last call. */
  #tire(stepS: number, laughs: boolean): void {
    if (laughs || this.#phase !== "calling") return;
    this.#patience -= stepS;
    if (this.#patience < 0) this.#callsLeft = 0;
  }

  #call(): void {
    if (this.#clock >= this.#intervalS - (this.#callsLeft > 0 ? this.#leadS : 0)) {
      if (this.#callsLeft <= 0) {
        this.#pause();
        return;
      }
      this.#again();
    }
    const swell = this.#swell(this.#clock / this.#lengthS);
    const air = this.#swell((this.#clock + this.#leadS) / (this.#lengthS + this.#leadS));
    this.voice = this.#loudness * this.#voiced * swell;
    this.breath = this.#loudness * BREATH * (1.6 - this.#voiced) * air;
    this.pitch = this.#callPitch * (1.03 - 0.06 * Math.max(0, Math.min(1, this.#clock / this.#lengthS)));
  }

  #again(): void {
    this.#clock -= this.#intervalS;
    this.#nextCall();
    this.#boutPitch *= PITCH_FALL;
    const isEnding = this.#patience < STOP_S / 4;
    this.#loudness *= 10 ** (-(isEnding ? ENDING_DB : FALL_DB) / 20);
  }

  /** 0 to 1 and back over a call; smooth at both ends. */
  #swell(part: number): number {
    if (part <= 0 || part >= 1) return 0;
    const turn = part < RISE ? part / RISE : (1 - part) / (1 - RISE);
    return 0.5 - 0.5 * Math.cos(Math.PI * turn);
  }

  #pause(): void {
    this.#phase = "resting";
    this.#inhaleS = this.#chance.next() < INHALES ? this.#chance.between(INHALE_S[0], INHALE_S[1]) : 0;
    this.#clock = -this.#inhaleS - this.#chance.exponential(REST_S);
  }

  #rest(laughs: boolean): void {
    const sinceEnd = -this.#clock;
    if (this.#inhaleS > 0 && sinceEnd < this.#inhaleS) {
      this.breath = INHALE * Math.min(1, this.#loudness * 1.5) * this.#swell(1 - sinceEnd / this.#inhaleS);
    }
    if (this.#clock >= 0) this.#start(laughs);
  }
}
