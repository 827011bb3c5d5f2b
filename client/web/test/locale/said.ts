// Everything that the words of a language can say.

/** Facts that a function of words may be asked with: counts and choices, or names. Those that fit none are not asked. */
const ASKED: readonly (readonly unknown[])[] = [
  ...[5, 1].flatMap((few) => [true, false].flatMap((exact) => ["24 h", null].map((kept) => [few, exact, kept]))),
  ["Aki", "Smiling", "k"],
  ["", "Smiling", "k"],
];

/** All words of a language; functions are asked with what makes them longest. */
export function said(words: unknown): string[] {
  if (typeof words === "string") return [words];
  if (typeof words === "function")
    return ASKED.flatMap((facts) => calm(words as (...facts: unknown[]) => unknown, facts));
  if (typeof words === "object" && words !== null) return Object.values(words).flatMap(said);
  return [];
}

function calm(ask: (...facts: unknown[]) => unknown, facts: readonly unknown[]): string[] {
  try {
    return said(ask(...facts));
  } catch {
    return []; // asked for another kind of fact
  }
}
