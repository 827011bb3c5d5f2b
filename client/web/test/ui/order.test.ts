// The seven stand in one order wherever a person sees them; and whoever shows the room's sentence says what it is of.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { READING, SHARING } from "../../gallery/room-states";
import { LABELS } from "../../src/core/mood/generated";
import { SHOWN_ORDER } from "../../src/core/mood/labels";
import { LANGUAGES, wordsOf } from "../../src/locale";
import { KuukiCallBars } from "../../src/ui/call/bars";
import { KuukiCallMinute } from "../../src/ui/call/minute";
import { KuukiCallRoom } from "../../src/ui/call/room";
import { KuukiAudience } from "../../src/ui/mood/audience";
import { KuukiMini } from "../../src/ui/mood/mini";
import { KuukiReading } from "../../src/ui/mood/reading";
import { KuukiSent } from "../../src/ui/mood/sent";
import { KuukiStage } from "../../src/ui/mood/stage";
import { drawn, made } from "./drawn";
import { roomSession } from "./sessions";

beforeEach(() => {
  vi.stubGlobal("document", { fullscreenEnabled: true });
  vi.stubGlobal("location", { pathname: "/r/demo", hash: "" });
  vi.stubGlobal("window", {
    location: { href: "https://kuuki.example/r/demo" },
    matchMedia: () => ({ matches: true }),
  });
});
afterEach(() => vi.unstubAllGlobals());

it("has all seven, the smile first, the face at rest next", () => {
  expect([...SHOWN_ORDER].sort()).toEqual([...LABELS].sort());
  expect(SHOWN_ORDER.slice(0, 2)).toEqual(["happy", "neutral"]);
});

describe.each(LANGUAGES)("in %s", (language) => {
  const { labels } = wordsOf(language);
  const named = SHOWN_ORDER.map((label) => labels[label]);
  /** The labels of a text as they come in it. */
  const found = (text: string): string[] => text.match(new RegExp(named.join("|"), "g")) ?? [];

  it.each([
    ["one's own", () => made(KuukiReading, { language, reading: READING })],
    ["the partner's", () => made(KuukiCallBars, { language, weights: READING.weights })],
    ["the choices of a curve", () => made(KuukiCallMinute, { language, past: [], label: "happy" })],
  ])("%s are in that order", (_, make) => {
    expect(found(drawn(make()).text).slice(0, 7)).toEqual(named);
  });

  it("what was sent is in that order, and its bytes are in theirs", () => {
    const { html } = drawn(made(KuukiSent, { language, session: roomSession(SHARING), open: true }));
    const [seven = "", bytes = ""] = html.split('<ol class="pieces">');
    expect(found(seven)).toEqual(named);
    expect(found(bytes).slice(0, 7)).toEqual(LABELS.map((label) => labels[label]));
  });
});

it.each([
  ["the audience", KuukiAudience],
  ["the stage", KuukiStage],
  ["a small window", KuukiMini],
  ["a call", KuukiCallRoom],
] as const)("the sentence in %s is given its gist", (_, kind) => {
  const element = made(kind as new () => KuukiMini, { session: roomSession() });
  const gist = drawn(element).property("kuuki-sentence", "gist");
  expect(gist).toMatchObject({ standing: "live", word: "warm", share: "two_in_three" });
});
