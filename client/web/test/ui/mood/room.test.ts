// What a page says of a room, from one snapshot to the next: it follows the room and does not flicker.

import { describe, expect, it } from "vitest";
import type { Mix, MixBody } from "../../../src/core/mood/mix";
import type { RoomFacts, Snapshot } from "../../../src/core/mood/session";
import type { Wave } from "../../../src/core/mood/waves";
import { wordsOf } from "../../../src/locale";
import { type RoomNow, RoomStory, sentenceOf } from "../../../src/ui/mood/room";

const BODY: MixBody = {
  smiling: 0.3,
  weights: [0, 0, 0, 0.3, 0, 0, 0.7],
  warmth: 0.2,
  energy: 0.4,
  agreement: 0.8,
  taps: [0, 0, 0, 0],
};
const TICK_MS = 200;

function mix(seq: number, body: Partial<MixBody> | null, more: Partial<Mix> = {}): Mix {
  const whole = body && { ...BODY, ...body };
  const state = body ? "live" : "few";
  return {
    term: 1,
    seq,
    state,
    coverage: 0.8,
    atLeast: 20,
    atMost: 49,
    body: whole,
    draw: 0,
    ageMs: 30,
    tapped: null,
    waves: [],
    ...more,
  };
}

const LAUGH: Wave = { number: 1, kind: "laugh", isTapped: false, beganMs: 400, lastsMs: null, rise: 0.4, share: 0.7 };
const APPLAUSE: Wave = { ...LAUGH, number: 2, kind: "applause", isTapped: true };

function snapshot(now: Mix | null, link: Snapshot["link"] = "open"): Snapshot {
  return { facts: null, link, mix: now } as Snapshot;
}

/** What is told of one mix after the other, a tick apart. */
function tellAll(story: RoomStory, bodies: readonly Partial<MixBody>[]): RoomNow[] {
  return bodies.map((body, seq) => story.tell(snapshot(mix(seq, body)), seq * TICK_MS));
}

/** How often what is said changes from one to the next. */
function changes(said: readonly unknown[]): number {
  return said.filter((each, at) => at > 0 && each !== said[at - 1]).length;
}

function alternating<T>(one: T, other: T, count = 60): T[] {
  return Array.from({ length: count }, (_, at) => (at % 2 === 0 ? one : other));
}

describe("does not flicker", () => {
  it.each<[string, Partial<MixBody>, Partial<MixBody>]>([
    ["warm and gentle", { smiling: 0.46 }, { smiling: 0.44 }],
    ["gentle and quiet", { smiling: 0.16 }, { smiling: 0.14 }],
    ["beaming and warm", { smiling: 0.71 }, { smiling: 0.69 }],
    ["lively and gentle", { taps: [2.1, 2, 2, 2] }, { taps: [1.9, 2, 2, 2] }],
    ["mixed and gentle", { agreement: 0.39 }, { agreement: 0.41 }],
  ])("in the word at the border of %s", (_, one, other) => {
    const said = tellAll(new RoomStory(), alternating(one, other)).map(({ word }) => word);
    expect(changes(said)).toBeLessThanOrEqual(1);
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ["taps that are just worth a mention", [0, 0, 0, 1.05], [0, 0, 0, 0.95]],
    ["two kinds that are tapped alike", [0, 2.1, 0, 2], [0, 2, 0, 2.1]],
  ])("in the sentence with %s", (_, one, other) => {
    const told = tellAll(new RoomStory(), alternating({ taps: one }, { taps: other }));
    for (const language of ["en", "ja"] as const)
      expect(changes(told.slice(25).map((now) => sentenceOf(now, wordsOf(language))))).toBe(0);
    expect(changes(told.map(({ tap }) => tap))).toBeLessThanOrEqual(1);
  });

  it("in the share, whose number is softened, nor in the trend", () => {
    const told = tellAll(new RoomStory(), alternating({ smiling: 0.56 }, { smiling: 0.54 })).slice(25);
    expect(changes(told.map(({ share }) => share))).toBe(0);
    expect(changes(told.map(({ trend }) => trend))).toBe(0);
  });
});

describe("follows the room", () => {
  it("says another word as soon as the number is another, and stays with it", () => {
    const seconds = (count: number, smiling: number) => Array.from({ length: count * 5 }, () => ({ smiling }));
    const said = tellAll(new RoomStory(), [...seconds(20, 0.55), ...seconds(30, 0.05), ...seconds(30, 0.9)]);
    const words = said.map(({ word }) => word).filter((word, at, all) => word !== all[at - 1]);
    expect(words.slice(0, 3)).toEqual(["warm", "gentle", "quiet"]);
    expect(words.at(-1)).toBe("beaming");
    const contradicts = said.some(({ word, percent }) => word === "quiet" && (percent ?? 0) > 30);
    expect(contradicts).toBe(false);
  });

  it("says a wave's word at once, and the mood's again when it is over", () => {
    const story = new RoomStory();
    tellAll(story, alternating(BODY, BODY, 20));
    const laugh = story.tell(snapshot(mix(20, { smiling: 0.7 }, { waves: [LAUGH] })), 4000);
    expect(laugh).toMatchObject({ word: "laughter", isTapped: false, wave: LAUGH });
    expect(laugh.last).toMatchObject({ kind: "laugh", goesOn: true, beganMs: 3600 });
    const ended = { ...LAUGH, lastsMs: 1800 };
    const after = [21, 22, 23, 24, 25, 26, 27, 28, 29, 30].map((seq) =>
      story.tell(snapshot(mix(seq, { smiling: 0.3 }, { waves: [ended] })), seq * TICK_MS),
    );
    expect(after.at(-1)).toMatchObject({ word: "gentle", last: { goesOn: false, lastsMs: 1800 } });
  });

  it("mentions another kind of taps once it is clearly louder, and none once all is quiet", () => {
    const taps = [
      [0, 2, 0, 1],
      [0, 2, 0, 4],
      [0, 0, 0, 0.2],
    ];
    expect(
      tellAll(
        new RoomStory(),
        taps.map((each) => ({ taps: each })),
      ).map(({ tap }) => tap),
    ).toEqual(["laugh", "applause", null]);
  });

  it("says a number in steps that are known of so many people", () => {
    const numbers = (more: Partial<Mix>) =>
      new Set(
        Array.from(
          { length: 40 },
          (_, at) => new RoomStory().tell(snapshot(mix(at, { smiling: at / 40 }, more)), 0).percent! % 10,
        ),
      );
    expect(numbers({})).toEqual(new Set([0, 5]));
    expect(numbers({ atLeast: 10, atMost: 19 })).toEqual(new Set([0]));
  });

  it("has the number there within two mixes of a laugh, and holds it still where only chance differs", () => {
    const quiet = Array.from({ length: 20 }, (_, at) => ({ smiling: at % 2 ? 0.19 : 0.21 }));
    const told = tellAll(new RoomStory(), [...quiet, { smiling: 0.8 }, { smiling: 0.8 }]);
    expect(changes(told.slice(0, 20).map(({ percent }) => percent))).toBe(0);
    expect(told.at(-1)?.percent).toBeGreaterThanOrEqual(70);
    expect(told.at(-1)?.level).toBeGreaterThanOrEqual(0.7);
  });

  it("says a trend after some seconds, and where the last minute was", () => {
    const told = tellAll(
      new RoomStory(),
      Array.from({ length: 150 }, (_, at) => ({ smiling: at < 100 ? 0.2 : 0.6 })),
    );
    expect(told[0]?.trend).toBeNull();
    expect(told[0]?.minute).toBeNull();
    expect(told.at(-1)?.trend).toBe("rising");
    expect(told.at(-1)?.minute).toBeLessThan(0.45);
    expect(told.at(-1)?.level).toBeGreaterThan(0.55);
  });

  it("says nothing of faces while few share, and begins anew after that", () => {
    const story = new RoomStory();
    tellAll(story, alternating({ smiling: 0.9 }, { smiling: 0.9 }, 140));
    const few = story.tell(snapshot(mix(140, null)), 28_000);
    expect(few).toMatchObject({ standing: "few", word: null, percent: null, trend: null, tap: null });
    expect(few).toMatchObject({ level: null, minute: null });
    const again = story.tell(snapshot(mix(141, { smiling: 0.1 })), 28_200);
    expect(again).toMatchObject({ standing: "live", share: "one_in_ten", percent: 10, trend: null, minute: null });
  });

  it("says the word of taps where few share, as long as they go on, also when it is asked again", () => {
    const story = new RoomStory();
    const clapping = snapshot(mix(1, null, { waves: [APPLAUSE] }));
    for (const at of [0, 100])
      expect(story.tell(clapping, at)).toMatchObject({
        standing: "few",
        word: "applause",
        isTapped: true,
        percent: null,
      });
    const ended = { ...APPLAUSE, lastsMs: 2000 };
    expect(story.tell(snapshot(mix(2, null, { waves: [ended] })), 200)).toMatchObject({ word: null, isTapped: false });
  });

  it("lets taps lead only where the word is theirs", () => {
    const isTapped = (...waves: Wave[]) => {
      const story = new RoomStory();
      tellAll(story, alternating(BODY, BODY, 10));
      return story.tell(snapshot(mix(10, {}, { waves })), 2000).isTapped;
    };
    expect(isTapped(APPLAUSE)).toBe(true);
    expect(isTapped(LAUGH, APPLAUSE)).toBe(true);
    expect(isTapped({ ...LAUGH, isTapped: true })).toBe(true);
    expect(isTapped(LAUGH, { ...LAUGH, isTapped: true })).toBe(false);
    expect(isTapped(LAUGH, { ...APPLAUSE, kind: "wow" })).toBe(false);
    expect(isTapped({ ...APPLAUSE, lastsMs: 900 })).toBe(false);
    expect(isTapped()).toBe(false);
  });

  it("keeps the word and the number when nothing new comes, and says neither where it is heading nor any wave", () => {
    const story = new RoomStory();
    tellAll(story, alternating({ smiling: 0.6 }, { smiling: 0.6 }, 100));
    const stale = story.tell(snapshot(mix(99, null, { state: "stale", atLeast: null, waves: [] })), 24_000);
    expect(stale).toMatchObject({ standing: "stale", word: "warm", percent: 60 });
    expect(stale).toMatchObject({ level: null, minute: null, trend: null, wave: null, rough: false, tap: null });
    expect(sentenceOf(stale, wordsOf("en"))).toBe(wordsOf("en").room.stale);
    expect(stale.shape.light).toBe(0);
  });

  it("goes on by itself after a minute without news: what did not come is a gap", () => {
    const story = new RoomStory(600_000);
    tellAll(story, alternating({ smiling: 0.3 }, { smiling: 0.3 }, 200));
    const gone = story.tell(snapshot(mix(199, null, { state: "stale" }), "retrying"), 45_000);
    expect(gone).toMatchObject({ standing: "stale", percent: 30 });
    const back = story.tell(snapshot(mix(520, { smiling: 0.7 })), 104_000);
    expect(back).toMatchObject({ standing: "live", percent: 70, trend: null, minute: null });
    const later = Array.from({ length: 150 }, (_, at) =>
      story.tell(snapshot(mix(521 + at, { smiling: 0.7 })), 104_200 + at * TICK_MS),
    );
    expect(later.at(-1)?.minute).toBeCloseTo(0.7);
    const times = story.past.map(({ atMs }) => atMs);
    expect(times.filter((atMs) => atMs > 40_000 && atMs < 104_000)).toEqual([]);
  });

  it("says nothing of the room once it is over, whatever mix is left", () => {
    const story = new RoomStory();
    tellAll(story, alternating({ smiling: 0.6 }, { smiling: 0.6 }, 30));
    const nothing = { standing: "over", word: null, percent: null, level: null, trend: null, wave: null, last: null };
    const left = mix(30, {}, { waves: [APPLAUSE] });
    expect(story.tell(snapshot(left, "closed"), 6000)).toMatchObject({ ...nothing, isTapped: false });
    const stale = mix(30, null, { state: "stale" });
    expect(story.tell(snapshot(stale, "closed"), 9000)).toMatchObject(nothing);
  });

  it("is never live without a mix, nor after the end", () => {
    expect(new RoomStory().tell(snapshot(null, "joining"), 0)).toMatchObject({ standing: "connecting", word: null });
    expect(new RoomStory().tell(snapshot(mix(1, {}), "closed"), 0)).toMatchObject({ standing: "over", word: null });
  });
});

describe("where other people count", () => {
  /** Each mix a tick after the one before, with its draw. */
  function tellDrawn(story: RoomStory, mixes: readonly (readonly [number, number])[]): RoomNow[] {
    return mixes.map(([draw, smiling], seq) => story.tell(snapshot(mix(seq, { smiling }, { draw })), seq * TICK_MS));
  }
  const calm = (draw: number, smiling: number, count = 30) =>
    Array.from({ length: count }, () => [draw, smiling] as const);

  it("says no trend: the room is as steady as it was", () => {
    const some = (draws: number) =>
      Array.from({ length: 8 }, (_, at) => calm(1 + at * draws, 0.3 + 0.03 * at, at === 0 ? 100 : 6)).flat();
    const told = tellDrawn(new RoomStory(), some(1));
    expect(new Set(told.slice(30).map(({ trend }) => trend))).toEqual(new Set(["steady"]));
    const real = tellDrawn(new RoomStory(), some(0));
    expect(real.map(({ trend }) => trend)).toContain("rising");
  });

  it("goes to the new numbers at once, through no share between", () => {
    const drawn = [...calm(1, 0.29), ...calm(2, 0.41)];
    const story = new RoomStory();
    const told = drawn.map(([draw, smiling], seq) =>
      story.tell(snapshot(mix(seq, { smiling }, { draw, atLeast: 5, atMost: 9 })), seq * TICK_MS),
    );
    expect([...new Set(told.map(({ share }) => share))]).toEqual(["one_in_three", "two_in_five"]);
    expect([...new Set(told.map(({ percent }) => percent))]).toEqual([30, 40]);
  });

  it("keeps the trend that the room has", () => {
    const rise = Array.from({ length: 50 }, (_, i) => [i < 25 ? 1 : 2, 0.3 + i * 0.012 - (i < 25 ? 0 : 0.3)] as const);
    const told = tellDrawn(new RoomStory(), [...calm(1, 0.3, 100), ...rise]).map(({ trend }) => trend);
    const since = told.indexOf("rising");
    expect(since).toBeGreaterThan(100);
    expect(since).toBeLessThan(125);
    expect(new Set(told.slice(since))).toEqual(new Set(["rising"]));
  });

  it("says what the room did while its mixes did not come, though others count after that", () => {
    const story = new RoomStory();
    tellDrawn(story, calm(1, 0.3, 60));
    const told = Array.from({ length: 20 }, (_, at) => at + 70).map((seq) =>
      story.tell(snapshot(mix(seq, { smiling: 0.7 }, { draw: 2 })), seq * TICK_MS),
    );
    expect(told.map(({ trend }) => trend)).toContain("rising");
  });

  it("keeps what was shown as it was shown", () => {
    const story = new RoomStory(60_000);
    tellDrawn(story, [...calm(1, 0.3, 5), ...calm(2, 0.7, 5)]);
    expect(story.past.map(({ smiling }) => smiling)).toEqual([0.3, 0.7]);
  });

  it("begins anew after few, whatever the draws", () => {
    const story = new RoomStory();
    tellDrawn(story, calm(1, 0.9, 40));
    story.tell(snapshot(mix(40, null, { draw: 2 })), 8000);
    const again = story.tell(snapshot(mix(41, { smiling: 0.1 }, { draw: 3 })), 8200);
    expect(again).toMatchObject({ percent: 10, trend: null });
  });
});

describe("a small room", () => {
  const five = { atLeast: 5, atMost: 9 };
  const exact = { privacy: "exact" } as RoomFacts;

  it("is said to be shown roughly while it is live", () => {
    const rough = (now: Mix, facts: RoomFacts | null = null) =>
      new RoomStory().tell({ ...snapshot(now), facts }, 0).rough;
    expect(rough(mix(1, {}, five))).toBe(true);
    expect(rough(mix(1, {}, { atLeast: 2, atMost: 4 }))).toBe(true);
    expect(rough(mix(1, {}, { atLeast: 10, atMost: 19 }))).toBe(false);
    expect(rough(mix(1, {}, { atLeast: null, atMost: null }))).toBe(false);
    expect(rough(mix(1, null, { atLeast: null, atMost: 4 }))).toBe(false);
    expect(rough(mix(1, {}, five), exact)).toBe(false);
  });

  it("does not flicker between saying so and not", () => {
    const story = new RoomStory();
    const told = Array.from({ length: 300 }, (_, seq) =>
      story.tell(snapshot(mix(seq, {}, seq % 30 < 15 ? five : {})), seq * TICK_MS),
    );
    expect(changes(told.map(({ rough }) => rough))).toBeLessThanOrEqual(6);
    expect(told.at(-1)?.rough).toBe(told.at(-2)?.rough);
  });
});

describe("what was told", () => {
  it("stays the same object while nothing that is shown has changed", () => {
    const story = new RoomStory();
    const told = tellAll(story, alternating(BODY, BODY, 20)).slice(16);
    expect(new Set(told).size).toBe(1);
    expect(story.tell(snapshot(mix(99, { energy: 0.404 })), 4200)).toBe(told[0]);
    expect(story.tell(snapshot(mix(100, { energy: 0.6 })), 4400)).not.toBe(told[0]);
  });

  it("follows a room that changes by less than can be seen at a time", () => {
    const energies = Array.from({ length: 60 }, (_, at) => 0.45 + at * 0.005);
    const told = tellAll(
      new RoomStory(),
      energies.map((energy) => ({ energy })),
    );
    const sizes = told.map(({ shape }) => shape.size);
    const steps = sizes.slice(1).map((size, at) => size - sizes[at]!);
    expect(new Set(sizes).size).toBeGreaterThan(10);
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...steps)).toBeLessThan(0.02);
  });

  it("has a ring for a tap of another and a swelling for a wave, each once, and none of one's own tap again", () => {
    const story = new RoomStory();
    const tell = (seq: number, tapped: number[], waves: Wave[] = []) =>
      story.tell(snapshot(mix(seq, BODY, { tapped, waves })), seq * TICK_MS).shape;
    expect(tell(0, [0, 0, 0, 0]).ring).toBeNull();
    const { ring } = tell(1, [0, 0, 1, 0]);
    expect(ring).toEqual({ kind: "wow" });
    expect(tell(2, [0, 0, 1, 0]).ring).toBe(ring);
    const { pulse } = tell(3, [0, 0, 1, 0], [LAUGH]);
    expect(pulse).toEqual({ rise: LAUGH.rise });
    expect(tell(4, [0, 0, 1, 0], [LAUGH]).pulse).toBe(pulse);
    story.tapped("applause", 4000);
    expect(tell(21, [0, 0, 0, 1]).ring).toBe(ring);
  });

  it("is kept one a second, for as long as was asked", () => {
    const story = new RoomStory(3000);
    tellAll(story, alternating(BODY, BODY, 50));
    expect(story.past.map(({ atMs }) => atMs)).toEqual([6000, 7000, 8000, 9000]);
    expect(new RoomStory().past).toEqual([]);
  });

  it("takes a mix once, however often it is asked", () => {
    const story = new RoomStory(60_000);
    const same = snapshot(mix(1, { smiling: 0.2 }));
    story.tell(same, 0);
    expect(story.tell(same, 5000).percent).toBe(20);
    expect(story.past).toHaveLength(1);
  });
});
