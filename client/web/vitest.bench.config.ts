import { defineConfig } from "vitest/config";

// What pages cost in a real Chromium, on a machine with nothing else to do: `make bench-pages`. No part of the tests.
export default defineConfig({
  test: {
    include: ["test/bench/*.bench.ts"],
    environment: "node",
    globalSetup: "test/pages/setup.ts",
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
