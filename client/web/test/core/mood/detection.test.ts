// Python wrote tests/golden/vision.json: the same face, the same squares, the same tempering.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Crop,
  cropSquare,
  type Face,
  largestFace,
  meanWeights,
  sideOf,
  tempered,
} from "../../../src/core/mood/detection";

const golden = JSON.parse(readFileSync(new URL("../../../../../tests/golden/vision.json", import.meta.url), "utf8"));

interface GoldenFace {
  box: [number, number, number, number];
  eyes: [[number, number], [number, number]];
  sure: number;
}

function face({ box, eyes: [[rx, ry], [lx, ly]], sure }: GoldenFace): Face {
  return { box, eyes: [rx, ry, lx, ly], sure };
}

describe("cropSquare", () => {
  for (const [i, one] of golden.squares.entries()) {
    test(`square ${i}`, () => {
      const square = cropSquare(face(one.face), one.crop as Crop);
      for (const [name, value] of Object.entries(one.square as Record<string, number>)) {
        expect(square[name as keyof typeof square]).toBeCloseTo(value, 9);
      }
    });
  }
});

test("the largest face, of those that its candidates agree on", () => {
  const { scores, boxes, ...rest } = golden.largest_face;
  const found = largestFace(scores, (boxes as number[][]).flat(), rest.min_score, rest.overlap, rest.longer_px);
  const wanted = face(rest.face);
  expect(found).not.toBeNull();
  expect(found!.sure).toBeCloseTo(wanted.sure, 6);
  for (const [i, value] of wanted.box.entries()) expect(found!.box[i]).toBeCloseTo(value, 3);
  for (const [i, value] of wanted.eyes.entries()) expect(found!.eyes[i]).toBeCloseTo(value, 3);
  expect(sideOf(found!)).toBeCloseTo(sideOf(wanted), 3);
});

test("no candidate is sure enough: no face", () => {
  expect(largestFace([0.4, 0.1], new Array(32).fill(0.5), 0.5, 0.3, 640)).toBeNull();
});

test("tempered probabilities", () => {
  for (const { probabilities, temperature, shown } of golden.tempered) {
    for (const [i, value] of tempered(probabilities, temperature).entries()) expect(value).toBeCloseTo(shown[i], 9);
  }
});

test("the mean of models sums to one", () => {
  const mean = meanWeights([
    [0.2, 0.8],
    [0.4, 0.6],
  ]);
  expect(mean[0]).toBeCloseTo(0.3, 12);
  expect(mean[1]).toBeCloseTo(0.7, 12);
});
