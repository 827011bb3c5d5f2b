// The core has no DOM. It passes these through and knows no more of them than this.

interface MediaStream {
  readonly id: string;
}

interface Window {
  readonly closed: boolean;
}

interface ImageBitmap {
  readonly width: number;
  readonly height: number;
}
