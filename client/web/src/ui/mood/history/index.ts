// What only the stage's history needs: fetched when someone opens it.

import { defineAll } from "../../define";
import { KuukiBiggest } from "./biggest";
import { KuukiCurve } from "./curve";
import { KuukiHistory } from "./panel";
import { KuukiRecord } from "./record";

export function defineHistory(): void {
  defineAll({
    "kuuki-biggest": KuukiBiggest,
    "kuuki-curve": KuukiCurve,
    "kuuki-history": KuukiHistory,
    "kuuki-record": KuukiRecord,
  });
}
