// What is wrong with a call just now, in words: the gravest first. Empty if nothing is.

import type { Call, LineLink } from "../../core/call/session";
import type { CallWords } from "../../locale/call";

export function troublesOf({ media, partner }: Call, link: LineLink, said: CallWords["call"]): string[] {
  const troubles = [
    media === "open" || media === "none" || media === "no_relay" ? "" : said.media[media](partner.name),
    partner.is === "gone" ? said.gone(partner.name) : partner.is === "away" ? said.away(partner.name) : "",
    link === "retrying" ? said.lineRetrying : "",
  ];
  return troubles.filter((text) => text !== "");
}

/** 0:07, 12:30, 1:02:03. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
