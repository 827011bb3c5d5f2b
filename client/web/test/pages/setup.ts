// The gallery, built once for all files and served on loopback: a page then loads in a few requests, not in sixty.

import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the gallery is served. */
    gallery: string;
  }
}

const OUT = "node_modules/.gallery";

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await build({
    logLevel: "error",
    build: { outDir: OUT, emptyOutDir: true, copyPublicDir: false, rolldownOptions: { input: "gallery/index.html" } },
  });
  const server = await preview({ logLevel: "error", build: { outDir: OUT }, preview: { host: "127.0.0.1", port: 0 } });
  const address = server.httpServer.address();
  if (!address || typeof address === "string") throw new Error("the gallery has no port");
  project.provide("gallery", `http://127.0.0.1:${address.port}/gallery/index.html`);
  return () => server.close();
}
