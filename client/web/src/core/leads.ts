// Where what somebody was given leads: a link as it was pasted, a room's name, or the words of a call's code. Pure.

import { CALL_PATH, nameOf, pageOf } from "./links";

/** A page of this server, or a link to another one, which nobody follows unasked. */
export type Lead =
  | { readonly kind: "here"; readonly place: string }
  | { readonly kind: "elsewhere"; readonly host: string; readonly link: string };

/** A room's or a call's link, with or without its scheme, wherever it stands in a message. */
const LINK =
  /(?<![\w./:@%-])(?:(https?):\/\/)?([\w-]+(?:\.[\w-]+)*|\[[\da-f:]+\])(:\d{1,5})?(\/call|\/r\/[\w-]+(?:\/(?:stage|call))?)\/?(?:\?[^\s#]*)?(#[\w=&-]*)?(?![\w/%])/i;
const LOOPBACK = /^(localhost|127\.|\[)/i;

/**
 * Where it leads, seen from a page of `host`; null: nowhere. `parseCode` knows the words of codes. Most codes could be the
 * name of a room too: rooms are given random names, of which hardly one in a million could be a code, so a code it is.
 */
export function leadOf(given: string, host: string, parseCode: (typed: string) => string | null): Lead | null {
  const text = given.normalize("NFKC").trim();
  const link = LINK.exec(text);
  if (link !== null) return linked(link, host);
  const code = parseCode(given);
  if (code !== null) return { kind: "here", place: `${CALL_PATH}#c=${code}` };
  const room = nameOf(text);
  return room === null ? null : { kind: "here", place: `/r/${room}` };
}

function linked(
  [, scheme, name = "", port = "", path = "", fragment = ""]: RegExpExecArray,
  host: string,
): Lead | null {
  if (pageOf(path).kind === "home") return null;
  const there = (name + port).toLowerCase();
  if (there === host.toLowerCase()) return { kind: "here", place: path + fragment };
  const by = scheme?.toLowerCase() ?? (LOOPBACK.test(name) ? "http" : "https");
  return { kind: "elsewhere", host: there, link: `${by}://${there}${path}${fragment}` };
}
