// Times of the evening as they are written here; each language has its own way.

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Hours and minutes, and seconds if they are asked for. */
export function clock(atMs: number, language: string, withSeconds = false): string {
  const key = `${language} ${withSeconds}`;
  const known = FORMATS.get(key);
  const format = known ?? new Intl.DateTimeFormat(language, optionsFor(withSeconds));
  FORMATS.set(key, format); // to make one takes longer than to use it a hundred times
  return format.format(atMs);
}

function optionsFor(withSeconds: boolean): Intl.DateTimeFormatOptions {
  return { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(withSeconds && { second: "2-digit" }) };
}
