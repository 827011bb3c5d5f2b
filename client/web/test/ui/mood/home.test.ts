// The first page: what it promises, and where its three ways lead.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseCode } from "../../../src/core/call/codes";
import { leadOf } from "../../../src/core/leads";
import { LANGUAGES, wordsOf } from "../../../src/locale";
import { KuukiHome } from "../../../src/ui/mood/home";
import { KuukiInvited } from "../../../src/ui/mood/invited";
import { drawn, made } from "../drawn";

const en = wordsOf("en").home;

describe.each(LANGUAGES)("the first page in %s", (language) => {
  const { home, notice } = wordsOf(language);
  const page = () => drawn(made(KuukiHome, { language }));

  it("says what kuuki is, what it reads and what it refuses before it offers anything", () => {
    const [before = ""] = page().html.split('<div class="ways">');
    for (const said of [home.breath, notice, home.refused, home.refusedLabel]) expect(before).toContain(said);
  });

  it("has a way for who was invited, then for who organizes, then for who calls", () => {
    const { html, text } = page();
    const ways = ["<kuuki-invited", home.organizing, "<kuuki-start", home.calling, 'href="/call"'];
    const at = ways.map((way) => html.indexOf(way));
    expect(at).not.toContain(-1);
    expect(at.slice(0, 4)).toEqual(at.slice(0, 4).sort((a, b) => a - b));
    expect(drawn(made(KuukiInvited, { language })).text).toContain(home.invited);
    expect(text).toContain(home.start);
  });
});

describe("the form for a new room", () => {
  it("is folded, but for an organizer's link", () => {
    expect(drawn(made(KuukiHome)).html).toContain('<details class="panel" ?open="no"');
    expect(drawn(made(KuukiHome, { organizes: true })).html).toContain('<details class="panel" ?open="yes"');
  });

  it("comes into view when somebody unfolds it, and at no other time", () => {
    for (const [organizes, open, shown] of [
      [false, true, 1],
      [false, false, 0],
      [true, true, 0],
    ] as const) {
      const scrollIntoView = vi.fn();
      drawn(made(KuukiHome, { organizes })).fire("toggle", "<details", { target: { open, scrollIntoView } });
      expect(scrollIntoView).toHaveBeenCalledTimes(shown);
    }
  });
});

describe("who was invited", () => {
  let given = "";
  beforeEach(() =>
    vi.stubGlobal(
      "FormData",
      class {
        get = () => given;
      },
    ),
  );
  afterEach(() => vi.unstubAllGlobals());

  const goes = async (typed: string) => {
    const goTo = vi.fn(async (text: string) => leadOf(text, "kuuki.example", parseCode));
    const element = made(KuukiInvited, { goTo });
    given = typed;
    drawn(element).fire("submit", "<form", { preventDefault: () => undefined });
    await new Promise((resolve) => setImmediate(resolve));
    const { html, text } = drawn(element);
    return { element, goTo, html, text };
  };

  it.each(["https://kuuki.example/r/demo#k=x", "demo", "sakura tanuki momiji 7"])("is led there: %s", async (typed) => {
    const { goTo, html } = await goes(typed);
    expect(goTo).toHaveBeenCalledExactlyOnceWith(typed);
    expect(html).toContain('aria-invalid="false"');
    expect(html).not.toContain('role="alert"');
  });

  it("hears that it leads nowhere, until something else is typed", async () => {
    const { element, html, text } = await goes("the comedy night");
    expect(text).toContain(en.joinNowhere);
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain('role="alert"');
    drawn(element).fire("input", "<input");
    expect(drawn(element).text).toContain(en.joinHint);
    expect(drawn(element).html).toContain('aria-invalid="false"');
  });

  it("is asked for something when nothing was typed", async () => {
    const { goTo, text } = await goes("  ");
    expect(text).toContain(en.joinEmpty);
    expect(goTo).not.toHaveBeenCalled();
  });

  it("is told of another server, and goes there only by a press of their own", async () => {
    const { html, text } = await goes("Come! https://another.example/r/demo#k=x");
    expect(text).toContain(en.joinElsewhere("another.example"));
    expect(html).toContain('href="https://another.example/r/demo#k=x"');
    expect(html).toContain('aria-invalid="false"');
  });
});
