// What every element of kuuki has: a language, the words of it, and styles that survive a change of window.

import { LitElement } from "lit";
import { type Language, type Words, wordsOf } from "../locale";
import { look } from "./look";
import { applyStyles, textsOf } from "./stylesheets";

export abstract class KuukiElement extends LitElement {
  static override properties: Record<string, object> = { language: { type: String } };

  static override styles = [look];

  /** The language that this element speaks. */
  declare language: Language;

  constructor() {
    super();
    this.language = "en";
  }

  protected get words(): Words {
    return wordsOf(this.language);
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    this.#applyStyles(root);
    return root;
  }

  /** Called by the browser when the element comes into another document. */
  adoptedCallback(): void {
    if (this.shadowRoot) this.#applyStyles(this.shadowRoot);
  }

  #applyStyles(root: ShadowRoot): void {
    applyStyles(root, textsOf((this.constructor as typeof KuukiElement).elementStyles));
  }
}

/** Tells the document what it is about. */
export function nameDocument(owner: Document, language: Language, title: string): void {
  // Setting an attribute to what it is already would restyle the whole page, five times a second.
  if (owner.documentElement.lang !== language) owner.documentElement.lang = language;
  if (owner.title !== title) owner.title = title;
}
