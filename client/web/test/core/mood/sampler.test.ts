// Python wrote tests/golden/vision.json: the sampler must give the same bytes.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { crop, letterbox, type Picture, type Square } from "../../../src/core/mood/sampler";

interface Letterbox {
  width: number;
  height: number;
  size: number;
  sha256: string;
}

const golden = JSON.parse(readFileSync(new URL("../../../../../tests/golden/vision.json", import.meta.url), "utf8"));

function picture(width: number, height: number): Picture {
  const bytes = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 4; c++) {
        bytes[4 * (y * width + x) + c] = c === 3 ? 255 : (3 * x + 5 * y + 37 * c + Math.floor((x * y) / 8)) % 256;
      }
    }
  }
  return { pixels: new Uint32Array(bytes.buffer), width, height };
}

function sha256(pixels: Uint32Array): string {
  return createHash("sha256")
    .update(new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength))
    .digest("hex");
}

describe("letterbox", () => {
  for (const { width, height, size, sha256: wanted } of golden.letterboxes as Letterbox[]) {
    test(`${width} × ${height} to ${size}`, () => {
      const out = new Uint32Array(size * size);
      letterbox(picture(width, height), size, out);
      expect(sha256(out)).toBe(wanted);
    });
  }
});

describe("crop", () => {
  for (const one of golden.crops) {
    test(one.title, () => {
      const out = new Uint32Array(one.size * one.size);
      crop(picture(one.width, one.height), one.square as Square, one.size, out);
      expect(sha256(out)).toBe(one.sha256);
    });
  }
});
