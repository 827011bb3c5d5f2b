// A rule that several elements have stands once, in look.ts, shapes.ts or a family's own shared sheet.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const UI = fileURLToPath(new URL("../../src/ui/", import.meta.url));
/** Of one declaration there is nothing to share. */
const LEAST = 2;

/** Every rule in the style sheets of this code as `selector { declarations }`, in one order of the declarations. */
function rulesIn(code: string): string[] {
  const sheets = [...code.matchAll(/css`([^`]*)`/g)].map(([, sheet]) => sheet ?? "");
  return sheets.flatMap((sheet) =>
    [...sheet.matchAll(/([^{};@]+)\{([^{}]*)\}/g)].flatMap(([, selector = "", body = ""]) => {
      const declarations = body.split(";").map((each) => each.trim().replace(/\s+/g, " "));
      const said = declarations.filter((each) => each !== "").sort();
      return said.length < LEAST ? [] : [`${selector.trim().replace(/\s+/g, " ")} { ${said.join("; ")} }`];
    }),
  );
}

it("has no rule in two files", () => {
  const files = new Map<string, Set<string>>();
  for (const path of readdirSync(UI, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".ts")))
    for (const rule of rulesIn(readFileSync(UI + path, "utf8")))
      files.set(rule, (files.get(rule) ?? new Set()).add(path));
  const twice = [...files].filter(([, paths]) => paths.size > 1).map(([rule, paths]) => [rule, ...paths].join(" · "));
  expect(twice).toEqual([]);
});

it("finds the rules of a sheet, whatever the order of what they declare", () => {
  const rules = ["a { color: red; top: 0; } b { top: 0 }", "a {\n top: 0;\n color: red }"].map(
    (sheet) => `css\`${sheet}\``,
  );
  expect(rules.map(rulesIn)).toEqual([["a { color: red; top: 0 }"], ["a { color: red; top: 0 }"]]);
});
