// A visit to one room: connection, camera and what is seen of them, as core/mood/session.ts draws it.

import { MIX_STALE_MS } from "../../core/generated";
import { TAPS } from "../../core/mood/generated";
import { type Mix, shownAt } from "../../core/mood/mix";
import { Newest } from "../../core/mood/newest";
import { ScorePace } from "../../core/mood/pace";
import { presenceOf } from "../../core/mood/presence";
import type {
  Reading,
  Role,
  SensingFailure,
  Sensing as SensingState,
  Sent,
  Session,
  Snapshot,
  TapKind,
} from "../../core/mood/session";
import { Store } from "../store";
import { cameras } from "./camera";
import { Connection } from "./connection";
import type { RoomEndpoint } from "./endpoint";
import type { Eye } from "./eye";
import { Sensing } from "./sensing";

const SENT_SHOWN = 200;
const PULSE_MS = 200;

function atFirst(role: Role): Snapshot {
  return {
    facts: null,
    role,
    link: "joining",
    closedBecause: null,
    rttMs: null,
    mix: null,
    sensing: "off",
    sensingFailure: null,
    waits: false,
    reading: null,
    taps: Object.fromEntries(TAPS.map((kind) => [kind, 0])) as Record<TapKind, number>,
    sent: [],
    sentCount: 0,
    sentBytes: 0,
  };
}

export class Visit implements Session {
  readonly #store: Store<Snapshot>;
  readonly #connection: Connection;
  readonly #sensing: Sensing;
  readonly #pace = new ScorePace();
  readonly #newest = new Newest();
  #held: { mix: Mix; atMs: number } | null = null;
  #ages: ReturnType<typeof setTimeout> | undefined;
  #small: Window | null = null;

  /** `eye`: the camera of a call that goes on beside the visit. */
  constructor(endpoint: RoomEndpoint, eye?: Eye) {
    this.#store = new Store(atFirst(endpoint.role));
    this.#sensing = new Sensing(
      {
        turned: (state, failure) => this.#turned(state, failure),
        read: (reading) => this.#read(reading),
      },
      eye,
    );
    this.#connection = new Connection(endpoint, {
      learned: (facts) => this.#store.change({ facts }),
      moved: (link) => link !== this.snapshot.link && this.#store.change({ link }),
      opened: () => this.#pace.forget(),
      heard: (mix) => this.#heard(mix),
      measured: (rttMs) => rttMs !== this.snapshot.rttMs && this.#store.change({ rttMs }),
      waited: (waits) => waits !== this.snapshot.waits && this.#store.change({ waits }),
      sent: ({ kind, bytes }) => this.#sent({ atMs: performance.now(), kind, bytes }),
      closed: (closedBecause) => this.#closed(closedBecause),
    });
  }

  /** Joins, and lives until the end of the visit. */
  async run(): Promise<void> {
    const pulse = setInterval(() => this.#pulse(), PULSE_MS);
    const ends = new AbortController();
    const { signal } = ends;
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    window.addEventListener("online", () => this.#connection.wake(), { signal });
    window.addEventListener("pagehide", () => this.leave(), { signal });
    this.#seen();
    await this.#connection.run();
    ends.abort();
    clearInterval(pulse);
  }

  get snapshot(): Snapshot {
    return this.#store.snapshot;
  }

  get preview(): MediaStream | null {
    return this.#sensing.stream;
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Every change at once, also while nothing of the page is seen. */
  listen(ear: (snapshot: Snapshot) => void): () => void {
    return this.#store.listen(ear);
  }

  async startSensing(deviceId?: string): Promise<void> {
    if (this.snapshot.role === "audience" && this.snapshot.link !== "closed") await this.#sensing.start(deviceId);
  }

  stopSensing(): void {
    this.#sensing.stop();
  }

  pause(): void {
    this.#sensing.pause();
  }

  resume(): void {
    this.#sensing.resume();
  }

  tap(kind: TapKind): void {
    if (this.snapshot.role !== "audience" || !this.#connection.tap(kind)) return;
    const { taps } = this.snapshot;
    this.#store.change({ taps: { ...taps, [kind]: taps[kind] + 1 } });
  }

  cameras(): Promise<readonly { deviceId: string; label: string }[]> {
    return cameras();
  }

  keepSensingIn(visible: Window | null): void {
    this.#small = visible;
    this.#seen();
  }

  leave(): void {
    this.#connection.leave();
  }

  /** Which window of ours is seen, if any: it draws, and only while there is one may the camera look. */
  #seen(): void {
    const small = this.#small?.closed === false ? this.#small : null;
    const visible = document.hidden ? small : window;
    this.#store.showIn(visible);
    this.#sensing.hide(visible === null);
    if (!document.hidden) this.#connection.wake();
  }

  #turned(sensing: SensingState, sensingFailure: SensingFailure | null): void {
    this.#connection.be(presenceOf(sensing));
    this.#store.change({ sensing, sensingFailure });
  }

  #read(reading: Reading | null): void {
    if (this.#sensing.state === "on") this.#say(reading);
    else this.#pace.forget();
    if (reading !== null || this.snapshot.reading !== null) this.#store.change({ reading });
  }

  #say(reading: Reading | null): void {
    const said = this.#pace.next(reading, performance.now());
    if (said !== null) this.#connection.score(said);
  }

  #heard(mix: Mix): void {
    if (!this.#newest.admits(mix.term, mix.seq)) return;
    this.#held = { mix, atMs: performance.now() };
    this.#store.change({ mix: shownAt(mix, 0) });
    clearTimeout(this.#ages); // a pulse would see it up to a fifth of a second too late
    this.#ages = setTimeout(() => this.#age(performance.now()), MIX_STALE_MS - mix.ageMs + 1);
  }

  #sent(sent: Sent): void {
    const { sent: before, sentCount, sentBytes } = this.snapshot;
    this.#store.change({
      sent: [...before, sent].slice(-SENT_SHOWN),
      sentCount: sentCount + 1,
      sentBytes: sentBytes + sent.bytes.length,
    });
  }

  #closed(closedBecause: NonNullable<Snapshot["closedBecause"]>): void {
    this.#sensing.stop();
    clearTimeout(this.#ages);
    const mix = this.#held && shownAt(this.#held.mix, Infinity); // no newer one will come
    this.#store.change({ closedBecause, mix });
  }

  #pulse(): void {
    const nowMs = performance.now();
    this.#sensing.check(nowMs);
    if (this.#small?.closed) this.keepSensingIn(null);
    this.#age(nowMs);
  }

  /** What has become old is not shown as live. */
  #age(nowMs: number): void {
    if (this.#held === null) return;
    const mix = shownAt(this.#held.mix, nowMs - this.#held.atMs);
    if (mix.state !== this.snapshot.mix?.state) this.#store.change({ mix });
  }
}
