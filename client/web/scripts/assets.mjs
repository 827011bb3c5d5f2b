// Puts what the pages load beside their script into public/: the ONNX runtime and the models, self-hosted.
// Files that are there already and the same stay untouched, so a second run costs nothing.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const RUNTIME = join(WEB, "node_modules/onnxruntime-web/dist");
const MODELS = join(WEB, "../../build/models");
const RUNTIME_FILES = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
// 9 takes two seconds for the 14 MB of the runtime; 11 saves a tenth more and takes twenty times as long.
const QUALITY = 9;

function isSame(from, to) {
  return existsSync(to) && statSync(to).size === statSync(from).size && readFileSync(to).equals(readFileSync(from));
}

function compress(path) {
  const packed = brotliCompressSync(readFileSync(path), {
    params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
  writeFileSync(`${path}.part`, packed);
  renameSync(`${path}.part`, `${path}.br`);
}

function publish(from, to) {
  if (isSame(from, to) && existsSync(`${to}.br`)) return;
  copyFileSync(from, to);
  compress(to);
}

function publishFolder(from, to, names) {
  mkdirSync(to, { recursive: true });
  const wanted = new Set(names.flatMap((name) => [name, `${name}.br`]));
  for (const stray of readdirSync(to)) if (!wanted.has(stray)) rmSync(join(to, stray));
  for (const name of names) publish(join(from, name), join(to, name));
}

if (!existsSync(join(MODELS, "manifest.json"))) {
  console.error("The models are not built: run `make setup` or `python -m models.build`.");
  process.exit(1);
}
const manifest = JSON.parse(readFileSync(join(MODELS, "manifest.json"), "utf8"));
const modelFiles = Object.values(manifest.models).map((model) => model.file);
publishFolder(RUNTIME, join(WEB, "public/ort"), RUNTIME_FILES);
publishFolder(MODELS, join(WEB, "public/models"), ["manifest.json", ...modelFiles]);
