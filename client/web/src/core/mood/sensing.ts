// What the page and the inference worker say to each other. One picture is under way at a time.

import type { Reading } from "./session";

/** To the worker. `start`: load the models. `read`: read this picture; the worker closes it. */
export type ToWorker =
  | { readonly kind: "start"; readonly models: string; readonly runtime: string }
  | { readonly kind: "read"; readonly picture: ImageBitmap };

/** From the worker. `reading` null: no face, or one that is too small. `failed`: it will not read any more. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "reading"; readonly reading: Reading | null; readonly tookMs: number }
  | { readonly kind: "failed"; readonly message: string };
