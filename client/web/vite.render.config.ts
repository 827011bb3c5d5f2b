import { defineConfig } from "vite";

// What Node runs for `kuuki render`, beside the pages but not served. After them: building those empties dist.
export default defineConfig({
  build: {
    ssr: "scripts/render-sound.ts",
    outDir: "dist/render",
    emptyOutDir: true,
    copyPublicDir: false,
    target: "node20",
  },
});
