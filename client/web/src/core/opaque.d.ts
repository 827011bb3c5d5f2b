// The core is compiled without the DOM library. It passes these objects on, and knows only these fields of them.

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
