// Making a room, and remembering the audience link that only its maker was given.

import type { RoomFacts } from "../../core/mood/session";
import { ask, withKey } from "../http";

export interface Wish {
  readonly purpose: RoomFacts["purpose"];
  readonly language: RoomFacts["language"];
  readonly minGroup: number;
  readonly show: string | null;
  /** Whether the room's mood may be recorded, where that is possible. */
  readonly record: boolean;
}

export interface MadeRoom {
  readonly room: string;
  readonly links: { readonly audience: string; readonly stage: string };
}

/** `key`: the admin token, where one is needed. Raises Refused. */
export async function makeRoom({ minGroup, record, ...wish }: Wish, key: string | null): Promise<MadeRoom> {
  const body = JSON.stringify({ ...wish, min_group: minGroup, ...(!record && { record }) });
  const headers = { "Content-Type": "application/json", ...withKey(key) };
  const made = (await (await ask("/rooms", { method: "POST", headers, body })).json()) as MadeRoom;
  try {
    localStorage.setItem(nameOf(made.room), made.links.audience);
  } catch {
    // Without storage the stage page cannot show a QR code of a room with secrets; the maker has the links.
  }
  return made;
}

/** The audience link of a room: as its maker got it, else without a secret. */
export function audienceLinkOf(room: string): string {
  const plain = `${location.origin}/r/${room}`;
  try {
    return localStorage.getItem(nameOf(room)) ?? plain;
  } catch {
    return plain;
  }
}

function nameOf(room: string): string {
  return `kuuki.link.${room}`;
}
