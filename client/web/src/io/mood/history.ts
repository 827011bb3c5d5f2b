// The record of a room over HTTP: fetched page by page while it is shown; marks set, all of it deleted.

import { Backoff } from "../../core/backoff";
import { wavesOf } from "../../core/mood/evening";
import {
  type Entry,
  type History,
  type HistorySnapshot,
  joinMarks,
  NO_HISTORY,
  type Page,
  parseMark,
  parsePage,
  rowOf,
} from "../../core/mood/history";
import { wait } from "../clock";
import { ask, Refused, withKey } from "../http";
import { Store } from "../store";

/** While it is shown: rows come once a second. */
const SHOWN_MS = 2000;
/** While it is not: whether the room is (still) recorded. */
const UNSEEN_MS = 20_000;
const PAGE_ROWS = 3600;
const REQUEST_MS = 10_000;

export class RoomHistory implements History {
  readonly #path: string;
  readonly #key: string | null;
  readonly #store = new Store<HistorySnapshot>(NO_HISTORY);
  readonly #stop = new AbortController();
  readonly #wake = new EventTarget();
  readonly #backoff = new Backoff(Math.random);
  #isShown = false;
  #after: string | null = null;

  constructor(room: string, key: string | null) {
    this.#path = `/rooms/${room}`;
    this.#key = key;
  }

  get snapshot(): HistorySnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: (snapshot: HistorySnapshot) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Asks until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    const look = () => this.#store.showIn(document.hidden ? null : window);
    document.addEventListener("visibilitychange", look, { signal });
    look();
    while (!signal.aborted) await wait(await this.#follow(), signal, this.#wake);
  }

  stop(): void {
    this.#stop.abort();
  }

  show(isShown: boolean): void {
    this.#isShown = isShown;
    if (isShown) this.#wake.dispatchEvent(new Event("wake"));
  }

  async mark(text: string): Promise<void> {
    const answer = await this.#ask("/marks", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    const mark = parseMark(await answer.json());
    if (mark !== null) this.#store.change({ marks: joinMarks(this.snapshot.marks, [mark]) });
  }

  async erase(): Promise<void> {
    await this.#ask("/timeline", { method: "DELETE" });
    this.#after = null;
    this.#store.change({ rows: [], marks: [], waves: [] });
  }

  async entries(): Promise<readonly Entry[]> {
    const all: Entry[] = [];
    let after: string | null = null;
    do {
      const page: Page = await this.#page(after, PAGE_ROWS);
      all.push(...page.entries);
      after = page.next;
    } while (after !== null);
    return all;
  }

  /** One look, of several pages if it must be; how long to wait for the next. */
  async #follow(): Promise<number> {
    try {
      if (!this.#isShown) this.#learn(await this.#page(this.#after, 1));
      let isMore = true;
      while (this.#isShown && isMore) isMore = await this.#takePage();
      this.#backoff.succeeded();
      return this.#isShown ? SHOWN_MS : UNSEEN_MS;
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      this.#store.change({ isFailing: true });
      return this.#backoff.nextMs(error instanceof Refused ? error.retryAfterMs : 0);
    }
  }

  /** Whether there is more. */
  async #takePage(): Promise<boolean> {
    const asked = this.#after;
    const page = await this.#page(asked, PAGE_ROWS);
    if (this.#after !== asked) return true; // deleted meanwhile: begin anew
    this.#after = page.next ?? page.cursor ?? asked;
    this.#learn(page, this.#with(page));
    return page.next !== null;
  }

  /** Rows and waves with those of a page, without what the server has let go of; the same where nothing is new. */
  #with({ entries, retentionS, next }: Page): Partial<HistorySnapshot> {
    const known = this.snapshot;
    const isWhole = known.isWhole || next === null;
    if (entries.length === 0) return { isWhole };
    const sinceMs = entries.at(-1)!.atMs - retentionS * 1000;
    const rows = kept([...known.rows, ...entries.map(rowOf)], ({ atMs }) => atMs >= sinceMs);
    const told = entries.some(({ waves }) => waves.length > 0) ? wavesOf(entries, known.waves) : known.waves;
    return { rows, waves: kept(told, ({ beganMs }) => beganMs >= sinceMs), isWhole };
  }

  #learn({ recording, reason, retentionS, marks }: Page, more: Partial<HistorySnapshot> = {}): void {
    const known = this.snapshot.marks;
    this.#store.change({
      recording,
      reason,
      retentionS,
      marks: marks.length === 0 ? known : joinMarks(known, marks),
      isFailing: false,
      ...more,
    });
  }

  /** Raises Refused, also for an answer that is not one. */
  async #page(after: string | null, limit: number): Promise<Page> {
    const query = new URLSearchParams({ ...(after !== null && { after }), limit: String(limit) });
    const page = parsePage(await (await this.#ask(`/timeline?${query}`)).json());
    if (page === null) throw new Refused(0, "not_understood", "", 0);
    return page;
  }

  #ask(path: string, { headers, ...init }: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(REQUEST_MS)]);
    return ask(this.#path + path, { ...init, headers: { ...headers, ...withKey(this.#key) }, signal });
  }
}

/** The same where all of it is kept. */
function kept<Thing>(things: readonly Thing[], isKept: (thing: Thing) => boolean): readonly Thing[] {
  const first = things[0]; // the oldest
  return first === undefined || isKept(first) ? things : things.filter(isKept);
}
