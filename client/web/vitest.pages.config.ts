import { defineConfig } from "vitest/config";

// The pages in a real Chromium: `npm run pages`.
export default defineConfig({
  test: {
    include: ["test/pages/*.pages.ts"],
    environment: "node",
    globalSetup: "test/pages/setup.ts",
    testTimeout: 900_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    retry: { count: 2, condition: /the browser draws no frames/ }, // Chromium may give a tab up; a new one draws
    expect: { poll: { timeout: 30_000 } }, // a busy machine is no defect
  },
});
