// A picture in, one face's weights out; or null, because no face is no score. The twin of client/headless/vision/sensor.py.

import { cropSquare, type Face, largestFace, meanWeights, sideOf, tempered } from "../core/mood/detection";
import { crop, letterbox, type Picture } from "../core/mood/sampler";
import { fetchManifest, fetchModel, type Manifest, modelOf } from "./manifest";
import { openStage, type Stage } from "./stage";

export interface Weights {
  readonly weights: readonly number[];
  readonly shown: readonly number[];
  readonly sure: number;
}

export class Sensor {
  readonly #manifest: Manifest;
  readonly #detector: Stage;
  readonly #members: readonly Stage[];

  constructor(manifest: Manifest, detector: Stage, members: readonly Stage[]) {
    this.#manifest = manifest;
    this.#detector = detector;
    this.#members = members;
  }

  async read(picture: Picture): Promise<Weights | null> {
    const face = await this.#find(picture);
    if (face === null || sideOf(face) < this.#manifest.min_face_px) return null;
    const each: number[][] = [];
    for (const member of this.#members) each.push(await probabilities(member, picture, face));
    const calmer = each.map((p, i) => tempered(p, this.#members[i]!.model.temperature ?? 1));
    return { weights: meanWeights(each), shown: meanWeights(calmer), sure: face.sure };
  }

  async #find(picture: Picture): Promise<Face | null> {
    letterbox(picture, this.#detector.size, this.#detector.pixels);
    const { scores, boxes } = await this.#detector.run();
    const { min_detector_score, same_face_overlap } = this.#manifest;
    const longerPx = Math.max(picture.width, picture.height);
    return largestFace(scores!, boxes!, min_detector_score, same_face_overlap, longerPx);
  }

  /** Runs every model once, so that the first real picture does not wait for their warming up. */
  async warmUp(): Promise<void> {
    for (const stage of [this.#detector, ...this.#members]) await stage.run();
  }
}

async function probabilities(member: Stage, picture: Picture, face: Face): Promise<number[]> {
  const { crop: shape } = member.model;
  if (shape === undefined) throw new Error(`${member.model.file} has no crop`);
  crop(picture, cropSquare(face, shape), member.size, member.pixels);
  return Array.from((await member.run())["weights"]!);
}

/** The manifest's default detector and expression models, loaded and warm. */
export async function openSensor(folder: string): Promise<Sensor> {
  const manifest = await fetchManifest(folder);
  const names = [manifest.default.detector, ...(manifest.expressions[manifest.default.expression] ?? [])];
  const models = names.map((name) => modelOf(manifest, name));
  const bytes = await Promise.all(models.map((model) => fetchModel(folder, model)));
  const stages: Stage[] = [];
  for (const [i, model] of models.entries()) stages.push(await openStage(model, bytes[i]!));
  const [detector, ...members] = stages;
  const sensor = new Sensor(manifest, detector!, members);
  await sensor.warmUp();
  return sensor;
}
