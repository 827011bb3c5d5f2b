import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hex, takeApart } from "../../../src/ui/mood/anatomy";

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(" "), (pair) => Number.parseInt(pair, 16));
}

describe("takeApart", () => {
  it("names every byte of a score", () => {
    const pieces = takeApart(bytes("95 01 01 cd 01 27 c4 07 03 00 05 d6 03 07 17 cc f2"));
    expect(pieces.map(({ part, value }) => [part, value])).toEqual([
      ["list", null],
      ["version", 1],
      ["kind", 1],
      ["seq", 295],
      ["weights", null],
      ["weight", 3],
      ["weight", 0],
      ["weight", 5],
      ["weight", 214],
      ["weight", 3],
      ["weight", 7],
      ["weight", 23],
      ["sure", 242],
    ]);
    expect(pieces.filter(({ part }) => part === "weight").map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("names taps and beats", () => {
    const taps = takeApart(bytes("97 01 02 05 00 02 00 cc c8")).filter(({ part }) => part === "tap");
    expect(taps.map(({ value, index }) => [index, value])).toEqual([
      [0, 0],
      [1, 2],
      [2, 0],
      [3, 200],
    ]);
    const beat = takeApart(bytes("98 01 03 ce 00 01 00 00 01 0c 00 00 00"));
    expect(beat.find(({ part }) => part === "seq")?.value).toBe(65_536);
    expect(beat.find(({ part }) => part === "presence")?.value).toBe(1);
  });

  it("leaves no byte out and adds none, whatever the bytes", () => {
    const frames = [
      "95 01 01",
      "95 01 01 05 c4 07 01",
      "98 01 03 05 01 02 03",
      "",
      "ff 00",
      "97 01 02 05 00 02 00 01 09 09",
    ];
    for (const frame of frames.map((text) => (text ? bytes(text) : new Uint8Array()))) {
      const joined = takeApart(frame)
        .map((piece) => hex(piece.bytes))
        .filter(Boolean)
        .join(" ");
      expect(joined).toBe(hex(frame));
    }
  });

  it("reads what both languages agree on", () => {
    const path = new URL("../../../../../tests/golden/frames.json", import.meta.url);
    const golden = JSON.parse(readFileSync(path, "utf8")) as { frames: Golden[] };
    const ours = golden.frames.filter(({ kind }) => kind === "score" || kind === "tap" || kind === "beat");
    expect(ours.length).toBeGreaterThan(5);
    for (const { frame, hex: text, title } of ours) {
      const pieces = takeApart(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
      const value = (part: string) => pieces.find((piece) => piece.part === part)?.value;
      const weights = pieces.filter(({ part }) => part === "weight").map((piece) => piece.value);
      expect(value("seq"), title).toBe(frame.seq);
      if (frame.weights) expect(weights, title).toEqual(frame.weights);
      if (frame.presence !== undefined) expect(value("presence"), title).toBe(frame.presence);
    }
  });
});

interface Golden {
  readonly title: string;
  readonly kind: string;
  readonly hex: string;
  readonly frame: { readonly seq: number; readonly weights?: number[]; readonly presence?: number };
}
