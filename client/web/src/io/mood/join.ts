// One join of a room: its peer and what is said on its channel, from the offer to the end.

import type { IceServer } from "../../core/links";
import { Dialog, type Spoken } from "../../core/mood/dialog";
import { Presence } from "../../core/mood/generated";
import type { Mix } from "../../core/mood/mix";
import type { Said } from "../../core/mood/pace";
import type { TapKind } from "../../core/mood/session";
import type { RoomEndpoint } from "./endpoint";
import { Peer } from "./peer";

/** What happens to a join. Nothing is told after `close`. */
export interface JoinEvents {
  opened(joined: Join): void;
  heard(joined: Join, mix: Mix | null): void;
  sent(spoken: Spoken): void;
  /** The open channel is over: the gateway's code, or null for silence. */
  lost(joined: Join, code: number | null): void;
}

/** No channel came of a join. */
export class NotOpened extends Error {}

export class Join {
  readonly #endpoint: RoomEndpoint;
  readonly #events: JoinEvents;
  readonly #peer: Peer;
  readonly #made: Promise<void>;
  #succeed = (): void => undefined;
  #fail = (_: Error): void => undefined;
  #dialog: Dialog | null = null;
  #participant = "";
  #iceServers: readonly IceServer[] = [];
  #isOver = false;

  /** `known`: see Peer. */
  constructor(endpoint: RoomEndpoint, known: readonly IceServer[], events: JoinEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
    this.#made = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
    this.#made.catch(() => undefined); // `open` tells its caller; before it is called, a failure must not count as unhandled
    this.#peer = new Peer(known, {
      opened: () => this.#opened(),
      received: (data) => this.#received(data),
      lost: () => this.#end(null),
    });
  }

  /** Joins, and waits so long until the channel is open. Raises Refused, NotOpened, and AbortError on `stop`. */
  async open(stop: AbortSignal, patienceMs: number): Promise<void> {
    const answer = await this.#endpoint.join(await this.#peer.offer(), stop);
    this.#participant = answer.participant;
    this.#iceServers = answer.iceServers;
    await this.#peer.accept(answer.sdp, answer.iceServers);
    const deadline = setTimeout(() => this.#fail(new NotOpened()), patienceMs);
    await this.#made.finally(() => clearTimeout(deadline));
  }

  /** What the answer gave; none before it. */
  get iceServers(): readonly IceServer[] {
    return this.#iceServers;
  }

  get rttMs(): number | null {
    return this.#dialog?.rttMs ?? null;
  }

  /** null before the gateway said. */
  get waits(): boolean | null {
    return this.#dialog?.waits ?? null;
  }

  get mustMove(): boolean {
    return this.#dialog?.mustMove ?? false;
  }

  be(presence: Presence): void {
    this.#say(this.#dialog?.be(presence, performance.now()));
  }

  score(said: Said): void {
    this.#say(this.#dialog?.score(said));
  }

  tap(kind: TapKind): void {
    this.#say(this.#dialog?.tap(kind, performance.now()));
  }

  /** What a moment asks for: repeats, and whether the gateway is still there. */
  pulse(): void {
    if (this.#dialog === null || this.#isOver) return;
    const nowMs = performance.now();
    for (const spoken of this.#dialog.repeats(nowMs)) this.#say(spoken);
    if (this.#dialog.isDead(nowMs)) this.#end(null);
  }

  /** Closes without a goodbye: the gateway notices the silence. */
  close(): void {
    this.#isOver = true;
    this.#peer.close();
    this.#fail(new NotOpened());
  }

  /** Has the server take this participant out, wherever it is. */
  withdraw(): void {
    if (this.#participant) this.#endpoint.leave(this.#participant);
    this.#participant = "";
  }

  #opened(): void {
    if (this.#isOver) return;
    this.#dialog = new Dialog(Presence.WATCHING, performance.now());
    this.#events.opened(this);
    this.#succeed();
  }

  #received(data: Uint8Array): void {
    if (this.#dialog === null || this.#isOver) return;
    const { answers, mix } = this.#dialog.hear(data, performance.now());
    for (const answer of answers) this.#say(answer);
    this.#events.heard(this, mix);
    if (this.#dialog.code !== null) this.#end(this.#dialog.code);
    else this.pulse(); // frames come when timers are held back
  }

  #end(code: number | null): void {
    if (this.#isOver) return;
    const wasOpen = this.#dialog !== null;
    this.close();
    if (wasOpen) this.#events.lost(this, code);
  }

  #say(spoken: Spoken | undefined): void {
    if (spoken !== undefined && this.#peer.send(spoken.bytes, spoken.kind === "score")) this.#events.sent(spoken);
  }
}
