// What axe's rules judge of a page but for places and words, as one string: where it is the same, they say the same.

import { createHash } from "node:crypto";
import type { Page } from "playwright-core";

interface Part {
  /** All that the rules look at in one element. */
  readonly own: string;
  readonly id: string;
  readonly parts: readonly Part[];
}

/**
 * A digest of what the rules look at: which elements there are, each within which others, with its role, state and
 * relations, whether its name and its text are there, its colours, whether it is seen, open or inert, whether its text
 * is large; and each id as often as it stands. Not the words themselves (nor the page's language, which is checked
 * beside), nor where things stand or in which order: rules that look at those judge every size and language anyhow.
 */
export async function structureOf(tab: Page): Promise<string> {
  const page = await tab.evaluate(partsOfThePage);
  const keys = new Set<string>();
  const ids: string[] = [];
  const add = (within: string, { own, id, parts }: Part) => {
    const key = digest(`${within} ${own}`);
    keys.add(key);
    if (id) ids.push(id);
    for (const part of parts) add(key, part);
  };
  add("", page);
  return digest([...keys, ...ids].sort().join());
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

/** Runs in the page. */
function partsOfThePage(): Part {
  const WORDS = new Set(["aria-label", "title", "alt", "placeholder", "aria-description", "aria-valuetext", "href"]);
  const KEPT =
    /^(aria-|role$|for$|type$|src$|tabindex$|disabled$|hidden$|scope$|name$|autocomplete$|open$|inert$|value$|accesskey$|content$|http-equiv$)/;
  const attributes = (element: Element) =>
    [...element.attributes]
      .filter(({ name }) => WORDS.has(name) || KEPT.test(name))
      .map(({ name, value }) => `${name}=${WORDS.has(name) ? value.trim() !== "" : value}`)
      .sort();
  const look = (element: Element) => {
    const style = getComputedStyle(element);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const { color, backgroundColor, backgroundImage, opacity, display, visibility, contentVisibility } = style;
    return [color, backgroundColor, backgroundImage, opacity, display, visibility, contentVisibility, large];
  };
  const says = ({ childNodes }: Element) =>
    [...childNodes].some((node) => node.nodeType === 3 && node.nodeValue?.trim());
  const parts = (root: Element | ShadowRoot) =>
    [...root.children].filter(({ localName }) => localName !== "style" && localName !== "script").map(part);
  const part = (element: Element): Part => ({
    own: JSON.stringify([element.localName, attributes(element), look(element), Boolean(says(element))]),
    id: element.id,
    parts: [...(element.shadowRoot ? parts(element.shadowRoot) : []), ...parts(element)],
  });
  return part(document.documentElement);
}
