// licences.txt beside the pages: everything that they bring to a browser, with its version and its licence's text.
//
// What vite bundled is asked of its own graph, workers included; what stands in the ONNX runtime's script, of that
// script's map; the weights' texts come with the models (models/licences.py). Whatever has no text fails the build.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "vite";

export interface Part {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
  readonly note?: string;
}

const WEB = fileURLToPath(new URL("..", import.meta.url));
const RUNTIME = ["onnxruntime-web", "onnxruntime-common"];
const RUNTIME_SCRIPT = "onnxruntime-web/dist/ort.wasm.min.mjs.map";
const OF_MODELS = "../../build/models/licences.json";
/** Who puts modules of its own, whose names begin with NUL, into a bundle. */
const HELPERS = ["vite", "rolldown"];
/** Vite's file goes on with the licences of what its own program bundles; nothing of that is in a page. */
const VITE_OTHERS = "# Licenses of bundled dependencies";
const RULE = "=".repeat(80);

/** The folder of the package that a module is of; null: it is ours. Throws for one that is nobody's. */
export function packageOf(id: string): string | null {
  const path = id.replace("\0", "").replace(/[?#].*$/s, "");
  const [, root, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)/s.exec(path) ?? [];
  if (root && name) return root + name;
  if (!id.startsWith("\0") && path.startsWith(WEB)) return null;
  const helper = HELPERS.find((one) => path.startsWith(`${one}/`));
  if (!helper) throw new Error(`licences: whose is the module ${path}?`);
  return join(WEB, "node_modules", helper);
}

/** What a package says of itself. Throws where it carries no licence text, unless ``text`` stands for it. */
export function partOf(folder: string, stated?: { text: string; note: string }): Part {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(un)?licen[sc]e|^copying|^notice/i.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").split(VITE_OTHERS)[0]!.trim());
  if (texts.length) return { name, version, licence: license, text: texts.join("\n\n") };
  if (!stated) throw new Error(`licences: ${name} ${version} carries no licence text`);
  return { name, version, licence: license, ...stated };
}

/** Whatever else npm packages put into the runtime's script, as its map says. */
function inRuntime(): string[] {
  const map = readFileSync(join(WEB, "node_modules", RUNTIME_SCRIPT), "utf8");
  const sources: string[] = JSON.parse(map).sources;
  return sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []);
}

function runtimeParts(ofModels: readonly Part[]): Part[] {
  const own = ofModels.find(({ name }) => name === "onnxruntime");
  if (!own) throw new Error("licences: those of ONNX Runtime are missing; run `python -m models.build`");
  const note = `Its npm package has no text; this is that of the same project's Python package ${own.version}.`;
  const names = [...RUNTIME, ...inRuntime().filter((name) => !RUNTIME.includes(name))];
  // The text is long and once is enough.
  return names.map((name, index) =>
    partOf(join(WEB, "node_modules", name), {
      note,
      text: index === 0 ? own.text : `As ${RUNTIME[0]}, above: they are of one project.`,
    }),
  );
}

/** The whole notice, of the packages in these folders and of all that does not go through vite. Throws as partOf. */
export function notice(folders: Iterable<string>): string {
  if (!existsSync(join(WEB, OF_MODELS))) throw new Error("licences: run `python -m models.build`");
  const ofModels: Part[] = JSON.parse(readFileSync(join(WEB, OF_MODELS), "utf8"));
  const { version, license } = JSON.parse(readFileSync(join(WEB, "package.json"), "utf8"));
  const own = readFileSync(join(WEB, "../../LICENSE"), "utf8").trim();
  return asText([
    { name: "kuuki", version, licence: license, text: own },
    ...[...folders].sort().map((folder) => partOf(folder)),
    ...ofModels.filter(({ name }) => name !== "onnxruntime"),
    ...runtimeParts(ofModels),
  ]);
}

function asText(parts: readonly Part[]): string {
  const heads = parts.map(({ name, version, licence }) => `  ${name} ${version} (${licence})\n`);
  const bodies = parts.map(({ name, version, licence, note, text }) =>
    [RULE, `${name} ${version}`, `Licence: ${licence}`, ...(note ? [note] : []), "", text, "", ""].join("\n"),
  );
  return `What kuuki's pages bring to your browser, and under which licences\n\n${heads.join("")}\n${bodies.join("")}`;
}

/** Two plugins that belong together: workers are bundled by themselves, and before the pages that start them. */
export function licences(): { page: Plugin; worker: Plugin } {
  const folders = new Set<string>();
  const look = (bundle: Readonly<Record<string, { type: string; moduleIds?: string[] }>>) => {
    for (const id of Object.values(bundle).flatMap(({ moduleIds }) => moduleIds ?? [])) {
      const folder = packageOf(id);
      if (folder) folders.add(folder);
    }
  };
  return {
    worker: { name: "kuuki-licences-worker", generateBundle: (_, bundle) => look(bundle) },
    page: {
      name: "kuuki-licences",
      generateBundle: {
        order: "post",
        handler(_, bundle) {
          look(bundle);
          const text = notice(folders);
          this.emitFile({ type: "asset", fileName: "licences.txt", source: text });
          this.emitFile({ type: "asset", fileName: "licences.txt.br", source: brotliCompressSync(text) });
        },
      },
    },
  };
}
