// Style sheets per document. A constructed sheet belongs to the document that made it, so an element that is moved
// into another window (Document Picture-in-Picture, popup) needs sheets made there.

import type { CSSResult, CSSResultOrNative } from "lit";

const madeIn = new WeakMap<Document, Map<string, CSSStyleSheet>>();

function sheetFor(owner: Document, text: string): CSSStyleSheet | null {
  const maker = owner.defaultView as (Window & { CSSStyleSheet: typeof CSSStyleSheet }) | null;
  if (!maker) return null;
  const known = madeIn.get(owner) ?? new Map<string, CSSStyleSheet>();
  madeIn.set(owner, known);
  const sheet = known.get(text) ?? new maker.CSSStyleSheet();
  if (!known.has(text)) sheet.replaceSync(text);
  known.set(text, sheet);
  return sheet;
}

/** Gives a document or a shadow root of it the sheets of these texts, instead of those it had. */
export function applyStyles(root: Document | ShadowRoot, texts: readonly string[]): void {
  const owner = root instanceof Document || !("host" in root) ? (root as Document) : root.ownerDocument;
  root.adoptedStyleSheets = texts.map((text) => sheetFor(owner, text)).filter((sheet) => sheet !== null);
}

/** The texts of Lit's styles; ours are all made with `css`. */
export function textsOf(styles: readonly CSSResultOrNative[]): string[] {
  return styles.map((style) => (style as CSSResult).cssText);
}
