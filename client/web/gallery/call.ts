// The page of calls in a state by its name.

import "../src/ui/call";
import type { Session } from "../src/core/mood/session";
import type { KuukiCall } from "../src/ui/call";
import { MadeUpCall } from "./call-session";
import { callStates, PARTNER_CODE } from "./call-states";

const STEPS: Readonly<Record<string, KuukiCall["step"]>> = { agree: "agree", asking: "agree" };

/** `room` makes a room for the states that have one beside the call. */
export function callPage(state: string, room: () => Session): KuukiCall {
  const page = document.createElement("kuuki-call") as KuukiCall;
  const session = new MadeUpCall(callStates()[state] ?? {});
  if (state === "talking-silent") session.addSound();
  Object.assign(window, { session });
  page.session = session;
  page.invited = state.includes("invited") ? PARTNER_CODE : null;
  if (state.startsWith("with-room")) {
    page.room = room();
    page.leaveTo = "/r/sunny-otter-42";
  }
  page.updateComplete.then(() => {
    page.step = STEPS[state] ?? (state.startsWith("check") ? "check" : page.step);
    setTimeout(() => openUp(page, state), 100);
  });
  return page;
}

/** Opens what a state is about, as a press would. */
function openUp(page: KuukiCall, state: string): void {
  const talking = page.shadowRoot?.querySelector("kuuki-call-talking");
  if (!talking) return;
  const sheet = (["safety", "devices", "more"] as const).find((name) => state.startsWith(name));
  if (sheet) talking.sheet = sheet;
  const mine = talking.shadowRoot?.querySelector("kuuki-call-mine");
  if (state.startsWith("ask")) mine?.shadowRoot?.querySelector<HTMLButtonElement>(".share")?.click();
  if (state === "sent") mine?.shadowRoot?.querySelector<HTMLButtonElement>(".quiet")?.click();
}
