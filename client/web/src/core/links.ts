// Addresses: of pages, and of ICE servers in Link headers (RFC 8288, RFC 9725 section 4.6).

import { ROOM_ID } from "./generated";

/** Which page an address asks for. */
export type Page =
  | { readonly kind: "home" }
  | { readonly kind: "audience" | "stage"; readonly room: string }
  /** `room`: the one beside the call. */
  | { readonly kind: "call"; readonly room: string | null }
  | { readonly kind: "sound" };

const ROOM = new RegExp(`^${ROOM_ID}$`);
const PATH = /^\/r\/([^/]+)(?:\/(stage|call))?\/?$/;
const CALL = /^\/call\/?$/;
const SOUND = /^\/sound\/?$/;
/** Names that kuuki gives are three groups of four. */
const SAID_IN_GROUPS = /^[a-z0-9]{4}(\s+[a-z0-9]{4}){2}$/;

/** The page of calls. */
export const CALL_PATH = "/call";

/** The page at this path; the home page for any other, and for a room id that cannot be one. */
export function pageOf(path: string): Page {
  if (CALL.test(path)) return { kind: "call", room: null };
  if (SOUND.test(path)) return { kind: "sound" };
  const [, room, kind = "audience"] = PATH.exec(path) ?? [];
  if (room === undefined || !ROOM.test(room)) return { kind: "home" };
  return { kind: kind as "audience" | "stage" | "call", room };
}

/** The room's name that was typed, as it is spelled in addresses, also where it was read aloud in groups; null: none. */
export function nameOf(typed: string): string | null {
  const name = typed.toLowerCase();
  const grouped = SAID_IN_GROUPS.test(name) ? name.replace(/\s+/g, "-") : name;
  return ROOM.test(grouped) ? grouped : null;
}

/** The secret in a fragment like `#k=…`. */
export function keyIn(fragment: string): string | null {
  return /^#(?:.*&)?k=([^&]+)/.exec(fragment)?.[1] ?? null;
}

/** The code in a fragment like `#c=…`, as it stands there. */
export function codeIn(fragment: string): string | null {
  return /^#(?:.*&)?c=([^&]+)/.exec(fragment)?.[1] ?? null;
}

/** More than an hour late is no stream that anyone laughs with. */
const MOST_DELAY_S = 3600;

/** How late the stream is, in seconds, as the organizer wrote it into the link: `delay=` in query or fragment; else null. */
export function delayIn(query: string, fragment: string): number | null {
  const typed = /^[?#](?:.*&)?delay=(\d+(?:\.\d+)?)(?:&|$)/;
  const delayS = Number((typed.exec(query) ?? typed.exec(fragment))?.[1]);
  return delayS > 0 && delayS <= MOST_DELAY_S ? delayS : null;
}

export interface IceServer {
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
}

/** The ICE servers in a Link header, several joined by commas. Anything else in it is passed over. */
export function iceServersIn(header: string | null): IceServer[] {
  const links = (header ?? "").split(/,\s*(?=<)/);
  return links.flatMap((link) => {
    const [, urls, rest = ""] = /^\s*<((?:stun|turn)s?:[^>]+)>(.*)$/.exec(link) ?? [];
    if (urls === undefined || attribute(rest, "rel") !== "ice-server") return [];
    const username = attribute(rest, "username");
    const credential = attribute(rest, "credential");
    return [username !== null && credential !== null ? { urls, username, credential } : { urls }];
  });
}

function attribute(rest: string, name: string): string | null {
  return new RegExp(`;\\s*${name}="([^"]*)"`).exec(rest)?.[1] ?? null;
}
