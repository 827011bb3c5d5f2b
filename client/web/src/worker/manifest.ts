// The models' manifest, as models/build.py writes it beside them.

import type { Crop } from "../core/mood/detection";

export interface Model {
  readonly file: string;
  readonly size: number;
  readonly sha256: string;
  readonly crop?: Crop;
  readonly temperature?: number;
}

export interface Manifest {
  readonly default: { readonly detector: string; readonly expression: string };
  readonly expressions: Readonly<Record<string, readonly string[]>>;
  readonly min_face_px: number;
  readonly min_detector_score: number;
  readonly same_face_overlap: number;
  readonly models: Readonly<Record<string, Model>>;
}

async function get(url: string): Promise<Response> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

export async function fetchManifest(folder: string): Promise<Manifest> {
  return (await get(`${folder}manifest.json`)).json() as Promise<Manifest>;
}

/** A model's bytes; the digest in its address lets them be kept for ever and never be mixed up. */
export async function fetchModel(folder: string, model: Model): Promise<Uint8Array> {
  return new Uint8Array(await (await get(`${folder}${model.file}?${model.sha256.slice(0, 16)}`)).arrayBuffer());
}

export function modelOf(manifest: Manifest, name: string): Model {
  const model = manifest.models[name];
  if (model === undefined) throw new Error(`no model ${name}`);
  return model;
}
