// What only the stage's history needs: fetched when someone opens it.

import { KuukiCurve } from "./curve";
import { KuukiHistory } from "./panel";
import { KuukiRecord } from "./record";

const ELEMENTS: Readonly<Record<string, CustomElementConstructor>> = {
  "kuuki-curve": KuukiCurve,
  "kuuki-history": KuukiHistory,
  "kuuki-record": KuukiRecord,
};

export function defineHistory(): void {
  for (const [name, element] of Object.entries(ELEMENTS))
    if (!customElements.get(name)) customElements.define(name, element);
}
