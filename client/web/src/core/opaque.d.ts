// The core has no DOM. It passes these two through and knows no more of them than this.

interface MediaStream {
  readonly id: string;
}

interface Window {
  readonly closed: boolean;
}
