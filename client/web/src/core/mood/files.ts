// The record as a file: JSON for programs, CSV (RFC 4180) for spreadsheets.

import { waveFields } from "./evening";
import { LABELS, TAPS } from "./generated";
import type { Entry, Mark } from "./history";

const COLUMNS = [
  "at",
  "mark",
  "state",
  "people_at_least",
  "people_at_most",
  "coverage",
  "smiling",
  "warmth",
  "energy",
  "agreement",
  ...LABELS,
  ...TAPS.map((kind) => `taps_${kind}`),
];
/** Spreadsheets take a cell that begins so for a formula; a mark's word is never one. */
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

type Cell = string | number | null;

/** One object: the rows with all numbers that were shown, and the marks. */
export function toJson(room: string, entries: readonly Entry[], marks: readonly Mark[]): string {
  const rows = entries.map((entry) => ({ at: iso(entry.atMs), mix: mixFields(entry) }));
  const said = marks.map(({ atMs, text }) => ({ at: iso(atMs), text }));
  return JSON.stringify({ room, rows, marks: said }, null, 1);
}

function mixFields({ mix: { state, coverage, atLeast, atMost, body, draw }, waves }: Entry): object {
  const people = { at_least: atLeast, at_most: atMost };
  const told = waves.length > 0 && { waves: waves.map(waveFields) };
  const known = { state, ...(coverage !== null && { coverage }), people, draw, ...told };
  if (body === null) return known;
  const named = (names: readonly string[], values: readonly number[]) =>
    Object.fromEntries(names.map((name, i) => [name, values[i]]));
  const { weights, taps, ...numbers } = body;
  return { ...known, ...numbers, weights: named(LABELS, weights), taps: named(TAPS, taps) };
}

/** A line for each row and each mark, by time. With a byte order mark, which spreadsheets need to read Japanese. */
export function toCsv(entries: readonly Entry[], marks: readonly Mark[]): string {
  const lines: [number, Cell[]][] = [
    ...entries.map((entry): [number, Cell[]] => [entry.atMs, cells(entry)]),
    ...marks.map(({ atMs, text }): [number, Cell[]] => [atMs, [iso(atMs), text || "(mark)"]]),
  ];
  lines.sort(([one], [other]) => one - other);
  const filled = lines.map(([, line]) => COLUMNS.map((_, i) => quoted(line[i] ?? null)).join(","));
  return `\ufeff${[COLUMNS.join(","), ...filled].join("\r\n")}\r\n`;
}

function cells({ atMs, mix }: Entry): Cell[] {
  const { state, coverage, atLeast, atMost, body } = mix;
  const shown = body ? [body.smiling, body.warmth, body.energy, body.agreement, ...body.weights, ...body.taps] : [];
  return [iso(atMs), null, state, atLeast, atMost, coverage, ...shown];
}

function quoted(cell: Cell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
