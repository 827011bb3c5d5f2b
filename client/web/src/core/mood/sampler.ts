// Pictures to model inputs, in integers: the browser and Python agree to the last bit (docs/models.md, "Geometry").
// A picture is RGBA, one 32-bit number a pixel (red in the lowest byte). Alpha of every output is 255.

const SAMPLES_MAX = 4;
const STEPS = 16;
const LOW_BYTES = 0x00ff00ff;
const OPAQUE = 0xff000000;

/** A picture in pixels; `pixels.length` is width · height. */
export interface Picture {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** A square of a picture, perhaps turned. Pixels; (ux, uy) is the unit vector along its upper edge. */
export interface Square {
  readonly cx: number;
  readonly cy: number;
  readonly side: number;
  readonly ux: number;
  readonly uy: number;
}

/** How many samples a side each output pixel of a letterbox or crop takes: 1 to SAMPLES_MAX. */
function samples(side: number, per: number): number {
  return Math.min(SAMPLES_MAX, Math.max(1, Math.ceil(side / per)));
}

/** Sums of red+blue and green (halves of a 32-bit number) over `count` weights, as one opaque pixel, halves up. */
function meanPixel(redBlue: number, green: number, count: number): number {
  const round = (sum: number): number => Math.floor((2 * sum + count) / (2 * count));
  return (OPAQUE | (round(redBlue >>> 16) << 16) | (round(green) << 8) | round(redBlue & 0xffff)) >>> 0;
}

/** The whole picture, shrunk so that its longer side fits, in the upper left of size × size; the rest is black. */
export function letterbox(picture: Picture, size: number, out: Uint32Array): void {
  const { pixels, width, height } = picture;
  const longer = Math.max(width, height);
  const n = samples(longer, size);
  const at = Int32Array.from({ length: size * n }, (_, k) => Math.floor(((2 * k + 1) * longer) / (2 * n * size)));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let redBlue = 0;
      let green = 0;
      for (let a = i * n; a < i * n + n; a++) {
        const row = at[a]!;
        if (row >= height) continue;
        for (let b = j * n; b < j * n + n; b++) {
          const column = at[b]!;
          if (column >= width) continue;
          const pixel = pixels[row * width + column]!;
          redBlue += pixel & LOW_BYTES;
          green += (pixel >>> 8) & 0xff;
        }
      }
      out[i * size + j] = meanPixel(redBlue, green, n * n);
    }
  }
}

/** The square as size × size; outside of the picture its edge pixels repeat. */
export function crop(picture: Picture, square: Square, size: number, out: Uint32Array): void {
  const n = samples(square.side, 2 * size);
  const along = Float64Array.from({ length: size * n }, (_, k) => ((k + 0.5) / (size * n) - 0.5) * square.side);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) out[i * size + j] = cropPixel(picture, square, along, i, j, n);
  }
}

function cropPixel(picture: Picture, square: Square, along: Float64Array, i: number, j: number, n: number): number {
  const { pixels, width, height } = picture;
  let redBlueLow = 0;
  let redBlueHigh = 0;
  let green = 0;
  for (let p = i * n; p < i * n + n; p++) {
    const down = along[p]!;
    for (let q = j * n; q < j * n + n; q++) {
      const across = along[q]!;
      const x = Math.floor((square.cx + across * square.ux - down * square.uy - 0.5) * STEPS);
      const y = Math.floor((square.cy + across * square.uy + down * square.ux - 0.5) * STEPS);
      const tx = x & (STEPS - 1);
      const ty = y & (STEPS - 1);
      const x0 = clamp(x >> 4, width);
      const x1 = clamp((x >> 4) + 1, width);
      const upper = clamp(y >> 4, height) * width;
      const lower = clamp((y >> 4) + 1, height) * width;
      const a = pixels[upper + x0]!;
      const b = pixels[upper + x1]!;
      const c = pixels[lower + x0]!;
      const d = pixels[lower + x1]!;
      const wa = (STEPS - tx) * (STEPS - ty);
      const wb = tx * (STEPS - ty);
      const wc = (STEPS - tx) * ty;
      const wd = tx * ty;
      // The weights sum to 256, so red and blue blend in the two halves of one number: below 2^32 in all.
      const blended = (a & LOW_BYTES) * wa + (b & LOW_BYTES) * wb + (c & LOW_BYTES) * wc + (d & LOW_BYTES) * wd;
      redBlueLow += blended & 0xffff;
      redBlueHigh += blended >>> 16;
      green += ((a >>> 8) & 0xff) * wa + ((b >>> 8) & 0xff) * wb + ((c >>> 8) & 0xff) * wc + ((d >>> 8) & 0xff) * wd;
    }
  }
  const count = n * n * STEPS * STEPS;
  const round = (sum: number): number => Math.floor((2 * sum + count) / (2 * count));
  return (OPAQUE | (round(redBlueHigh) << 16) | (round(green) << 8) | round(redBlueLow)) >>> 0;
}

function clamp(place: number, length: number): number {
  return place < 0 ? 0 : place >= length ? length - 1 : place;
}
