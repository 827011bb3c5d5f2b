// What the elements of a room draw in each state, and what they ask of the session.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AUDIENCE_STATES, FACTS, READING, ROOM_STATES, SHARING } from "../../../gallery/room-states";
import type { LastWave } from "../../../src/core/mood/heard";
import type { Snapshot } from "../../../src/core/mood/session";
import type { Gist } from "../../../src/core/mood/spoken";
import { LANGUAGES, wordsOf } from "../../../src/locale";
import { KuukiAudience } from "../../../src/ui/mood/audience";
import { KuukiConsent } from "../../../src/ui/mood/consent";
import { KuukiLastWave } from "../../../src/ui/mood/last-wave";
import { KuukiMade } from "../../../src/ui/mood/made";
import { KuukiMini } from "../../../src/ui/mood/mini";
import { KuukiReading } from "../../../src/ui/mood/reading";
import { KuukiSensing } from "../../../src/ui/mood/sensing";
import { KuukiSent } from "../../../src/ui/mood/sent";
import { KuukiSentence } from "../../../src/ui/mood/sentence";
import { KuukiStage } from "../../../src/ui/mood/stage";
import { KuukiStart } from "../../../src/ui/mood/start";
import { KuukiTaps } from "../../../src/ui/mood/taps";
import { drawn, made } from "../drawn";
import { roomSession } from "../sessions";

const en = wordsOf("en");

beforeEach(() => {
  vi.stubGlobal("document", { fullscreenEnabled: true });
  vi.stubGlobal("location", { pathname: "/r/demo", hash: "#k=x" });
  const wide = { matches: true };
  vi.stubGlobal("window", { location: { href: "https://kuuki.example/r/demo/stage#k=x" }, matchMedia: () => wide });
});
afterEach(() => vi.unstubAllGlobals());

describe("taps", () => {
  it("can be pressed while the channel is open, and not otherwise", () => {
    const session = roomSession();
    const element = made(KuukiTaps, { session });
    expect(drawn(element).html.match(/disabled="no"/g)).toHaveLength(4);
    drawn(element).press(en.taps.wow);
    expect(session.tap).toHaveBeenCalledExactlyOnceWith("wow");
    session.change({ link: "retrying" });
    expect(drawn(element).html.match(/disabled="yes"/g)).toHaveLength(4);
  });

  it("count those of this visit, also for whoever does not see them", () => {
    const session = roomSession();
    const element = made(KuukiTaps, { session });
    expect(drawn(element).html).not.toContain('class="count"');
    session.change({ taps: { smile: 0, laugh: 3, wow: 0, applause: 0 } });
    expect(drawn(element).text).toContain("3");
    expect(drawn(element).html).toContain(`aria-description="${en.audience.tapped(3)}"`);
  });

  it("name their keys while these are on, and nothing in a small window", () => {
    const session = roomSession();
    expect(drawn(made(KuukiTaps, { session, keys: true })).html).toContain("<kbd");
    expect(drawn(made(KuukiTaps, { session, bare: true, keys: true })).text).toBe("");
  });
});

describe("consent", () => {
  it("explains before it asks, and fires only on the second press", () => {
    const element = made(KuukiConsent, { facts: FACTS });
    const fired = vi.spyOn(element, "dispatchEvent").mockReturnValue(true);
    expect(drawn(element).text).toContain(en.consent.invite);
    drawn(element).press("primary");
    expect(fired).not.toHaveBeenCalled();
    expect(drawn(element).text).toContain(en.consent.title);
    drawn(element).press("primary");
    expect(fired.mock.calls[0]?.[0].type).toBe("agree");
  });

  it("says whether the room is recorded", () => {
    const recorded = drawn(made(KuukiConsent, { facts: FACTS })).text;
    expect(recorded).toContain(en.consent.recorded(en.keptFor(FACTS.retentionS)));
    expect(drawn(made(KuukiConsent, { facts: { ...FACTS, recorded: false } })).text).toContain(en.consent.notRecorded);
  });
});

describe("sensing", () => {
  const at = (snapshot: Partial<Snapshot>) => {
    const session = roomSession(snapshot);
    return { session, element: made(KuukiSensing, { session }) };
  };

  it("asks first, and touches the camera only after that", () => {
    const { session, element } = at({ sensing: "off" });
    drawn(element).fire("agree", "kuuki-consent");
    expect(session.startSensing).toHaveBeenCalledOnce();
  });

  it("pauses and resumes", () => {
    const { session, element } = at({ ...SHARING });
    drawn(element).press("pause");
    expect(session.pause).toHaveBeenCalledOnce();
    session.change({ sensing: "paused" });
    expect(drawn(element).text).toContain(en.sensing.paused);
    drawn(element).press("pause");
    expect(session.resume).toHaveBeenCalledOnce();
  });

  it("cannot be resumed while the tab is hidden", () => {
    expect(drawn(at({ sensing: "hidden" }).element).html).toContain('disabled="yes"');
  });

  it("says while one shares that one counts from the next moment on, where a screen reader hears it", () => {
    for (const language of LANGUAGES) {
      const { session, element } = at({ ...AUDIENCE_STATES["waiting"] });
      element.language = language;
      const { waits } = wordsOf(language).sensing;
      expect(drawn(element).html).toContain(`role="status">${waits}<`);
      session.change({ sensing: "paused" });
      expect(drawn(element).text).not.toContain(waits);
      session.change({ sensing: "on", link: "retrying" });
      expect(drawn(element).text).not.toContain(waits);
    }
    expect(drawn(at({ waits: true }).element).text).not.toContain(en.sensing.waits);
    expect(drawn(at({ ...SHARING }).element).text).not.toContain(en.sensing.waits);
  });

  it("goes on saying so for two seconds, however short the wait was", () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(10_000);
    const { session, element } = at({ ...SHARING, waits: true });
    clock.mockReturnValue(10_300);
    session.change({ waits: false });
    expect(drawn(element).text).toContain(en.sensing.waits);
    clock.mockReturnValue(12_000);
    session.change({ rttMs: 13 });
    expect(drawn(element).text).not.toContain(en.sensing.waits);
    clock.mockRestore();
  });

  it.each(Object.keys(en.failures) as (keyof typeof en.failures)[])("says what to do for %s", (sensingFailure) => {
    const { session, element } = at({ sensing: "failed", sensingFailure });
    const { text } = drawn(element);
    expect(text).toContain(en.failures[sensingFailure].what);
    expect(text).toContain(en.failures[sensingFailure].todo);
    drawn(element).press("quiet");
    expect(session.stopSensing).toHaveBeenCalledOnce();
  });
});

describe("reading", () => {
  it("says the smile, that it is unsure, and that there is no face", () => {
    const element = made(KuukiReading, { reading: READING });
    expect(drawn(element).text).toContain("69 %");
    expect(drawn(element).text).not.toContain(en.sensing.unsure);
    element.reading = { ...READING, sure: 0.3 };
    expect(drawn(element).text).toContain(en.sensing.unsure);
    element.reading = null;
    expect(drawn(element).text).toBe(en.sensing.noFace);
  });
});

describe("what left", () => {
  it("counts, and shows the newest score byte for byte", () => {
    const element = made(KuukiSent, { session: roomSession(SHARING) });
    expect(drawn(element).text).toContain(en.sent.totals("1,284", "21,790"));
    expect(drawn(element).html).not.toContain("<ol");
    element.open = true;
    expect(drawn(element).text).toContain(`${en.labels.happy} 84%`);
    expect(drawn(element).text).toContain("95 01 01");
  });

  it("says that nothing left yet", () => {
    const element = made(KuukiSent, { session: roomSession(), open: true });
    expect(drawn(element).text).toContain(en.sent.nothing);
  });
});

describe("a small window", () => {
  it("has a button to pause only while there is something to pause", () => {
    const session = roomSession();
    const element = made(KuukiMini, { session });
    expect(drawn(element).html).not.toContain("<button");
    session.change({ sensing: "on", reading: READING });
    expect(drawn(element).text).toContain(en.sensing.pause);
    session.change({ reading: null });
    expect(drawn(element).text).toContain(en.sensing.noFace);
    session.change({ sensing: "paused" });
    drawn(element).press(en.sensing.resume);
    expect(session.resume).toHaveBeenCalledOnce();
  });
});

describe("a sentence", () => {
  const GROWING = "Two in three are smiling, and it’s growing.";
  const WARM: Gist = { standing: "live", word: "warm", share: "two_in_three" };

  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** As Lit would, once both have changed. */
  function tell(element: KuukiSentence, text: string, gist: Gist): void {
    Object.assign(element, { text, gist });
    (element as unknown as { updated(changed: Map<string, unknown>): void }).updated(new Map([["gist", null]]));
  }

  it("is seen and can be read at once, whatever is spoken", () => {
    const element = made(KuukiSentence, { text: GROWING });
    expect(drawn(element).text).toBe(GROWING);
    expect(drawn(element).html).not.toContain("aria-hidden");
  });

  it("is spoken a moment later, though the room goes on changing, and then leaves the page to the seen one", () => {
    const element = made(KuukiSentence);
    tell(element, "Half are smiling.", WARM);
    vi.advanceTimersByTime(200);
    tell(element, GROWING, { ...WARM });
    expect(element.spoken).toBe("");
    vi.advanceTimersByTime(200);
    expect(element.spoken).toBe(GROWING);
    vi.advanceTimersByTime(7000);
    expect(element.spoken).toBe("");
  });

  it("is spoken anew as it is when its time has come, not as it was when it changed", () => {
    const element = made(KuukiSentence);
    tell(element, GROWING, WARM);
    vi.advanceTimersByTime(400);
    tell(element, "Four in five are smiling.", { ...WARM, share: "four_in_five" });
    vi.advanceTimersByTime(19_000);
    tell(element, "Nine in ten are smiling.", { ...WARM, share: "nine_in_ten" });
    expect(element.spoken).toBe("");
    vi.advanceTimersByTime(1000);
    expect(element.spoken).toBe("Nine in ten are smiling.");
  });

  it("is not spoken when the room came back, and is at once when its standing changed", () => {
    const element = made(KuukiSentence);
    tell(element, GROWING, WARM);
    vi.advanceTimersByTime(10_000);
    tell(element, "Half are smiling.", { ...WARM, word: "gentle" });
    tell(element, GROWING, WARM);
    vi.advanceTimersByTime(60_000);
    expect(element.spoken).toBe("");
    tell(element, "Half are smiling.", { ...WARM, word: "gentle" });
    vi.advanceTimersByTime(400);
    tell(element, "No news.", { ...WARM, word: null, standing: "stale" });
    vi.advanceTimersByTime(400);
    expect(element.spoken).toBe("No news.");
  });
});

describe("the audience's page", () => {
  const page = (snapshot: Partial<Snapshot>) => drawn(made(KuukiAudience, { session: roomSession(snapshot) }));

  it("offers taps, sensing and what left while the room is open", () => {
    for (const part of ["kuuki-taps", "kuuki-sensing", "kuuki-sent "]) expect(page({}).html).toContain(`<${part}`);
  });

  it("offers no more than watching where no channel can be had", () => {
    const { html, text } = page({ link: "watching" });
    expect(text).toContain(en.audience.links.watching);
    for (const part of ["kuuki-taps", "kuuki-sensing", "kuuki-sent "]) expect(html).not.toContain(`<${part}`);
  });

  it.each(Object.keys(en.closed) as (keyof typeof en.closed)[])("says why it is over: %s", (closedBecause) => {
    const { html, text } = page({ link: "closed", closedBecause });
    expect(text).toContain(en.closed[closedBecause].what);
    expect(html).not.toContain("<kuuki-taps");
  });

  it("tells what a room that protects less does", () => {
    expect(page({ facts: { ...FACTS, privacy: "exact" } }).text).toContain(en.audience.exact);
    expect(page({ facts: { ...FACTS, minGroup: 2 } }).text).toContain(en.audience.lowGroup(2));
    expect(page({}).html).not.toContain("panel notice");
  });

  it("says the room's word and number, dimmed once nothing new comes", () => {
    expect(page({}).text).toContain(`${en.words.warm} 65 %`);
    expect(page({ ...ROOM_STATES["laughing"] }).text).toContain(en.words.laughter);
    const clapping = page({ ...ROOM_STATES["clapping"] });
    expect(clapping.text).toContain(en.words.applause);
    expect(clapping.html).toContain('class="word tapped"');
    const session = roomSession();
    const element = made(KuukiAudience, { session });
    session.change({ ...ROOM_STATES["stale"] });
    expect(drawn(element).html).toContain('class="word old"');
    expect(drawn(element).text).toContain(en.words.warm);
  });

  it("has one's own mote while one shares, as bright as one's own smile is read", () => {
    const you = (snapshot: Partial<Snapshot>) => page(snapshot).property("kuuki-air", "you");
    expect(you({})).toBeNull();
    expect(you({ ...SHARING })).toBeCloseTo(READING.shown[3]!, 1);
    expect(you({ ...SHARING, reading: null })).toBe(0);
    expect(you({ ...SHARING, sensing: "paused", reading: null })).toBeNull();
    expect(page({ ...SHARING }).text).toContain(en.audience.you);
    expect(page({}).text).not.toContain(en.audience.you);
  });

  it("says that a small room is shown roughly", () => {
    expect(page({ ...ROOM_STATES["small"] }).text).toContain(en.rough);
    for (const state of ["live", "few", "stale"]) expect(page({ ...ROOM_STATES[state] }).text).not.toContain(en.rough);
  });

  it("leads to a call with the secret of its own address", () => {
    expect(page({}).html).toContain('href="/r/demo/call#k=x"');
  });
});

describe("starting a room", () => {
  const FORM: Record<string, string> = { purpose: "event", language: "en" };
  const start = (hostname: string, createRoom = vi.fn(async (_: object) => ({ room: "demo", links: {} }))) => {
    vi.stubGlobal("location", { hostname });
    vi.stubGlobal(
      "FormData",
      class {
        get = (name: string): string | null => FORM[name] ?? null;
      },
    );
    const element = made(KuukiStart, { createRoom });
    const type = (value: string) => drawn(element).fire("input", 'name="group"', { target: { value } });
    const record = (checked: boolean) => drawn(element).fire("change", 'name="record"', { target: { checked } });
    const submit = async () => {
      drawn(element).fire("submit", "<form", { preventDefault: () => undefined });
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { element, type, record, submit, createRoom };
  };
  afterEach(() => {
    delete FORM["show"];
  });

  it("asks for a purpose and a language; the rest is folded away, and said in a line", async () => {
    const { element, record, submit, createRoom } = start("kuuki.example");
    const [asked = "", more = ""] = drawn(element).html.split('<details class="more"');
    expect(asked.match(/name="\w+"/g)).toEqual([...Array(3).fill('name="purpose"'), 'name="language"']);
    expect(more).toContain('?open="no"');
    expect(drawn(element).text).toContain(en.home.moreSet(5, true));
    record(false);
    expect(drawn(element).text).toContain(en.home.moreSet(5, false));
    await submit();
    expect(createRoom).toHaveBeenCalledWith({
      purpose: "event",
      language: "en",
      minGroup: 5,
      show: null,
      record: false,
    });
  });

  it("unfolds what must be changed before it makes a room", async () => {
    FORM["show"] = "http://show.example/";
    const { element, submit, createRoom } = start("kuuki.example");
    await submit();
    expect(drawn(element).html).toContain('<details class="more" ?open="yes"');
    expect(drawn(element).text).toContain(en.home.showWrong);
    expect(createRoom).not.toHaveBeenCalled();
  });

  it("stays folded or unfolded as whoever fills it in has it", () => {
    const { element, type } = start("kuuki.example");
    for (const open of [true, false]) {
      drawn(element).fire("toggle", "<details", { target: { open } });
      type("2");
      type("5");
      expect(drawn(element).html).toContain(`<details class="more" ?open="${open ? "yes" : "no"}"`);
    }
  });

  it("shows the mood from five people on, or as chosen", async () => {
    const usual = start("kuuki.example");
    await usual.submit();
    expect(usual.createRoom).toHaveBeenCalledWith(expect.objectContaining({ minGroup: 5 }));
    const chosen = start("kuuki.example");
    chosen.type("3");
    expect(drawn(chosen.element).text).toContain(en.home.minGroupLow);
    await chosen.submit();
    expect(chosen.createRoom).toHaveBeenCalledWith(expect.objectContaining({ minGroup: 3 }));
  });

  it("begins anew as usual in the next form", async () => {
    const { element, type, record, submit } = start("kuuki.example");
    type("3");
    record(false);
    await submit();
    drawn(element).fire("again", "<kuuki-made");
    expect(drawn(element).text).toContain(en.home.minGroupHint);
    expect(drawn(element).text).toContain(en.home.moreSet(5, true));
  });

  it.each(["2", "0", "", "2.5", "1001", "x"])(
    "asks for another number than %j, and makes no room of it",
    async (typed) => {
      const { element, type, submit, createRoom } = start("kuuki.example");
      type(typed);
      expect(drawn(element).text).toContain(en.home.minGroupWrong(3, 1000));
      expect(drawn(element).html).toContain('aria-invalid="true"');
      await submit();
      expect(createRoom).not.toHaveBeenCalled();
      type("5");
      expect(drawn(element).text).toContain(en.home.minGroupHint);
    },
  );

  it.each(["localhost", "127.0.0.1", "[::1]"])("takes fewer on this computer: %s", async (hostname) => {
    const { type, submit, createRoom } = start(hostname);
    type("1");
    await submit();
    expect(createRoom).toHaveBeenCalledWith(expect.objectContaining({ minGroup: 1 }));
  });

  it("says in words why the server refuses", async () => {
    const refuses = vi.fn(() => Promise.reject({ error: "min_group", message: "" }));
    const { element, type, submit } = start("localhost", refuses);
    type("1");
    await submit();
    expect(drawn(element).text).toContain(en.home.refusals["min_group"]);
  });
});

describe("a room that was made", () => {
  const NEW = { room: "demo", links: { audience: "https://kuuki.example/r/demo", stage: "https://kuuki.example/s" } };

  it("is shown with its links in the place of the form", async () => {
    const start = made(KuukiStart, { made: NEW });
    expect(drawn(start).html).not.toContain("<form");
    expect(drawn(start).property("kuuki-made", "made")).toBe(NEW);
    const { html, text } = drawn(made(KuukiMade, { made: NEW }));
    expect(text).toContain(en.home.ready);
    expect(text).toContain(NEW.room);
    for (const link of Object.values(NEW.links)) expect(html).toContain(link);
  });

  it("tells whoever shows it when another one is wanted", () => {
    const element = made(KuukiMade, { made: NEW });
    const heard = vi.fn();
    element.dispatchEvent = heard;
    drawn(element).press(en.home.another);
    expect(heard).toHaveBeenCalledWith(expect.objectContaining({ type: "again" }));
  });
});

describe("the last wave", () => {
  const last = { kind: "laugh", isTapped: false, goesOn: true, beganMs: 0, lastsMs: null, share: 0.66 } as const;
  const at = (nowMs: number, more: Partial<LastWave> = {}) => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(nowMs);
    const { text } = drawn(made(KuukiLastWave, { last: { ...last, ...more } }));
    clock.mockRestore();
    return text;
  };

  it("says what it is, how long, how much of the room, and how long ago", () => {
    const { wave } = en.stage;
    expect(at(4200)).toBe(`${wave.title} Laughter 4 s two in three · now`);
    const ended = { goesOn: false, lastsMs: 4000 };
    expect(at(9000, ended)).toContain("Laughter 4 s two in three · just now");
    expect(at(29_000, ended)).toContain("20 s ago");
    expect(at(200_000, { ...ended, isTapped: true })).toContain("two in three · tapped · 3 min ago");
  });

  it("says no length where its end was not heard of, and nothing before there is one", () => {
    expect(at(29_000, { goesOn: false })).toMatch(/Laughter two in three/);
    expect(drawn(made(KuukiLastWave)).html).toBe("");
  });
});

describe("the stage", () => {
  const stage = (snapshot: Partial<Snapshot>, language: "en" | "ja" = "en") =>
    drawn(made(KuukiStage, { session: roomSession(snapshot), language, audienceLink: "https://kuuki.example/r/demo" }));

  it.each(["live", "calm", "beaming", "mixed", "heavy"])("has one word for a room that is %s", (state) => {
    for (const language of LANGUAGES) {
      const { html } = stage({ ...ROOM_STATES[state] }, language);
      const word = /data-word="(\w+)"/.exec(html)?.[1] as keyof typeof en.words;
      expect(html).toContain(`>${wordsOf(language).words[word]}<`);
    }
  });

  it("says the share, how many people there are, and how many of them share", () => {
    const { text } = stage({});
    expect(text).toContain("65 %");
    expect(text).toContain(en.stage.people(20, 49));
    expect(text).toContain(en.stage.coverage(80));
  });

  it("says that a small room is shown roughly, and nothing of how many share while they are few", () => {
    expect(stage({ ...ROOM_STATES["small"] }).text).toContain(en.rough);
    expect(stage({}).text).not.toContain(en.rough);
    const few = stage({ ...ROOM_STATES["few"] }).text;
    expect(few).not.toContain(en.rough);
    expect(few).not.toContain("%");
  });

  it.each(["empty", "few"])("invites while the room is %s", (state) => {
    expect(stage({ ...ROOM_STATES[state] }).html).toContain("<kuuki-qr");
  });

  it.each(["connecting", "stale", "retrying"])("shows no number, and invites nobody, while first %s", (state) => {
    const { html, text } = stage({ ...ROOM_STATES[state] });
    expect(html).not.toContain("<kuuki-qr");
    expect(text).toContain(en.stage.waiting);
    expect(text).not.toContain("%");
  });

  it("keeps the word and the number when nothing new comes, dimmed, and does not wait", () => {
    const session = roomSession();
    const element = made(KuukiStage, { session });
    session.change({ ...ROOM_STATES["stale"] });
    const { html, text } = drawn(element);
    expect(html).toContain('class="level old"');
    expect(text).toContain(en.words.warm);
    expect(text).toContain("65 %");
    expect(text).not.toContain(en.stage.waiting);
    expect(drawn(element).property("kuuki-sentence", "text")).toBe(en.room.stale);
  });

  it("lets the tapped word lead while taps do, and has it where few share, without a number", () => {
    expect(stage({ ...ROOM_STATES["clapping"] }).html).toContain('class="level tapped"');
    expect(stage({ ...ROOM_STATES["laughing"] }).html).toContain('class="level"');
    const few = stage({ ...ROOM_STATES["applause"] });
    expect(few.text).toContain(en.words.applause);
    expect(few.text).not.toContain("%");
    expect(few.html).toContain("<kuuki-qr");
  });

  it("tells the last wave, also after the mixes have ceased to say it", () => {
    const session = roomSession({ ...ROOM_STATES["laughing"] });
    const element = made(KuukiStage, { session });
    expect(drawn(element).property("kuuki-last-wave", "last")).toMatchObject({ kind: "laugh", goesOn: true });
    session.change({ mix: { ...session.snapshot.mix!, seq: 2, waves: [] } });
    expect(drawn(element).property("kuuki-last-wave", "last")).toMatchObject({ kind: "laugh", goesOn: false });
    session.change({ link: "closed", closedBecause: "room_closed" });
    expect(drawn(element).html).not.toContain("<kuuki-last-wave");
  });

  it("says how late it is: the network, and the stream if the link says so", () => {
    expect(stage({ rttMs: 180 }).text).toContain(en.stage.late.network("0.3"));
    expect(stage({ rttMs: null }).html).not.toContain('class="late"');
    const late = drawn(made(KuukiStage, { session: roomSession(), delayS: 12 })).text;
    expect(late).toContain(en.stage.late.stream("12"));
  });

  it("knows since when the show goes on: from the first mood, or from a press", () => {
    const element = made(KuukiStage, { session: roomSession({ ...ROOM_STATES["few"] }) });
    const begun = () => drawn(element).property("kuuki-show-clock", "begun") as { isPressed: boolean } | null;
    expect(begun()).toBeNull();
    element.session = roomSession();
    (element as unknown as { willUpdate(changed: Map<string, unknown>): void }).willUpdate(
      new Map([["session", null]]),
    );
    expect(begun()).toMatchObject({ isPressed: false });
    drawn(element).press(en.stage.clock.start);
    expect(begun()).toMatchObject({ isPressed: true });
    expect(drawn(element).text).toContain(en.stage.clock.again);
  });

  it("says why it is over, and counts nobody then", () => {
    const { text } = stage({ link: "closed", closedBecause: "room_closed" });
    expect(text).toContain(en.closed.room_closed.what);
    expect(text).not.toContain(en.stage.people(20, 49));
  });
});
