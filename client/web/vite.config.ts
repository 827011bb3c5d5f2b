import { defineConfig } from "vitest/config";

// `npm run dev` shows the pages of a kuuki that runs on its default port.
const GATEWAY = "http://127.0.0.1:8080";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 200,
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/rooms": { target: GATEWAY, changeOrigin: true, headers: { origin: GATEWAY } },
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    testTimeout: 10_000,
  },
});
