import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RoomEndpoint } from "../../../src/io/mood/endpoint";
import { makeRoom } from "../../../src/io/mood/rooms";

const MADE = {
  room: "demo",
  links: { audience: "https://k.example/r/demo#k=a", stage: "https://k.example/r/demo/stage#k=s" },
};
const WISH = { purpose: "event", language: "ja", minGroup: 5, show: null } as const;
let bodies: Record<string, unknown>[];

beforeEach(() => {
  bodies = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit = {}) => {
    bodies.push(JSON.parse(String(init.body ?? "{}")));
    return Response.json(MADE, { status: 201 });
  });
});
afterEach(() => vi.unstubAllGlobals());

test("a room is recorded where that is possible, unless its maker does not want it", async () => {
  await makeRoom({ ...WISH, record: true }, null);
  await makeRoom({ ...WISH, record: false }, null);
  expect(bodies).toEqual([
    { purpose: "event", language: "ja", min_group: 5, show: null },
    { purpose: "event", language: "ja", min_group: 5, show: null, record: false },
  ]);
});

test("a room's facts say whether it is recorded and for how long that is kept", async () => {
  const said = { room: "demo", purpose: "event", min_group: 5, language: "ja", privacy: "standard", show: null };
  vi.stubGlobal("fetch", async () => Response.json({ ...said, recorded: true, retention_s: 7200 }));
  const facts = await new RoomEndpoint("demo", "audience", null).facts(new AbortController().signal);
  expect(facts).toMatchObject({ minGroup: 5, recorded: true, retentionS: 7200 });
});
