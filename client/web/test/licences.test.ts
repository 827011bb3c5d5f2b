// The notice beside the pages is whole: built as the site is, and watched by a plugin that knows nothing of it.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageOf, partOf } from "../scripts/licences.ts";
import config from "../vite.config.ts";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "kuuki-licences-"));
const modules = new Set<string>();
let notice = "";
let pages: string[] = [];

const watcher: Plugin = {
  name: "watcher",
  moduleParsed: ({ id }) => {
    modules.add(id);
  },
};

beforeAll(async () => {
  const worker = { ...config.worker, plugins: () => [...(config.worker?.plugins?.() ?? []), watcher] };
  const plugins = [...(config.plugins ?? []), watcher];
  const more = {
    root: WEB,
    configFile: false as const,
    logLevel: "error" as const,
    mode: "production",
    worker,
    plugins,
  };
  await build({ ...config, ...more, build: { ...config.build, outDir: out, emptyOutDir: true } });
  notice = readFileSync(join(out, "licences.txt"), "utf8");
  pages = readdirSync(out, { recursive: true }).map(String);
}, 120_000);
afterAll(() => rmSync(out, { recursive: true }));

/** name and version -> what is said of it. */
function parts(): Map<string, string> {
  const [, ...bodies] = notice.split(`${"=".repeat(80)}\n`);
  return new Map(bodies.map((body) => [body.slice(0, body.indexOf("\n")), body]));
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(join(WEB, "node_modules", name, "package.json"), "utf8")).version;
}

describe("the notice", () => {
  it("has every npm package of which a module was bundled, also into a worker", () => {
    const names = [...modules].flatMap((id) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/s.exec(id)?.[1] ?? []);
    expect(new Set(names).size).toBeGreaterThan(3);
    expect([...modules].some((id) => id.includes("/src/worker/inference"))).toBe(true);
    for (const name of new Set(names)) expect([...parts().keys()]).toContain(`${name} ${versionOf(name)}`);
  });

  it("has a licence and its text for each", () => {
    for (const [head, body] of parts()) {
      expect(head).toMatch(/^\S+( \(weights\))? \d+\.\d+\.\d+$/);
      expect(body, head).toMatch(/^Licence: (MIT|BSD-3-Clause|Apache-2\.0)$/m);
      expect(body, head).toMatch(/permission is hereby granted|redistribution and use|apache license|as onnx/i);
      expect(notice).toContain(`\n  ${head} (`);
    }
  });

  it("has every set of weights and every file of the runtime that is shipped, and nothing else is shipped", () => {
    const { models } = JSON.parse(readFileSync(join(out, "models/manifest.json"), "utf8"));
    for (const name of Object.keys(models)) expect([...parts().keys()].join("\n")).toContain(`${name} (weights) `);
    const weights = Object.values<{ file: string }>(models).map(({ file }) => `models/${file}`);
    const runtime = pages.filter((path) => /^ort\/.*(mjs|wasm)$/.test(path));
    expect(runtime.length).toBeGreaterThan(1);
    for (const file of runtime) {
      const installed = join(WEB, "node_modules/onnxruntime-web/dist", file.slice("ort/".length));
      expect(existsSync(installed) && readFileSync(installed).equals(readFileSync(join(out, file)))).toBe(true);
    }
    expect([...parts().keys()]).toContain(`onnxruntime-web ${versionOf("onnxruntime-web")}`);
    expect([...parts().keys()]).toContain(`onnxruntime-common ${versionOf("onnxruntime-common")}`);
    const own = ["index.html", "favicon.svg", "kuuki.webmanifest", "licences.txt", "models/manifest.json"];
    const known = [...own, ...weights, ...runtime].flatMap((path) => [path, `${path}.br`]);
    const others = pages.filter((path) => !known.includes(path) && !/^(assets|ort|models)$/.test(path));
    for (const path of others) expect(path).toMatch(/^assets\/[\w-]+\.(js|css)$/);
  });

  it("brings the runtime's own third parties, and no fonts: none is shipped", () => {
    expect(notice).toContain("Copyright (c) Microsoft Corporation");
    expect(notice).toMatch(/abseil/i);
    expect(pages.filter((path) => /\.(woff2?|ttf|otf)$/.test(path))).toEqual([]);
  });
});

describe("what nobody knows the licence of", () => {
  it("stops the build", () => {
    expect(() => packageOf("\0somebody/helper.js")).toThrow("whose is the module");
    expect(() => packageOf("/elsewhere/module.js")).toThrow("whose is the module");
    expect(() => partOf(join(WEB, "node_modules/onnxruntime-web"))).toThrow("carries no licence text");
  });

  it("is neither ours nor a package's", () => {
    expect(packageOf(join(WEB, "src/app.ts"))).toBeNull();
    expect(packageOf("/a/node_modules/b/node_modules/@c/d/e.js?v=1")).toBe("/a/node_modules/b/node_modules/@c/d");
    expect(packageOf("\0vite/preload-helper.js")).toBe(join(WEB, "node_modules/vite"));
    expect(packageOf("\0rolldown/runtime.js")).toBe(join(WEB, "node_modules/rolldown"));
  });
});
