import { describe, expect, test } from "vitest";
import { type Help, Ladder } from "../../../src/core/call/ladder";

const STEP_MS = 100;
const SIGN_MS = 500;

/** A ladder on a clock that is moved by hand; `dice` always gives 0. */
class Climb {
  nowMs = 0;
  readonly ladder: Ladder;
  readonly helps: [atMs: number, help: Help][] = [];

  constructor(isNew = true) {
    this.ladder = new Ladder(() => 0, 0, isNew);
  }

  /** Time goes by in ticks; with `signs`, one is heard every SIGN_MS. */
  pass(ms: number, signs = false): this {
    for (const end = this.nowMs + ms; this.nowMs < end; ) {
      this.nowMs += STEP_MS;
      if (signs && this.nowMs % SIGN_MS === 0) this.ladder.heard(this.nowMs);
      const help = this.ladder.tick(this.nowMs);
      if (help !== null) this.helps.push([this.nowMs, help]);
    }
    return this;
  }
}

function opened(): Climb {
  const climb = new Climb();
  climb.ladder.heard(0);
  return climb.pass(1000, true);
}

describe("a healthy call", () => {
  test("connects, opens with the first sign, and is left alone", () => {
    const climb = new Climb().pass(1000);
    expect(climb.ladder.link).toBe("connecting");
    climb.ladder.heard(climb.nowMs);
    expect(climb.ladder.link).toBe("open");
    expect(climb.pass(60_000, true).helps).toEqual([]);
    expect(climb.ladder.link).toBe("open");
  });

  test("two lost signs are nothing", () => {
    const climb = opened().pass(1400);
    expect(climb.ladder.link).toBe("open");
  });
});

describe("silence", () => {
  test("is trouble, then a restart, another, then new connections ever more seldom", () => {
    const climb = opened().pass(1600);
    expect(climb.ladder.link).toBe("trouble");
    climb.pass(58_400);
    expect(climb.helps).toEqual([
      [4100, "restart"],
      [8100, "restart"],
      [12_100, "renew"],
      [16_100, "renew"],
      [24_100, "renew"],
      [40_100, "renew"],
      [60_100, "renew"],
    ]);
    expect(climb.ladder.link).toBe("renewing");
  });

  test("that ends by itself needs no help", () => {
    const climb = opened().pass(2500);
    expect(climb.ladder.link).toBe("trouble");
    climb.ladder.heard(climb.nowMs);
    expect(climb.ladder.link).toBe("open");
    expect(climb.pass(5000, true).helps).toEqual([]);
  });

  test("a sign after a restart opens again; the next silence begins at the bottom", () => {
    const climb = opened().pass(3200);
    expect(climb.ladder.link).toBe("restarting");
    climb.pass(1000, true);
    expect(climb.ladder.link).toBe("open");
    climb.helps.length = 0;
    climb.pass(13_000);
    expect(climb.helps.map(([, help]) => help)).toEqual(["restart", "restart", "renew"]);
  });

  test("jitter makes renewals later, never sooner", () => {
    const ladder = new Ladder(() => 1, 0);
    ladder.heard(0);
    const helps: [number, Help][] = [];
    for (let nowMs = 0; nowMs < 40_000; nowMs += STEP_MS) {
      const help = ladder.tick(nowMs);
      if (help !== null) helps.push([nowMs, help]);
    }
    expect(helps.filter(([, help]) => help === "renew").map(([atMs]) => atMs)).toEqual([11_100, 16_100, 26_100]);
  });

  test("of a machine that slept proves nothing", () => {
    const climb = opened();
    climb.nowMs += 60_000;
    expect(climb.ladder.tick(climb.nowMs)).toBeNull();
    climb.pass(1000, true);
    expect(climb.ladder.link).toBe("open");
    expect(climb.helps).toEqual([]);
  });
});

describe("what the connection says of itself", () => {
  test("disconnected for two seconds restarts ICE, though signs may still come", () => {
    const climb = opened();
    climb.ladder.moved("disconnected", climb.nowMs);
    climb.pass(1900, true);
    expect(climb.ladder.link).toBe("trouble");
    climb.pass(300, true);
    expect(climb.helps).toEqual([[3100, "restart"]]);
  });

  test("connected again in time, nothing is done", () => {
    const climb = opened();
    climb.ladder.moved("disconnected", climb.nowMs);
    climb.pass(1500, true);
    climb.ladder.moved("connected", climb.nowMs);
    climb.pass(5000, true);
    expect(climb.helps).toEqual([]);
    expect(climb.ladder.link).toBe("open");
  });

  test("failed restarts at once", () => {
    const climb = opened();
    climb.ladder.moved("failed", climb.nowMs);
    expect(climb.ladder.tick(climb.nowMs)).toBe("restart");
  });

  test("a first connection has eight seconds; one that failed, two more", () => {
    expect(new Climb().pass(8100).helps).toEqual([[8000, "renew"]]);
    const climb = new Climb().pass(1000);
    climb.ladder.moved("failed", climb.nowMs);
    expect(climb.pass(2100).helps).toEqual([[3000, "renew"]]);
  });
});

describe("another network", () => {
  test("restarts ICE at once", () => {
    const climb = opened();
    climb.ladder.networkChanged();
    expect(climb.ladder.tick(climb.nowMs)).toBe("restart");
  });

  test("signs right after may still have come the old way; later ones have not", () => {
    const climb = opened();
    climb.ladder.networkChanged();
    climb.ladder.tick(climb.nowMs);
    climb.ladder.heard(climb.nowMs + 100);
    expect(climb.ladder.link).toBe("restarting");
    climb.ladder.heard(climb.nowMs + 400);
    expect(climb.ladder.link).toBe("open");
  });

  test("while a restart is under way, restarts anew, and has two more", () => {
    const climb = opened().pass(7300);
    expect(climb.helps).toHaveLength(2);
    climb.helps.length = 0;
    climb.ladder.networkChanged();
    climb.pass(9000);
    expect(climb.helps.map(([, help]) => help)).toEqual(["restart", "restart", "renew"]);
  });

  test("a connection that is being made finds its way itself", () => {
    const climb = new Climb().pass(500);
    climb.ladder.networkChanged();
    expect(climb.pass(1000).helps).toEqual([]);
  });
});

describe("a new connection in the same call", () => {
  test("of the partner's is given time; a sign opens it", () => {
    const climb = opened().pass(3200);
    climb.ladder.renewed(climb.nowMs);
    expect(climb.ladder.link).toBe("renewing");
    expect(climb.pass(3900).helps).toHaveLength(1);
    climb.ladder.heard(climb.nowMs);
    expect(climb.ladder.link).toBe("open");
  });

  test("a page that was reloaded renews from the beginning", () => {
    expect(new Climb(false).ladder.link).toBe("renewing");
  });

  test("how long nothing was heard is known", () => {
    expect(opened().pass(2500).ladder.silentMs(3500)).toBe(2500);
  });
});
