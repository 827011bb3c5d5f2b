// What the elements of a room draw in each state, and what they ask of the session.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AUDIENCE_STATES, FACTS, READING, ROOM_STATES, SHARING } from "../../../gallery/room-states";
import type { Snapshot } from "../../../src/core/mood/session";
import type { Gist } from "../../../src/core/mood/spoken";
import { LANGUAGES, wordsOf } from "../../../src/locale";
import { KuukiAudience } from "../../../src/ui/mood/audience";
import { KuukiConsent } from "../../../src/ui/mood/consent";
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
    expect(drawn(element).text).toBe(en.sensing.pause);
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

  it.each(["connecting", "stale", "retrying"])("shows no number, and invites nobody, while %s", (state) => {
    const { html, text } = stage({ ...ROOM_STATES[state] });
    expect(html).not.toContain("<kuuki-qr");
    expect(text).toContain(en.stage.waiting);
    expect(text).not.toContain("%");
  });

  it("says why it is over, and counts nobody then", () => {
    const { text } = stage({ link: "closed", closedBecause: "room_closed" });
    expect(text).toContain(en.closed.room_closed.what);
    expect(text).not.toContain(en.stage.people(20, 49));
  });
});
