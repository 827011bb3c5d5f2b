// Server-sent events (WHATWG HTML, section 9.2), as much of them as kuuki sends: a name, data and an id.

export interface ServerEvent {
  readonly name: string;
  readonly data: string;
  /** Empty if it has none. */
  readonly id: string;
}

/** More than this without an event's end is no stream of ours. */
const PENDING_CHARS_MAX = 64 * 1024;

/** Text comes in pieces of any length; events come out when they are whole. */
export class EventParser {
  #pending = "";

  /** Raises RangeError when an event never ends. */
  take(text: string): ServerEvent[] {
    const parts = (this.#pending + text).replaceAll("\r\n", "\n").split("\n\n");
    this.#pending = parts.pop() ?? "";
    if (this.#pending.length > PENDING_CHARS_MAX) throw new RangeError("an event without an end");
    return parts.map(eventIn).filter((event) => event.data !== "");
  }
}

function eventIn(block: string): ServerEvent {
  const lines = block.split("\n");
  const of = (field: string): string[] =>
    lines.filter((line) => line.startsWith(`${field}:`)).map((line) => line.slice(field.length + 1).replace(/^ /, ""));
  return { name: of("event").at(-1) ?? "message", data: of("data").join("\n"), id: of("id").at(-1) ?? "" };
}
