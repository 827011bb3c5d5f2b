// The golden vectors that both test suites read.

import { readFileSync } from "node:fs";

export function golden(name: string): unknown {
  const path = new URL(`../../../../tests/golden/${name}`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8"));
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
