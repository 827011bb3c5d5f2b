// What <kuuki-sent> follows when it shows a call: of a room's session it reads only what left.

import type { CallSession, CallSnapshot } from "../../core/call/session";
import type { Session, Snapshot } from "../../core/mood/session";

type WhatLeft = Pick<Snapshot, "sent" | "sentCount" | "sentBytes">;

function whatLeft({ sent, sentCount, sentBytes }: CallSnapshot): WhatLeft {
  return { sent, sentCount, sentBytes };
}

/** A session for <kuuki-sent> and for nothing else. */
export function sentOf(session: CallSession): Session {
  return {
    get snapshot() {
      return whatLeft(session.snapshot);
    },
    subscribe: (listener: (snapshot: WhatLeft) => void) =>
      session.subscribe((snapshot) => listener(whatLeft(snapshot))),
  } as unknown as Session;
}
