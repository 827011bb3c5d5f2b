// This page's line: one WebSocket, kept up. What is said while it is away waits until it is back.

import { Backoff } from "../../core/backoff";
import type { LineClosedBecause, LineLink } from "../../core/call/session";
import { type FromLine, MESSAGES_VERSION, parseMessage, type Standing, type ToLine } from "../../core/call/signaling";
import { CloseCode, WAITING_MESSAGES } from "../../core/generated";

export interface LineEvents {
  moved(link: LineLink, because: LineClosedBecause | null): void;
  heard(message: FromLine): void;
  /** What the next hello is to say. */
  hello(): LineHello;
}

export interface LineHello {
  readonly name: string;
  readonly language: "en" | "ja";
  readonly line: string | null;
  readonly turn: number | null;
  readonly standing: Standing | null;
}

const STILL_MS = 15_000;
const ANSWER_MS = 5000;
/** After a change of network, or in a silent call, a server that does not answer within this is taken for gone. */
const SOON_MS = 1500;
const WELCOME_MS = 10_000;
const LAST_RETRY_CODE = 3499;
const LAST_CODE = 3999;
/** A page whose line was never open stops asking after this many refusals for lack of room. */
const FULL_MAX = 5;

export class Line {
  readonly #events: LineEvents;
  readonly #backoff = new Backoff(Math.random);
  #socket: WebSocket | null = null;
  #link: LineLink = "off";
  #waiting: ToLine[] = [];
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #deadline: ReturnType<typeof setTimeout> | undefined;
  #stillTimer: ReturnType<typeof setInterval> | undefined;
  #wasOpen = false;
  #full = 0;

  constructor(events: LineEvents) {
    this.#events = events;
  }

  get link(): LineLink {
    return this.#link;
  }

  open(): void {
    if (this.#link !== "off") return;
    this.#stillTimer = setInterval(() => document.hidden || this.probe(ANSWER_MS), STILL_MS);
    this.#connect();
  }

  /** Says hello again on the open line: the name has changed. */
  rename(): void {
    if (this.#link === "open") this.#hello();
  }

  /** Says it now, or as soon as the line is back; what only holds now is not kept. */
  say(message: ToLine): void {
    if (this.#link === "open") this.#send(message);
    else if (this.#link !== "closed" && message.type !== "still" && message.type !== "ice") {
      this.#waiting = [...this.#waiting, message].slice(-WAITING_MESSAGES);
    }
  }

  /** What waits for this call is not true any more. */
  forget(call: string): void {
    this.#waiting = this.#waiting.filter((message) => !("call" in message) || message.call !== call);
  }

  /** Asks whether the line is alive; one that does not answer in time is made anew. */
  probe(patienceMs = SOON_MS): void {
    if (this.#link !== "open" || this.#deadline !== undefined) return;
    this.#send({ type: "still" });
    this.#expect(patienceMs);
  }

  /** The network is back, or the person looks: waits no longer. */
  wake(isNewNetwork: boolean): void {
    const isUnderWay = this.#link !== "open" && this.#socket !== null;
    if (this.#link === "open") this.probe(isNewNetwork ? SOON_MS : ANSWER_MS);
    else if (this.#retryTimer !== undefined || (isUnderWay && isNewNetwork)) this.#connect();
  }

  /** The person leaves: the line ends, its code is free. */
  leave(): void {
    if (this.#link === "open") this.#send({ type: "bye" });
    this.#close("left");
  }

  #connect(): void {
    this.#drop();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#move(this.#wasOpen ? "retrying" : "connecting");
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/calls`);
    this.#socket = socket;
    this.#expect(WELCOME_MS);
    socket.onopen = () => this.#hello();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket && typeof data === "string") this.#hear(data);
    };
    socket.onclose = ({ code }) => this.#socket === socket && this.#lost(code);
  }

  #hello(): void {
    const { name, language, line, turn, standing } = this.#events.hello();
    const call = standing === null ? {} : { call: standing };
    const known = line === null ? {} : { line, ...(turn === null ? {} : { turn }) };
    this.#send({ type: "hello", version: MESSAGES_VERSION, name, language, ...known, ...call });
  }

  #hear(text: string): void {
    this.#heardSomething();
    const message = parseMessage(text);
    if (message === null) return;
    if (message.type === "welcome") {
      this.#wasOpen = true;
      this.#backoff.succeeded();
    }
    this.#events.heard(message);
    if (message.type === "welcome") this.#welcomed();
  }

  #welcomed(): void {
    this.#move("open");
    for (const message of this.#waiting.splice(0)) this.#send(message);
  }

  #heardSomething(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #expect(ms: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#lost(null), ms);
  }

  #lost(code: number | null): void {
    this.#drop();
    const because = code === null ? null : this.#becauseOf(code);
    if (because === null) this.#rest();
    else this.#close(because);
  }

  #rest(): void {
    this.#move(this.#wasOpen ? "retrying" : "connecting");
    this.#retryTimer = setTimeout(() => this.#connect(), this.#backoff.nextMs());
  }

  /** Why the line is closed for good by this code; null: it is not. */
  #becauseOf(code: number): LineClosedBecause | null {
    if (code === CloseCode.FULL && !this.#wasOpen && ++this.#full >= FULL_MAX) return "too_many";
    if (code <= LAST_RETRY_CODE || code > LAST_CODE) return null;
    if (code === CloseCode.LINE_TAKEN) return "line_taken";
    return code === CloseCode.CALLS_OFF ? "calls_off" : "refused";
  }

  #close(because: LineClosedBecause): void {
    if (this.#link === "closed") return;
    this.#drop();
    clearTimeout(this.#retryTimer);
    clearInterval(this.#stillTimer);
    this.#waiting = [];
    this.#link = "closed";
    this.#events.moved("closed", because);
  }

  #drop(): void {
    this.#heardSomething();
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #move(link: LineLink): void {
    if (link === this.#link) return;
    this.#link = link;
    this.#events.moved(link, null);
  }

  #send(message: ToLine | object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
