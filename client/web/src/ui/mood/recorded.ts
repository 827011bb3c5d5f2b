// Whether a room is recorded, in one plain sentence.

import type { HistorySnapshot } from "../../core/mood/history";
import type { Words } from "../../locale";

/** Empty before it is known. */
export function recordedLine({ recording, reason, retentionS }: HistorySnapshot, words: Words): string {
  if (recording === null) return "";
  if (recording === "on") return words.stage.recorded(words.keptFor(retentionS ?? 0));
  return words.stage.notRecorded[recording === "off" ? "off" : (reason ?? "refused")];
}
