// What this browser keeps for a person. Storage may be forbidden: it then lasts as long as the page.

export function keptText(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keepText(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    // Nothing is lost but what comes after a reload.
  }
}
