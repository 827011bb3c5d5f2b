import { defineConfig } from "vitest/config";
import { licences } from "./scripts/licences.ts";

// `npm run dev` shows the pages of a kuuki that runs on its default port.
const GATEWAY = "http://127.0.0.1:8080";

const { page, worker } = licences();

export default defineConfig({
  base: "/",
  plugins: [page],
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 200,
  },
  worker: {
    format: "es",
    plugins: () => [worker],
    // The runtime stays a file of its own beside its wasm (scripts/assets.mjs), not a part of our script.
    rolldownOptions: {
      external: ["onnxruntime-web/wasm"],
      output: { paths: { "onnxruntime-web/wasm": "/ort/ort.wasm.min.mjs" } },
    },
  },
  server: {
    proxy: {
      "/rooms": { target: GATEWAY, changeOrigin: true, headers: { origin: GATEWAY } },
      "/calls": { target: GATEWAY, changeOrigin: true, headers: { origin: GATEWAY }, ws: true },
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    isolate: false, // no file changes what others see: each stub is taken back after its test
    unstubGlobals: true,
    testTimeout: 60_000, // a busy machine is no defect
  },
});
