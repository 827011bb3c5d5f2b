// Snapshots are compared by identity: what says the same stays the same object.

/** `before` if `after` has the same fields with the same values, else `after`. */
export function sameOr<T extends object>(before: T | null, after: T): T {
  if (before === null) return after;
  const keys = Object.keys(after) as (keyof T)[];
  return keys.every((key) => Object.is(before[key], after[key])) ? before : after;
}

/** The fields of `after` that differ from those of `before`; null if none does. */
export function differing<T extends object>(before: T, after: Partial<T>): Partial<T> | null {
  const keys = (Object.keys(after) as (keyof T)[]).filter((key) => !Object.is(before[key], after[key]));
  return keys.length === 0 ? null : (Object.fromEntries(keys.map((key) => [key, after[key]])) as Partial<T>);
}
