// A whole call by keyboard alone, in the gallery: a session that is made up, and the pages as they are.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { CallSession, CallSnapshot, CallState } from "../../src/core/call/session";
import { type Gallery, openGallery, SIZES, show } from "./gallery";

type MadeUp = CallSession & { change(changed: Partial<CallSnapshot>): void; become(state: CallState): void };
type Around = { session: MadeUp };

let gallery: Gallery;
beforeAll(async () => {
  gallery = await openGallery();
});
afterAll(() => gallery?.close());

/** The words of what has the focus, through all shadow roots. */
function focused(tab: Page): Promise<string> {
  return tab.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (at?.getAttribute("aria-label") ?? at?.textContent ?? "").trim() || (at?.tagName ?? "");
  });
}

/** Tabs until what has the focus says this. */
async function tabTo(tab: Page, words: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const now = await focused(tab);
    if (typeof words === "string" ? now === words : words.test(now)) return;
    await tab.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not come to ${words}; it is at ${await focused(tab)}`);
}

async function until(tab: Page, words: string): Promise<void> {
  await expect.poll(() => focused(tab)).toBe(words);
}

function snapshot(tab: Page): Promise<CallSnapshot> {
  return tab.evaluate(() => JSON.parse(JSON.stringify((window as unknown as Around).session.snapshot)));
}

function become(tab: Page, state: CallState): Promise<void> {
  return tab.evaluate((next) => (window as unknown as Around).session.become(next), state);
}

function tone(tab: Page): Promise<string | null> {
  return tab.evaluate(() => document.querySelector("kuuki-call")?.getAttribute("tone") ?? null);
}

async function open(
  state: string,
  language = "en",
  reducedMotion: "reduce" | "no-preference" = "reduce",
): Promise<{ tab: Page; errors: string[] }> {
  const tab = await gallery.browser.newPage({ reducedMotion, viewport: SIZES.laptop });
  const errors: string[] = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  await show(tab, gallery, "call", state, language);
  return { tab, errors };
}

it("walks from the first screen through a call to its end by keyboard alone", async () => {
  const { tab, errors } = await open("start");
  await tabTo(tab, "INPUT");
  await tab.keyboard.type("Ben");
  expect((await snapshot(tab)).link).toBe("off");
  await tab.keyboard.press("Enter");
  await until(tab, "Before the camera and microphone turn on");
  expect(await snapshot(tab)).toMatchObject({ link: "open", name: "Ben", devices: { state: "off" } });
  await tabTo(tab, "Camera and microphone");
  await tab.keyboard.press("Enter");
  await until(tab, "Is everything working?");
  await tabTo(tab, "Looks good, continue");
  await tab.keyboard.press("Enter");
  await until(tab, "Ready.");
  await tabTo(tab, "INPUT");
  await tab.keyboard.type("hotaru kuj");
  await tab.getByRole("option").first().waitFor();
  await tab.keyboard.press("ArrowDown");
  await tab.keyboard.press("Enter");
  await tab.keyboard.type("himawari 3");
  await tab.keyboard.press("Enter");
  await until(tab, "Cancel");
  expect(await tone(tab)).toBeNull();
  await become(tab, "ringing");
  await expect.poll(() => tone(tab)).toBe("ringback");
  await become(tab, "talking");
  await until(tab, "Call with AkiAki");
  expect(await tone(tab)).toBeNull();
  expect((await snapshot(tab)).sensing).toBe("off");
  await tabTo(tab, "Share");
  await tab.keyboard.press("Enter");
  await tabTo(tab, "I agree, share it");
  expect((await snapshot(tab)).sensing).toBe("off");
  await tab.keyboard.press("Enter");
  await tabTo(tab, "Pause");
  await tab.keyboard.press("Enter");
  expect((await snapshot(tab)).sensing).toBe("paused");
  await tabTo(tab, "Mute");
  await tab.keyboard.press("Space");
  expect((await snapshot(tab)).sound).toBe(false);
  await tabTo(tab, "Safety");
  await tab.keyboard.press("Enter");
  await until(tab, "Is anyone listening in?");
  await tab.keyboard.press("Escape");
  await until(tab, "Safety");
  await tabTo(tab, "End");
  await tab.keyboard.press("Enter");
  await until(tab, "The call has ended.");
  await tabTo(tab, "Back");
  await tab.keyboard.press("Enter");
  await until(tab, "Ready.");
  expect(errors).toEqual([]);
  await tab.close();
});

it("rings, flashes the title and takes the keyboard only once nobody types", async () => {
  const { tab, errors } = await open("ready", "en", "no-preference");
  await tabTo(tab, "INPUT");
  await tab.keyboard.type("hota");
  await become(tab, "incoming");
  await expect.poll(() => tone(tab)).toBe("ring");
  await tab.keyboard.type("ru ");
  expect(await focused(tab)).toBe("INPUT");
  await expect.poll(() => tab.title()).toContain("☎ Aki is calling");
  await expect.poll(() => tab.title()).not.toContain("☎");
  await until(tab, "Accept");
  await tab.keyboard.press("Enter");
  await until(tab, "Call with AkiAki");
  expect(await tone(tab)).toBeNull();
  await expect.poll(() => tab.title()).toBe("Aki · call · kuuki");
  expect(errors).toEqual([]);
  await tab.close();
});

it("keeps what was typed when a call is declined", async () => {
  const { tab } = await open("ready");
  await tabTo(tab, "INPUT");
  await tab.keyboard.type("hotaru ");
  await become(tab, "incoming");
  await until(tab, "Accept");
  await tab.evaluate(() => (window as unknown as Around).session.change({ call: null }));
  await expect.poll(() => tab.getByRole("combobox").inputValue()).toBe("hotaru ");
  await tab.close();
});

it("knocks for call waiting and leaves the call as it is until asked", async () => {
  const { tab } = await open("talking");
  await tab.evaluate(() =>
    (window as unknown as Around).session.change({ knocking: { call: "other", name: "Chika" } }),
  );
  await expect.poll(() => tone(tab)).toBe("knock");
  await tabTo(tab, "End this call and answer");
  await tabTo(tab, "Decline");
  await tab.keyboard.press("Enter");
  expect(await snapshot(tab)).toMatchObject({ knocking: null, call: { state: "talking" } });
  await expect.poll(() => tone(tab)).toBeNull();
  await tab.close();
});

it.each(["on", "off"])(
  "agreeing, and choosing no picture, with the camera off send no picture meanwhile (devices %s)",
  async (state) => {
    for (const press of [["Share", "I agree, share it"], ["No picture"]]) {
      const { tab } = await open("talking-not-shared");
      await tab.evaluate((now) => {
        const { session } = window as unknown as Around;
        const devices = { ...session.snapshot.devices, camera: null, state: now as "on" };
        session.change({ picture: "off", devices });
        const pictures: string[] = [];
        const { setPicture } = session;
        session.setPicture = (picture) => {
          pictures.push(picture);
          setPicture.call(session, picture);
        };
        // Turning the camera on sends its picture, unless something else was chosen before.
        session.useDevices = async () => {
          if (session.snapshot.picture === "off") session.setPicture("on");
        };
        Object.assign(window, { pictures });
      }, state);
      for (const words of press) {
        await tabTo(tab, words);
        await tab.keyboard.press("Enter");
      }
      await expect.poll(async () => (await snapshot(tab)).picture).toBe("face_off");
      expect(await tab.evaluate(() => (window as unknown as { pictures: string[] }).pictures)).toEqual(["face_off"]);
      if (press[0] === "Share") expect((await snapshot(tab)).sensing).toBe("on");
      await tab.close();
    }
  },
);

it("fills the field from the link that was opened, and calls with one press", async () => {
  const { tab } = await open("ready-invited", "ja");
  await until(tab, "呼び出す");
  await tab.keyboard.press("Enter");
  await until(tab, "取り消す");
  expect((await snapshot(tab)).call).toMatchObject({ state: "calling", side: "caller" });
  await tab.close();
});
