// A person's name, kept in this browser only if they ticked that.

const KEPT_AS = "kuuki.name";
/** Characters; the line takes no more. */
export const NAME_MOST = 40;

export function keptName(): string | null {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

export function keepName(name: string): void {
  try {
    localStorage.setItem(KEPT_AS, name);
  } catch {
    // Storage may be forbidden; the name then lasts as long as the page.
  }
}

export function forgetName(): void {
  try {
    localStorage.removeItem(KEPT_AS);
  } catch {
    // Nothing was kept.
  }
}
