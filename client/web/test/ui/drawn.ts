// What an element draws, without a document: its templates as text, its listeners to be called by hand. Lit's build for
// Node has elements that can be made and asked to render; only a browser would put what they render anywhere.

import { type LitElement, nothing } from "lit";
import type { KuukiElement } from "../../src/ui/element";

interface Template {
  readonly strings: readonly string[];
  readonly values: readonly unknown[];
}

/** Lit's own way to an update; the tests ask for its steps one by one. */
export interface Steps {
  shouldUpdate(changed: Map<string, unknown>): boolean;
  willUpdate(changed: Map<string, unknown>): void;
  render(): unknown;
  performUpdate(): void;
  enableUpdating(requested: boolean): void;
  isUpdatePending: boolean;
  _$changedProperties: Map<string, unknown>;
}

function isTemplate(value: unknown): value is Template {
  return typeof value === "object" && value !== null && "strings" in value && "values" in value;
}

function textOf(value: unknown): string {
  if (isTemplate(value)) return value.strings.map((text, at) => text + valueAfter(text, value.values[at])).join("");
  if (Array.isArray(value)) return value.map(textOf).join("");
  return value === nothing || value === null || value === undefined ? "" : String(value);
}

/** A boolean attribute stays or goes with its value; a listener or an object has no text. */
function valueAfter(text: string, value: unknown): string {
  if (/ \?[\w-]+=$/.test(text)) return value ? `"yes"` : `"no"`;
  if (/ @[\w-]+=$/.test(text)) return `"…"`;
  if (/ \.[\w-]+="?$/.test(text))
    return typeof value === "object" || typeof value === "function" ? `"…"` : `"${value}"`;
  return / [\w-]+=$/.test(text) ? `"${textOf(value)}"` : textOf(value);
}

/** Every template in what was rendered, outermost first. */
function templates(value: unknown): Template[] {
  if (isTemplate(value)) return [value, ...value.values.flatMap(templates)];
  return Array.isArray(value) ? value.flatMap(templates) : [];
}

export class Drawn {
  readonly #root: unknown;

  constructor(root: unknown) {
    this.#root = root;
  }

  /** HTML, with one space wherever there was any. */
  get html(): string {
    return textOf(this.#root).replace(/\s+/g, " ");
  }

  /** What a person reads: the HTML without its tags. */
  get text(): string {
    return this.html
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  }

  /** The value of the property `name` of the first <element>. */
  property(element: string, name: string): unknown {
    for (const { strings, values } of templates(this.#root))
      for (const [at, value] of values.entries()) {
        const before = strings.slice(0, at + 1).join("");
        if (before.endsWith(` .${name}=`) && before.slice(before.lastIndexOf("<")).startsWith(`<${element}`))
          return value;
      }
    throw new Error(`no <${element} .${name}>`);
  }

  /** Tells the first element whose HTML, from its tag on, contains `mark` of an event, as the browser would. */
  fire(event: string, mark: string, detail: unknown = {}): void {
    for (const template of templates(this.#root)) {
      const { strings, values } = template;
      for (const [at, value] of values.entries()) {
        if (!strings[at]?.endsWith(` @${event}=`)) continue;
        const [before, after] = [strings.slice(0, at + 1), strings.slice(at + 1)];
        const whole = textOf({ strings: before, values: values.slice(0, at) });
        const tag = whole.slice(whole.lastIndexOf("<"));
        const rest = textOf({ strings: after, values: values.slice(at + 1) });
        const name = /^<([\w-]+)/.exec(tag)?.[1] ?? "";
        if (!(tag + rest.split(`</${name}>`)[0]).includes(mark)) continue;
        (value as (detail: unknown) => void)(detail);
        return;
      }
    }
    throw new Error(`nothing with "${mark}" listens to ${event}`);
  }

  press(mark: string): void {
    this.fire("click", mark);
  }
}

/** Where nothing is drawn, nothing is found. */
const EMPTY = { querySelector: () => null, querySelectorAll: () => [] };

/** An element with these properties, which may be of its own only. */
export function made<Element extends KuukiElement>(
  kind: new () => Element,
  properties: Readonly<Record<string, unknown>> = {},
): Element {
  void (kind as unknown as typeof LitElement).observedAttributes; // a browser asks for these, and Lit makes the accessors
  const element = Object.assign(new kind(), { renderRoot: EMPTY, ownerDocument: {} }, properties);
  (element as unknown as Steps).willUpdate(new Map(Object.keys(properties).map((name) => [name, undefined])));
  return element;
}

/** What it draws now. */
export function drawn(element: KuukiElement): Drawn {
  return new Drawn((element as unknown as Steps).render());
}

/** Counts how often Lit would draw the element from now on. */
export async function counted(element: KuukiElement): Promise<{ readonly drawings: () => Promise<number> }> {
  const steps = element as unknown as Steps;
  let count = 0;
  steps.performUpdate = () => {
    count += 1;
    steps.isUpdatePending = false;
    steps._$changedProperties = new Map();
  };
  steps.enableUpdating(true);
  await rested();
  count = 0;
  return {
    drawings: async () => {
      await rested();
      return count;
    },
  };
}

async function rested(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
