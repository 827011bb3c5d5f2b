// Four words that two people in a call read to each other: the octets to hash, and the words of a digest.
// kuuki/call/checking.py says why and exactly what. Hashing itself (SHA-256) is done where there is crypto.subtle, in io.

import { WORDS } from "./codes";

export const NONCE_BYTES = 16;

const CHECK_WORDS = 4;
const COMMITMENT_LABEL = "kuuki call commitment 1\0";
const WORDS_LABEL = "kuuki call words 1\0";
const FINGERPRINT = /^sha-256 ([0-9a-f]{2}(?::[0-9a-f]{2}){31})$/i;
const FINGERPRINT_LINE = /^a=fingerprint:([sS][hH][aA]-256 [0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){31})\r?$/;

/** What the caller's commitment is the SHA-256 of. RangeError if anything is malformed. */
export function commitBytes(fingerprint: string, nonce: Uint8Array): Uint8Array<ArrayBuffer> {
  return joined(ascii(COMMITMENT_LABEL), octets(fingerprint), checked(nonce));
}

/** What the words are the SHA-256 of; `wordsOf` names them. The callee must have compared the commitment first. */
export function checkBytes(
  callerFingerprint: string,
  calleeFingerprint: string,
  callerNonce: Uint8Array,
  calleeNonce: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const fingerprints = [octets(callerFingerprint), octets(calleeFingerprint)];
  return joined(ascii(WORDS_LABEL), ...fingerprints, checked(callerNonce), checked(calleeNonce));
}

/** The four words of a digest, in their Latin form. */
export function wordsOf(digest: Uint8Array): readonly string[] {
  return Array.from(digest.subarray(0, CHECK_WORDS), (octet) => WORDS[octet]!);
}

/** `sha-256 AB:CD:…` as 64 lower-case hexadecimal digits. RangeError for anything else. */
export function normalFingerprint(text: string): string {
  const found = FINGERPRINT.exec(text);
  if (found === null) throw new RangeError("not a sha-256 fingerprint");
  return found[1]!.replaceAll(":", "").toLowerCase();
}

/** The SHA-256 fingerprint of a description as it stands there first; null when there is none, or when they differ. */
export function fingerprintIn(sdp: string): string | null {
  const found = sdp.split("\n").flatMap((line) => FINGERPRINT_LINE.exec(line)?.[1] ?? []);
  return new Set(found.map(normalFingerprint)).size === 1 ? found[0]! : null;
}

/**
 * The description without any other fingerprint, for the peer connection: it might be held to another than the one that
 * the words are made of.
 */
export function withSha256Alone(sdp: string): string {
  const lines = sdp.split("\n");
  return lines.filter((line) => !line.startsWith("a=fingerprint:") || FINGERPRINT_LINE.test(line)).join("\n");
}

function octets(fingerprint: string): Uint8Array {
  return Uint8Array.from(normalFingerprint(fingerprint).match(/../g)!, (pair) => Number.parseInt(pair, 16));
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function checked(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_BYTES) throw new RangeError("not 16 octets");
  return nonce;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
