// From a detector's candidates to one face, and from a face to the square that an expression model sees
// (docs/models.md, "Geometry" 3 and 4). The twin of client/headless/vision/finding.py.

import type { Square } from "./sampler";

/** A face in pixels of the picture. `box`: left, top, right, bottom. `eyes`: the person's right (x, y), left (x, y). */
export interface Face {
  readonly box: readonly [number, number, number, number];
  readonly eyes: readonly [number, number, number, number];
  /** The detector's score, 0..1. */
  readonly sure: number;
}

export interface Crop {
  readonly scale: number;
  readonly shift: number;
}

const NUMBERS = 16;
const KEPT = 8;

/** The longer side of the face's box. */
export function sideOf(face: Face): number {
  const [left, top, right, bottom] = face.box;
  return Math.max(right - left, bottom - top);
}

/** The largest of the faces that the candidates agree on, or null: weighted non-maximum suppression. */
export function largestFace(
  scores: ArrayLike<number>,
  boxes: ArrayLike<number>,
  minScore: number,
  sameOverlap: number,
  longerPx: number,
): Face | null {
  let order = Array.from(scores, (_, i) => i).filter((i) => scores[i]! >= minScore);
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  let largest: Face | null = null;
  while (order.length > 0) {
    const first = order[0]!;
    const same = order.filter((i) => i === first || overlap(boxes, first, i) >= sameOverlap);
    order = order.filter((i) => !same.includes(i));
    const face = meanFace(scores, boxes, same, longerPx);
    if (largest === null || sideOf(face) > sideOf(largest)) largest = face;
  }
  return largest;
}

function meanFace(
  scores: ArrayLike<number>,
  boxes: ArrayLike<number>,
  same: readonly number[],
  longerPx: number,
): Face {
  const total = same.reduce((sum, i) => sum + scores[i]!, 0);
  const mean = (k: number): number =>
    (same.reduce((sum, i) => sum + boxes[i * NUMBERS + k]! * scores[i]!, 0) / total) * longerPx;
  const [left, top, right, bottom, rx, ry, lx, ly] = Array.from({ length: KEPT }, (_, k) => mean(k));
  return {
    box: [left!, top!, right!, bottom!],
    eyes: [rx!, ry!, lx!, ly!],
    sure: scores[same[0]!]!,
  };
}

/** Intersection over union. */
function overlap(boxes: ArrayLike<number>, a: number, b: number): number {
  const at = (box: number, k: number): number => boxes[box * NUMBERS + k]!;
  const wide = Math.min(at(a, 2), at(b, 2)) - Math.max(at(a, 0), at(b, 0));
  const high = Math.min(at(a, 3), at(b, 3)) - Math.max(at(a, 1), at(b, 1));
  const shared = Math.max(0, wide) * Math.max(0, high);
  const area = (box: number): number => (at(box, 2) - at(box, 0)) * (at(box, 3) - at(box, 1));
  const united = area(a) + area(b) - shared;
  return united > 0 ? shared / united : 0;
}

/** The box made square, turned so that the eyes are level, scaled about its centre, shifted towards the chin. */
export function cropSquare(face: Face, crop: Crop): Square {
  const [left, top, right, bottom] = face.box;
  const [rx, ry, lx, ly] = face.eyes;
  const dx = lx - rx;
  const dy = ly - ry;
  const apart = Math.sqrt(dx * dx + dy * dy);
  const [ux, uy] = apart > 0 ? [dx / apart, dy / apart] : [1, 0];
  const side = sideOf(face);
  const shiftPx = crop.shift * side;
  const cx = (left + right) / 2 - uy * shiftPx;
  const cy = (top + bottom) / 2 + ux * shiftPx;
  return { cx, cy, side: crop.scale * side, ux, uy };
}

/** softmax(log p / T), computed as powers: a probability of zero stays zero. */
export function tempered(probabilities: readonly number[], temperature: number): number[] {
  const powers = probabilities.map((p) => p ** (1 / temperature));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** The mean of several models' probabilities, of sum 1. */
export function meanWeights(each: readonly (readonly number[])[]): number[] {
  const sums = each[0]!.map((_, label) => each.reduce((sum, weights) => sum + weights[label]!, 0));
  const total = sums.reduce((sum, weight) => sum + weight, 0);
  return sums.map((weight) => weight / total);
}
