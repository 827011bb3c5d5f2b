// Words that no code says are found here. A word is said where its name stands after a dot or in a destructuring, in a
// file that says the name of its group too; a group that is looked up in (`group[…]`), or given to a function, is said whole.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { LANGUAGES, wordsOf } from "../../src/locale";
import { callWordsOf } from "../../src/locale/call";
import { soundWordsOf } from "../../src/locale/sound";

type Tree = Readonly<Record<string, unknown>>;

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));
const CODE = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.startsWith("locale"))
  .map((path) => readFileSync(SRC + path, "utf8"));

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether this code says the word: `.name`, `{ name`, `, name`, or looked up by a name with this ending. */
function says(code: string, name: string): boolean {
  if (new RegExp(`(\\.|[{,]\\s*)${name}\\b`).test(code)) return true;
  const endings = [...code.matchAll(/\[`\$\{[^}]+\}(\w+)`\]/g)].map(([, ending]) => ending ?? "");
  return endings.some((ending) => name.endsWith(ending));
}

/** Other names by which this code calls the group: `{ group: other }`. */
function namesOf(code: string, group: string): string[] {
  return [group, ...[...code.matchAll(new RegExp(`[{,]\\s*${group}: (\\w+)`, "g"))].map(([, other]) => other ?? "")];
}

function isLookedUpIn(code: string, group: string): boolean {
  return namesOf(code, group).some((name) => new RegExp(`\\b${name}(\\??\\.)?\\[`).test(code));
}

/** Given whole to a function, whose types say what it needs of it. */
function isGiven(code: string, group: string): boolean {
  return new RegExp(`\\.${group}[),]`).test(code);
}

/** Given whole to another name: its words may be said wherever that name goes. */
function isRenamed(code: string, group: string): boolean {
  return new RegExp(`\\.${group}[;\\]}]`).test(code);
}

/** Paths of the words that none of the code says. */
function unused(tree: Tree, code: readonly string[], path = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const here = code.filter((each) => says(each, name));
    if (here.length === 0) return [path + name];
    if (!isTree(value) || here.some((each) => isLookedUpIn(each, name) || isGiven(each, name))) return [];
    return unused(value, here.some((each) => isRenamed(each, name)) ? code : here, `${path}${name}.`);
  });
}

describe.each(LANGUAGES)("%s", (language) => {
  it("has no word that no code says", () => {
    expect(unused(wordsOf(language) as unknown as Tree, CODE)).toEqual([]);
    expect(unused(callWordsOf(language) as unknown as Tree, CODE)).toEqual([]);
    expect(unused(soundWordsOf(language) as unknown as Tree, CODE)).toEqual([]);
  });
});

it("finds a word that no code says, and a group of them", () => {
  const words = { said: "a", lost: "b", group: { inner: "c", gone: "d" }, table: { x: "e", y: "f" }, xHint: "g" };
  const hint = "words[`$" + "{key}Hint`]";
  const code = [`const { said, group } = words; say(said, group.inner, words.table[key], ${hint});`];
  expect(unused(words, code)).toEqual(["lost", "group.gone"]);
});
