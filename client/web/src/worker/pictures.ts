// From an ImageBitmap to pixels, on one canvas that is kept.

import type { Picture } from "../core/mood/sampler";

export class Pictures {
  #canvas = new OffscreenCanvas(1, 1);
  #context = open(this.#canvas);

  /** The bitmap's pixels; the bitmap is closed, whatever happens. */
  take(bitmap: ImageBitmap): Picture {
    try {
      const { width, height } = bitmap;
      if (this.#canvas.width !== width || this.#canvas.height !== height) {
        this.#canvas = new OffscreenCanvas(width, height);
        this.#context = open(this.#canvas);
      }
      this.#context.drawImage(bitmap, 0, 0);
      const { data } = this.#context.getImageData(0, 0, width, height);
      return { pixels: new Uint32Array(data.buffer), width, height };
    } finally {
      bitmap.close();
    }
  }
}

function open(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error("no 2d canvas");
  return context;
}
